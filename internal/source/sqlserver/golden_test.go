package sqlserver

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sourcetest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares statements with testdata/<name>.sql, which says in T-SQL what is
// sent.
func golden(t *testing.T, name string, statements ...string) {
	t.Helper()
	got := strings.Join(statements, "\n\n") + "\n"
	path := filepath.Join("testdata", name+".sql")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-file +now); go test -run %s -update rewrites it:\n%s", path, t.Name(), diff)
	}
}

// goldenType is a type as the catalogue gives it.
func goldenType(name string, length, precision, scale int, collation string) catalogType {
	return catalogType{name: name, length: length, precision: precision, scale: scale, collation: collation}
}

const latin = "SQL_Latin1_General_CP1_CI_AS"

// goldenRelation has a column of each type that has a natural form, with a key of
// two.
func goldenRelation() *relation {
	types := []struct {
		name string
		typ  catalogType
	}{
		{"id", goldenType("bigint", 8, 19, 0, "")},
		{"code", goldenType("varchar", 20, 0, 0, latin)},
		{"flag", goldenType("bit", 1, 1, 0, "")},
		{"tiny", goldenType("tinyint", 1, 3, 0, "")},
		{"small", goldenType("smallint", 2, 5, 0, "")},
		{"middle", goldenType("int", 4, 10, 0, "")},
		{"single", goldenType("real", 4, 24, 0, "")},
		{"double", goldenType("float", 8, 53, 0, "")},
		{"amount", goldenType("decimal", 9, 12, 2, "")},
		{"price", goldenType("money", 8, 19, 4, "")},
		{"name", goldenType("nvarchar", 400, 0, 0, latin)},
		{"odd ] name", goldenType("nvarchar", -1, 0, 0, latin)},
		{"doc", goldenType("xml", -1, 0, 0, "")},
		{"uid", goldenType("uniqueidentifier", 16, 0, 0, "")},
		{"bytes", goldenType("varbinary", -1, 0, 0, "")},
		{"day", goldenType("date", 3, 10, 0, "")},
		{"clock", goldenType("time", 5, 15, 6, "")},
		{"old", goldenType("datetime", 8, 23, 3, "")},
		{"older", goldenType("smalldatetime", 4, 16, 0, "")},
		{"stamp", goldenType("datetime2", 8, 26, 6, "")},
		{"instant", goldenType("datetimeoffset", 10, 33, 6, "")},
		{"version", goldenType("rowversion", 8, 0, 0, "")},
	}
	r := &relation{id: "245575913", schema: "dbo", name: "every", rows: 10_000, bytes: 1 << 20, tracked: true}
	for i, c := range types {
		r.columns = append(r.columns, attribute{name: c.name, typ: c.typ, ordinal: i + 1, origin: c.typ.String(), nullable: i > 1})
	}
	r.columns[0].keyAt, r.columns[0].index = 1, 1
	r.columns[1].keyAt = 2
	r.complete()
	return r
}

// goldenTable declares all columns of goldenRelation as they are.
func goldenTable() archwire.Table {
	return goldenRelation().table(Config{Name: "rcm"}, "every")
}

