package postgres

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/source/sourcetest"
)

// copied are all rows of a table as the warehouse gets them.
func copied(tb testing.TB, v archwire.View, table archwire.Table) archwire.Batches {
	tb.Helper()
	chunks := chunksOf(tb, v, table)
	return func(yield func(archwire.Batch, error) bool) {
		for _, c := range chunks {
			for batch, err := range v.Batches(tb.Context(), table, c) {
				if !yield(batch, err) {
					return
				}
			}
		}
	}
}

// rowPrints are the prints of single rows, by key.
func rowPrints(tb testing.TB, prints archwire.Batches) map[string]int64 {
	tb.Helper()
	rows, err := sourcetest.Rows(prints)
	if err != nil {
		tb.Fatal(err, archwire.HintOf(err))
	}
	byKey := map[string]int64{}
	for _, row := range rows {
		last := len(row) - 1
		byKey[fmt.Sprint(row[:last])] = row[last].(int64)
	}
	if len(byKey) != len(rows) {
		tb.Errorf("%d rows with %d keys", len(rows), len(byKey))
	}
	return byKey
}

// serverPrints is what the server says.
func serverPrints(tb testing.TB, v archwire.View, table archwire.Table, spec archwire.PrintSpec) []archwire.PartPrint {
	tb.Helper()
	prints, err := v.(archwire.Printer).Prints(tb.Context(), table, spec)
	if err != nil {
		tb.Fatal(err, archwire.HintOf(err))
	}
	return prints
}

// wantSame compares what the server says with what its rows say once copied.
func wantSame(t *testing.T, v archwire.View, table archwire.Table, spec archwire.PrintSpec) {
	t.Helper()
	want, err := rowhash.Prints(copied(t, v, table), table, spec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, serverPrints(t, v, table, spec)); diff != "" {
		t.Errorf("%+v: prints (-copied +server):\n%s", spec, diff)
	}
	rows := rowPrints(t, rowhash.RowPrints(copied(t, v, table), table, spec))
	got := rowPrints(t, v.(archwire.Printer).RowPrints(t.Context(), table, spec))
	if diff := cmp.Diff(rows, got); diff != "" {
		t.Errorf("%+v: prints of rows (-copied +server):\n%s", spec, diff)
	}
}

var bothHashes = []archwire.Hash{archwire.HashColumns, archwire.HashMD5}

func TestPrintsOfEachTypeEqualThoseOfTheCopy(t *testing.T) {
	db, tables := openTypes(t)
	v := db.view(t)
	for i, table := range tables {
		t.Run(typeCases[i].sql, func(t *testing.T) {
			table.Key = []string{"n"}
			for _, hash := range bothHashes {
				wantSame(t, v, table, archwire.PrintSpec{Hash: hash})
			}
			table.Key = []string{"v", "n"} // the type as part of a key
			for _, hash := range bothHashes {
				wantSame(t, v, table, archwire.PrintSpec{Hash: hash, Keys: true, Cut: archwire.Cut{Parts: 3}, First: 1, Last: 2})
			}
		})
	}
}

func TestPrintsOfDeclaredTypesEqualThoseOfTheCopy(t *testing.T) {
	db := setup(t, `create table odd (n int primary key, unbounded numeric, cash money, small int2, code char(4), during int4range, at timestamptz, blob bytea)`,
		`insert into odd values (1, 12.50, '$1,234.56', 7, 'a', '[1,5)', '2020-01-01 12:00+01', '\x01ff'), (2, null, null, null, null, null, null, null),
			(3, 0, '-$0.01', 0, '', 'empty', 'infinity', ''), (4, -0.0000, '$0', -7, '    ', '[1,1]', '-infinity', '\x00')`)
	table := db.table(t, "odd")
	declared := table.Columns[:1]
	for _, c := range []struct{ column, typ string }{
		{"unbounded", "decimal(10,4)"},
		{"cash", "decimal(19,2)"},
		{"small", "decimal(5,2)"},
		{"code", "text"},
		{"during", "text"},
		{"at", "text"},
		{"blob", "text"},
	} {
		typ, err := archwire.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		declared = append(declared, archwire.Column{Name: c.column, Type: typ, Cast: true})
	}
	table.Columns = declared
	for _, hash := range bothHashes {
		wantSame(t, db.view(t), table, archwire.PrintSpec{Hash: hash})
	}
}

// TestPrintsOfRandomRowsEqualThoseOfTheCopy draws values and cuts.
func TestPrintsOfRandomRowsEqualThoseOfTheCopy(t *testing.T) {
	db := openKinds(t)
	table := db.table(t, "kinds")
	v := db.view(t)
	rapid.Check(t, func(rt *rapid.T) {
		table := table
		spec := archwire.PrintSpec{
			Hash: rapid.SampledFrom(bothHashes).Draw(rt, "hash"),
			Keys: rapid.Bool().Draw(rt, "keys"),
			Cut:  archwire.Cut{Parts: rapid.IntRange(0, 500).Draw(rt, "parts")},
		}
		table.Key = []string{rapid.SampledFrom([]string{"n", "int2", "int4", "int8", "uuid", "mixed"}).Draw(rt, "key")}
		if k, _ := table.Column(table.Key[0]); k.Type.Kind <= archwire.Int64 && rapid.Bool().Draw(rt, "ranges") {
			spec.Cut.From = rapid.Int64().Draw(rt, "from")
			spec.Cut.Width = rapid.Int64Range(1, 1<<62).Draw(rt, "width")
			if rapid.Bool().Draw(rt, "narrow") {
				spec.Cut.From, spec.Cut.Width = rapid.Int64Range(-100, 400).Draw(rt, "near"), rapid.Int64Range(1, 50).Draw(rt, "step")
			}
		}
		spec.First = rapid.IntRange(0, max(spec.Cut.Parts-1, 0)).Draw(rt, "first")
		spec.Last = rapid.IntRange(spec.First, max(spec.Cut.Parts-1, 0)).Draw(rt, "last")
		want, err := rowhash.Prints(copied(t, v, table), table, spec)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, serverPrints(t, v, table, spec)); diff != "" {
			rt.Fatalf("%v %+v: prints (-copied +server):\n%s", table.Key, spec, diff)
		}
	})
}
