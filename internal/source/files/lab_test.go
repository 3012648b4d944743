package files

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/source/sourcetest"
)

// A lab is a folder into which somebody puts files.
type lab struct {
	dir    string
	format string
	mu     sync.Mutex
	number int
	tables map[string]*sourcetest.Table
	source *Source
}

// openLab writes a snapshot of each table.
func openLab(t *testing.T, format string, tables ...sourcetest.Table) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir(), format: format, tables: map[string]*sourcetest.Table{}}
	config := Config{Name: "lab", Store: object.NewDir(l.dir), Connections: 3, Now: time.Now, Quarantine: filepath.Join(t.TempDir(), "quarantine")}
	for _, table := range tables {
		mine := table
		mine.Rows = slices.Clone(table.Rows)
		l.tables[table.Name] = &mine
		form := fileform.Form{Format: format, Snapshots: table.Name + "-s{number}." + format, Changes: table.Name + "-c{number}." + format}
		if len(table.Key) > 0 {
			form.Operation, form.Gone = "op", []string{"D", "gone"}
		}
		form = form.Default()
		config.Tables = append(config.Tables, Table{Form: form, Table: archwire.Table{
			Source: "lab", Name: table.Name, Schema: Schema, Origin: table.Name, Form: form.String(), Columns: table.Columns, Key: table.Key,
		}})
		l.put(t, table.Name, "s", nil, mine.Rows)
	}
	var err error
	if l.source, err = Open(config); err != nil {
		t.Fatal(err)
	}
	return l
}

// put writes rows into the next file of a table; operations are nil in a snapshot.
func (l *lab) put(t *testing.T, table, kind string, operations []string, rows [][]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number++
	name := filepath.Join(l.dir, fmt.Sprintf("%s-%s%06d.%s", table, kind, l.number, l.format))
	text := l.text(l.tables[table].Columns, operations, rows)
	if err := os.WriteFile(name+".part", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".part", name); err != nil {
		t.Fatal(err)
	}
}

func (l *lab) text(columns []archwire.Column, operations []string, rows [][]any) string {
	var out strings.Builder
	if l.format == fileform.CSV {
		var names []string
		for _, c := range columns {
			names = append(names, c.Name)
		}
		if operations != nil {
			names = append(names, "op")
		}
		out.WriteString(strings.Join(names, ",") + "\n")
	}
	for i, row := range rows {
		var fields []string
		for j, v := range row {
			if l.format == fileform.CSV {
				fields = append(fields, csvField(v, columns[j].Type))
			} else if v != nil {
				fields = append(fields, jsonQuoted(columns[j].Name)+": "+jsonValue(v, columns[j].Type))
			}
		}
		if operations != nil && l.format == fileform.CSV {
			fields = append(fields, operations[i])
		} else if operations != nil {
			fields = append(fields, `"op":`+jsonQuoted(operations[i]))
		}
		line := strings.Join(fields, ",")
		if l.format == fileform.NDJSON {
			line = "{" + line + "}"
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// csvField writes NULL as nothing, and texts in quotes.
func csvField(v any, typ archwire.Type) string {
	if v == nil {
		return ""
	}
	return `"` + strings.ReplaceAll(spelt(v, typ), `"`, `""`) + `"`
}

func jsonQuoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func jsonValue(v any, typ archwire.Type) string {
	switch v := v.(type) {
	case bool, int16, int32, int64, archwire.Number:
		return fmt.Sprint(v)
	case string:
		if typ.Kind == archwire.JSON {
			return v
		}
	}
	return jsonQuoted(spelt(v, typ))
}

// spelt is a value as text: the calendar is that of package time.
func spelt(v any, typ archwire.Type) string {
	switch v := v.(type) {
	case []byte:
		return `\x` + hex.EncodeToString(v)
	case arrow.Date32:
		if word, ok := endless(int64(v), math.MaxInt32); ok {
			return word
		}
		return time.Unix(int64(v)*86400, 0).UTC().Format(time.DateOnly)
	case arrow.Time64:
		if v == 24*3600*1_000_000 {
			return "24:00:00"
		}
		return time.UnixMicro(int64(v)).UTC().Format("15:04:05.999999")
	case arrow.Timestamp:
		if word, ok := endless(int64(v), math.MaxInt64); ok {
			return word
		}
		text := time.UnixMicro(int64(v)).UTC().Format("2006-01-02T15:04:05.000000")
		if typ.Kind == archwire.TimestampTZ {
			text += "Z"
		}
		return text
	}
	return fmt.Sprint(v)
}

func endless(v, most int64) (string, bool) {
	switch v {
	case most:
		return "infinity", true
	case -most:
		return "-infinity", true
	}
	return "", false
}

// Lab is what the suite experiments with.
func (l *lab) Lab() sourcetest.Lab {
	return sourcetest.Lab{
		Source: l.source, Connections: 3,
		Insert: func(t *testing.T, table string, rows ...[]any) { l.upsert(t, table, "I", rows) },
		Update: func(t *testing.T, table, column, value string, ids ...int64) {
			var changed [][]any
			at := slices.IndexFunc(l.tables[table].Columns, func(c archwire.Column) bool { return c.Name == column })
			for _, row := range l.byID(table, ids) {
				row = slices.Clone(row)
				row[at] = value
				changed = append(changed, row)
			}
			l.upsert(t, table, "U", changed)
		},
		Delete: func(t *testing.T, table string, ids ...int64) { l.upsert(t, table, "D", l.byID(table, ids)) },
		DropTable: func(t *testing.T, table string) {
			all, err := filepath.Glob(filepath.Join(l.dir, table+"-*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range all {
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
			l.put(t, table, "s", nil, mine.Rows)
		},
		Retype: func(t *testing.T, table, _ string) { l.put(t, table, "s", nil, l.tables[table].Rows) },
		AddColumn: func(t *testing.T, table, column string) {
			mine := l.tables[table]
			mine.Columns = append(slices.Clone(mine.Columns), archwire.Column{Name: column, Type: archwire.Type{Kind: archwire.Text}, Nullable: true})
			for i := range mine.Rows {
				mine.Rows[i] = append(slices.Clone(mine.Rows[i]), nil)
			}
			l.put(t, table, "s", nil, mine.Rows)
		},
	}
}

func (l *lab) byID(table string, ids []int64) (rows [][]any) {
	for _, row := range l.tables[table].Rows {
		if slices.Contains(ids, row[0].(int64)) {
			rows = append(rows, row)
		}
	}
	return rows
}

func (l *lab) upsert(t *testing.T, table, operation string, rows [][]any) {
	t.Helper()
	if len(l.tables[table].Key) == 0 {
		l.put(t, table, "c", nil, rows)
		return
	}
	l.put(t, table, "c", slices.Repeat([]string{operation}, len(rows)), rows)
}