func goldenPlan(t *testing.T, table archwire.Table) *plan {
	t.Helper()
	p, err := goldenRelation().planned(table)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStatementsOfSessions(t *testing.T) {
	s := &Source{lockTimeout: lockTimeout}
	golden(t, "sessions", s.sets(), serverSQL, touchableSQL, beginSQL, instantSQL, numberSQL, activeSQL, rollbackSQL, backSQL)
}

func TestStatementsOfTheCatalogue(t *testing.T) {
	golden(t, "catalogue", relationsSQL+readable+relationsOrder, columnsSQL+readable+columnsOrder, existsSQL("dbo", "it's"), userSQL,
		rightsSQL, policiesSQL, trackingSQL)
}

func TestStatementsThatRead(t *testing.T) {
	table := goldenTable()
	p := goldenPlan(t, table)
	statements := []string{p.sql(archwire.Chunk{})}
	table.Columns = table.Columns[:3]
	table.Deleted = "flag"
	p = goldenPlan(t, table)
	key, _ := p.rel.attribute("id")
	for _, c := range narrowed(ranges(key, []int64{-5, 1 << 40}, 9000), p.live) {
		statements = append(statements, p.sql(c))
	}
	for _, from := range [][2]string{
		{"id", "48211"},
		{"day", "2026-11-20"},
		{"old", "2026-11-20T12:00:00.002Z"},
		{"older", "2026-11-20T12:00:30Z"},
		{"stamp", "2026-11-20"},
		{"instant", "2026-11-20T12:00:00.000001+01:00"},
		{"version", "48211"},
	} {
		a, _ := p.rel.attribute(from[0])
		start, err := startOf(table, a, from[1])
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, p.sql(archwire.Chunk{Where: after(a, start)}))
	}
	golden(t, "read", append(statements, p.sql(archwire.Chunk{Where: p.rel.changed(table, "41")}))...)
}

// TestStatementsByKeys asks for keys of each kind, alone and beside a number.
func TestStatementsByKeys(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	var statements []string
	for _, c := range []struct {
		column string
		value  any
	}{
		{"id", int64(-7)},
		{"code", "it's"},
		{"name", "ünï€"},
		{"uid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
		{"bytes", []byte{0, 255}},
		{"amount", archwire.Number("-0.50")},
		{"double", 1e-300},
		{"flag", true},
		{"day", arrow.Date32FromTime(noon)},
		{"clock", arrow.Time64(1)},
		{"old", arrow.Timestamp(noon.UnixMicro() + 3000)},
		{"stamp", arrow.Timestamp(noon.UnixMicro() + 1)},
		{"instant", arrow.Timestamp(noon.UnixMicro())},
	} {
		table := goldenTable()
		table.Key = []string{c.column}
		row := []any{c.value}
		if c.column == "name" {
			table.Key = append(table.Key, "middle")
			row = append(row, int32(5))
		}
		p := goldenPlan(t, table)
		keys, err := sourcetest.Keys(table, row)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := p.rel.keyColumns(table, keys)
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, "SELECT 1 FROM "+p.rel.from()+where(among(columns, keyRows(columns, keys))))
		keys.Release()
	}
	golden(t, "keys", statements...)
}

func TestStatementsThatPrint(t *testing.T) {
	table := goldenTable()
	p := goldenPlan(t, table)
	var statements []string
	add := func(table archwire.Table, spec archwire.PrintSpec, rows bool) {
		t.Helper()
		spec.Hash = archwire.HashMD5
		printing, err := newPrinting(p, table, spec, utf8Major)
		if err != nil || !printing.bySQL {
			t.Fatalf("error %v, by SQL: %t", err, printing.bySQL)
		}
		if rows {
			statements = append(statements, printing.rowPrints(printing.asked()))
		} else {
			statements = append(statements, printing.sums(printing.asked()))
		}
	}
	add(table, archwire.PrintSpec{}, false)
	few := table
	few.Columns = table.Columns[:2]
	add(few, archwire.PrintSpec{Cut: archwire.Cut{Parts: 7}, First: 2, Last: 3}, false)
	add(few, archwire.PrintSpec{Keys: true, Cut: archwire.Cut{Parts: 7}, Last: 6, Parts: []int{0, 5}}, true)
	one := few
	one.Key = []string{"id"}
	cut := archwire.Cut{From: -100, Width: 10, Parts: 40}
	add(one, archwire.PrintSpec{Cut: cut, First: 3, Last: 39}, false)
	add(one, archwire.PrintSpec{Keys: true, Cut: cut, Last: 39}, false)
	add(one, archwire.PrintSpec{Cut: cut, Last: 39, Parts: []int{0, 1, 5}}, true)
	golden(t, "prints", statements...)
}
