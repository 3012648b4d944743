package duckdb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/source/files"
	"archwire/internal/source/sourcetest"
	"archwire/internal/warehouse/duckdb"
)

// notOfParquet lists the tests of the suite that do not apply: files have no views and
// no numbers for columns. Columns without an exact form are a test of their own.
var notOfParquet = []string{
	"ViewsAreListedAsViews", "ViewIsReadWhole", "OrdinalOutlivesANewName", "OrdinalIsGivenOnce",
	"ColumnWithoutExactFormIsRefusedNotAnError", "RefusedColumnIsAnErrorWhenAskedFor",
}

// A parquetLab is a folder into which somebody puts files of Parquet.
type parquetLab struct {
	dir    string
	writer *duckdb.Warehouse
	number int
	tables map[string]*sourcetest.Table
}

// TestSourceOfParquet has the suite of sources read what DuckDB has written.
func TestSourceOfParquet(t *testing.T) {
	ctx := context.Background()
	writer, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, writer)
	sourcetest.Run(t, sourcetest.Harness{But: notOfParquet, Open: func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
		l := &parquetLab{dir: t.TempDir(), writer: writer, tables: map[string]*sourcetest.Table{}}
		config := files.Config{Name: "lab", Store: object.NewDir(l.dir), Connections: 3, Now: time.Now}
		for _, table := range tables {
			mine := table
			mine.Rows = slices.Clone(table.Rows)
			l.tables[table.Name] = &mine
			form := fileform.Form{Format: fileform.Parquet, Snapshots: table.Name + "-s{number}.parquet", Changes: table.Name + "-c{number}.parquet"}
			if len(table.Key) > 0 {
				form.Operation, form.Gone = "op", []string{"D"}
			}
			config.Tables = append(config.Tables, files.Table{Form: form.Default(), Table: archwire.Table{
				Source: "lab", Name: table.Name, Schema: files.Schema, Origin: table.Name, Form: form.String(),
				Columns: table.Columns, Key: table.Key,
			}})
			l.put(t, table.Name, "s", "", mine.Rows)
		}
		source, err := files.Open(config)
		if err != nil {
			t.Fatal(err)
		}
		return l.lab(source)
	}})
}

func (l *parquetLab) lab(source archwire.Source) sourcetest.Lab {
	return sourcetest.Lab{
		Source: source, Connections: 3,
		Insert: func(t *testing.T, table string, rows ...[]any) { l.put(t, table, "c", "I", rows) },
		Update: func(t *testing.T, table, column, value string, ids ...int64) {
			at := slices.IndexFunc(l.tables[table].Columns, func(c archwire.Column) bool { return c.Name == column })
			rows := l.byID(table, ids)
			for _, row := range rows {
				row[at] = value
			}
			l.put(t, table, "c", "U", rows)
		},
		Delete: func(t *testing.T, table string, ids ...int64) { l.put(t, table, "c", "D", l.byID(table, ids)) },
		DropTable: func(t *testing.T, table string) {
			names, err := filepath.Glob(filepath.Join(l.dir, table+"-*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
		},
		DropColumn: func(t *testing.T, table, column string) {
			mine := l.tables[table]
			at := slices.IndexFunc(mine.Columns, func(c archwire.Column) bool { return c.Name == column })
			mine.Columns = slices.Delete(slices.Clone(mine.Columns), at, at+1)
			for i := range mine.Rows {
				mine.Rows[i] = slices.Delete(slices.Clone(mine.Rows[i]), at, at+1)
			}
			l.put(t, table, "s", "", mine.Rows)
		},
		Retype: func(t *testing.T, table, column string) {
			mine := l.tables[table]
			mine.Columns = slices.Clone(mine.Columns)
			at := slices.IndexFunc(mine.Columns, func(c archwire.Column) bool { return c.Name == column })
			mine.Columns[at].Type = archwire.Type{Kind: archwire.Text}
			l.put(t, table, "s", "", mine.Rows)
		},
	}
}

func (l *parquetLab) byID(table string, ids []int64) (rows [][]any) {
	for _, row := range l.tables[table].Rows {
		if slices.Contains(ids, row[0].(int64)) {
			rows = append(rows, slices.Clone(row))
		}
	}
	return rows
}

// put writes the next file of a table, with one operation for all rows or none.
func (l *parquetLab) put(t *testing.T, table, kind, operation string, rows [][]any) {
	t.Helper()
	l.number++
	name := filepath.Join(l.dir, fmt.Sprintf("%s-%s%06d.parquet", table, kind, l.number))
	mine := archwire.Table{Source: "lab", Name: table, Columns: slices.Clone(l.tables[table].Columns)}
	if operation != "" && len(l.tables[table].Key) > 0 {
		mine.Columns = append(mine.Columns, archwire.Column{Name: "op", Type: archwire.Type{Kind: archwire.Text}})
	}
	values := make([][]any, len(rows))
	for i, row := range rows {
		values[i] = slices.Clone(row)
		if len(mine.Columns) > len(row) {
			values[i] = append(values[i], operation)
		}
	}
	for _, c := range mine.Columns {
		mine.Key = append(mine.Key, c.Name)
	}
	batch, err := sourcetest.Keys(mine, values...)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Release()
	err = l.writer.WriteParquet(t.Context(), func(yield func(archwire.Batch, error) bool) { yield(batch, nil) }, name+".part")
	if err == nil {
		err = os.Rename(name+".part", name)
	}
	if err != nil {
		t.Fatal(err)
	}
}
