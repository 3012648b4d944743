package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// alike are values that are easily taken for one another.
var alike = []struct {
	typ    string
	values []string
}{
	{"bool", []string{"true", "false"}},
	{"int2", []string{"0", "1", "-1"}},
	{"int4", []string{"0", "1", "-1", "65536"}},
	{"int8", []string{"0", "1", "-1", "4294967296", "4294967295", "-4294967296", "9223372036854775807", "-9223372036854775808"}},
	{"oid", []string{"1", "4294967295"}},
	{"float4", []string{"0", "-0", "NaN", "Infinity", "-Infinity", "1e-45"}},
	{"float8", []string{"0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "0.1", "0.30000000000000004", "0.3"}},
	{"numeric(12,4)", []string{"0", "1", "-1", "10000", "0.0001", "-0.0001", "1.1", "10001"}},
	{"text", []string{"", " ", "a", "a ", "A", "N", "0:", "é", "e\u0301"}},
	{"char(3)", []string{"", "a", "ab"}},
	{"bytea", []string{``, `\x00`, `\x0000`, `\x30`}},
	{"json", []string{`{"a":1}`, `{"a": 1}`, `null`, `""`}},
	{"jsonb", []string{`{"a":1}`, `null`, `""`, `{"a":1.0}`}},
	{"uuid", []string{"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001", "01000000-0000-0000-0000-000000000000"}},
	{"date", []string{"2000-01-01", "1970-01-01", "0001-01-01", "0001-01-01 BC", "infinity", "-infinity"}},
	{"time", []string{"00:00", "24:00", "12:00", "00:00:00.000001"}},
	{"timestamp", []string{"2000-01-01", "1970-01-01", "0001-01-01", "0001-01-01 BC", "infinity", "-infinity", "2000-01-01 00:00:00.000001"}},
	{"timestamptz", []string{"2000-01-01 00:00Z", "2000-01-01 01:00Z", "2000-01-02 00:00Z", "infinity", "-infinity"}},
	{"interval", []string{"1 day", "24 hours", "1 month", "30 days"}},
	{"int4[]", []string{"{}", "{NULL}", "{0}", "{{0}}"}},
	{"inet", []string{"10.0.0.1", "10.0.0.1/8"}},
}

func TestValuesThatAreAlikeHaveTheirOwnPrints(t *testing.T) {
	var statements []string
	for i, c := range alike {
		statements = append(statements, fmt.Sprintf("create table t%d (v %s)", i, c.typ),
			fmt.Sprintf("insert into t%d select v::%s from unnest(array['%s', null]) v", i, c.typ, strings.Join(c.values, "','")))
	}
	db := setup(t, statements...)
	tables, err := db.src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := db.view(t)
	for _, table := range tables {
		var i int
		if _, err := fmt.Sscanf(table.Name, "t%d", &i); err != nil {
			t.Fatal(err)
		}
		for _, hash := range bothHashes {
			rows, err := sourcetest.Rows(v.(archwire.Printer).RowPrints(t.Context(), table, archwire.PrintSpec{Hash: hash}))
			if err != nil {
				t.Fatal(err, archwire.HintOf(err))
			}
			distinct := map[any]bool{}
			for _, row := range rows {
				distinct[row[0]] = true
			}
			if want := len(alike[i].values) + 1; len(rows) != want || len(distinct) != want {
				t.Errorf("%s by %s: %d rows, %d prints, want %d", alike[i].typ, hash, len(rows), len(distinct), want)
			}
		}
	}
}

// TestValuesThatNoDecimalHoldsDifferFromAllThatOneDoes has in each row a value
// that the copy cannot have, beside the nearest that it can.
func TestValuesThatNoDecimalHoldsDifferFromAllThatOneDoes(t *testing.T) {
	db := setup(t, "create table odd (v numeric)", "insert into odd values (0), (1.5), (1.504), ('NaN'), (-1), (null)")
	if db.major(t) >= 14 {
		db.exec(t, "insert into odd values ('Infinity'), ('-Infinity')")
	}
	table := db.table(t, "odd")
	table.Columns[0] = archwire.Column{Name: "v", Cast: true, Type: archwire.Type{Kind: archwire.Decimal, Precision: 9, Scale: 1}}
	for _, hash := range bothHashes {
		var good, bad []any
		for _, c := range []struct {
			where string
			into  *[]any
		}{
			{"v in (0, 1.5, -1) or v is null", &good},
			{"v = 1.504 or v = 'NaN' or abs(v) > 1e9", &bad},
		} {
			spec := archwire.PrintSpec{Hash: hash, Chunks: []archwire.Chunk{{Where: c.where}}}
			rows, err := sourcetest.Rows(db.view(t).(archwire.Printer).RowPrints(t.Context(), table, spec))
			if err != nil {
				t.Fatal(err, archwire.HintOf(err))
			}
			for _, row := range rows {
				*c.into = append(*c.into, row[0])
			}
		}
		if len(good) != 4 || len(bad) < 2 {
			t.Fatalf("%s: %d and %d rows", hash, len(good), len(bad))
		}
		for _, g := range good {
			for _, b := range bad {
				if g == b {
					t.Errorf("%s: a value that the copy cannot hold has the print of one that it can", hash)
				}
			}
		}
	}
}

// TestPrintsOfLargeTablesAreSplit reads with several statements, by pages and
// along the key, and with a spec's chunks.
func TestPrintsOfLargeTablesAreSplit(t *testing.T) {
	db := setup(t, fmt.Sprintf(ledgerSQL, 120_000), "alter table ledger add primary key (id)", "vacuum analyze ledger")
	db.src.chunkBytes = 1 << 20
	table := db.table(t, "ledger")
	v := db.view(t)
	if n := len(chunksOf(t, v, table)); n < 5 {
		t.Fatalf("%d chunks, want several", n)
	}
	wantSame(t, v, table, archwire.PrintSpec{Hash: archwire.HashColumns})
	cut := archwire.Cut{From: 1, Width: 7000, Parts: 15} // the last part holds more
	spec := archwire.PrintSpec{Hash: archwire.HashColumns, Cut: cut, Last: 14}
	wantSame(t, v, table, spec)
	spec.First, spec.Last = 3, 5
	wantSame(t, v, table, spec)
	spec.Keys = true
	wantSame(t, v, table, spec)
	table.Deleted = "note"
	wantSame(t, v, table, archwire.PrintSpec{Hash: archwire.HashColumns, Cut: archwire.Cut{Parts: 9}, First: 2, Last: 8})
	wantSame(t, v, table, archwire.PrintSpec{Hash: archwire.HashColumns, Cut: cut, Last: 14})
	table.Key = []string{"account_id"} // not a key of the table's own: no index leads along it
	spec = archwire.PrintSpec{Hash: archwire.HashColumns, Keys: true, Cut: archwire.Cut{From: -5, Width: 1000, Parts: 50}, First: 2, Last: 49}
	if got := serverPrints(t, v, table, spec); len(got) != 48 {
		t.Errorf("%d parts, want 48", len(got))
	}
}

func TestPrintsOfAnotherEncodingEqualThoseOfTheCopy(t *testing.T) {
	db := setup(t)
	name := db.name() + "_latin1"
	db.exec(t, "create database "+name+" template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'")
	t.Cleanup(func() { db.exec(t, "drop database "+name) })
	latin := bundle{url: strings.Replace(db.url, db.name(), name, 1)}
	latin.src = open(t, Config{Name: "rcm", DSN: latin.url})
	latin.exec(t, `create table note as select 1 as n, 'café'::text as body, 'é'::char(3) as code, json '{"a":"ß"}' as doc`)
	v := latin.view(t)
	table := latin.table(t, "note")
	table.Key = []string{"body", "n"}
	for _, hash := range bothHashes {
		wantSame(t, v, table, archwire.PrintSpec{Hash: hash})
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// TestPrintsOfPartitionsAndViewsEqualThoseOfTheCopy reads what has no pages of
// its own.
func TestPrintsOfPartitionsAndViewsEqualThoseOfTheCopy(t *testing.T) {
	db := setup(t, "create table event (id int8 primary key, body text) partition by range (id)",
		"create table event_1 partition of event for values from (minvalue) to (100)",
		"create table event_2 partition of event for values from (100) to (maxvalue)",
		"insert into event select i, 'body ' || i from generate_series(-50, 500) i", "create view event_view as select * from event")
	v := db.view(t)
	for _, name := range []string{"event", "event_view"} {
		table := db.table(t, name)
		table.Key = []string{"id"}
		for _, cut := range []archwire.Cut{{}, {Parts: 4}, {From: -40, Width: 30, Parts: 12}} {
			for _, keys := range []bool{false, true} {
				wantSame(t, v, table, archwire.PrintSpec{Hash: archwire.HashColumns, Keys: keys, Cut: cut, Last: max(cut.Parts-1, 0)})
			}
		}
	}
}

func TestSwappedValuesChangeThePrint(t *testing.T) {
	const columns = "(n int primary key, a text, b text, amount numeric(9,2))"
	db := setup(t, "create table one "+columns, "create table swapped "+columns, "create table moved "+columns,
		"insert into one values (1, 'ab', 'c', 1), (2, 'x', 'y', 2)",
		"insert into swapped values (1, 'ab', 'c', 2), (2, 'x', 'y', 1)",
		"insert into moved values (1, 'a', 'bc', 1), (2, 'x', 'y', 2)")
	v := db.view(t)
	for _, hash := range bothHashes {
		spec := archwire.PrintSpec{Hash: hash}
		one := serverPrints(t, v, db.table(t, "one"), spec)
		for _, name := range []string{"swapped", "moved"} {
			if other := serverPrints(t, v, db.table(t, name), spec); cmp.Equal(one, other) || other[0].Rows != 2 {
				t.Errorf("%s by %s: %+v as before", name, hash, other)
			}
		}
	}
}
