package warehousetest

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// visit is a table whose rows are merged: with a key, a tenant, a mark for
// deleted rows, and a column in which NaN and -0 are values.
var visit = archwire.Table{
	Source: "rcm", Name: "visit", Key: []string{"id"}, Tenant: "practice_id", Deleted: "gone",
	Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "note", Type: archwire.Type{Kind: archwire.Text}, Nullable: true},
		{Name: "ratio", Type: archwire.Type{Kind: archwire.Float64}, Nullable: true},
		{Name: "gone", Type: archwire.Type{Kind: archwire.Bool}, Nullable: true},
	},
}

// copied is what a table holds: rows as text, by their key.
type copied map[int64][]any

func (c copied) text(t *testing.T, table archwire.Table) map[int64]string {
	t.Helper()
	out := map[int64]string{}
	for id, row := range c {
		out[id] = text(t, batches(table, row))[0]
	}
	return out
}

// change is what a commit should say that turned old into c.
func (c copied) change(t *testing.T, table archwire.Table, old copied, merged bool) archwire.Changed {
	t.Helper()
	var out archwire.Changed
	before, after := old.text(t, table), c.text(t, table)
	tenants := map[string]bool{}
	touch := func(row []any) { tenants[fmt.Sprint(row[1])] = true }
	for id, row := range old {
		switch now, ok := after[id]; {
		case !ok:
			out.Deleted++
			touch(row)
		case now != before[id]:
			out.Updated++
			touch(row)
			touch(c[id])
		}
	}
	for id, row := range c {
		if _, ok := old[id]; !ok {
			out.Inserted++
			touch(row)
		}
	}
	if !merged { // an update is a delete and an insert
		out.Inserted, out.Deleted, out.Updated = out.Inserted+out.Updated, out.Deleted+out.Updated, 0
	}
	out.Tenants = slices.Sorted(maps.Keys(tenants))
	return out
}

func anyVisit(r *rapid.T, id int64) []any {
	return []any{
		id, int64(rapid.IntRange(1, 4).Draw(r, "practice")),
		rapid.SampledFrom([]any{nil, "", "a", "b"}).Draw(r, "note"),
		rapid.SampledFrom([]any{nil, 0.0, negativeZero, notANumber, 1.5}).Draw(r, "ratio"),
		rapid.SampledFrom([]any{nil, false, false, true}).Draw(r, "gone"),
	}
}

// testHistory does what a run of loads may do, at random, and keeps account of
// it in a map.
func testHistory(t *testing.T, open Opener, limits Limits) {
	w, n := open(t, t.TempDir()), 0
	rapid.Check(t, func(r *rapid.T) {
		if n++; limits.Histories > 0 && n > limits.Histories {
			return
		}
		table := visit
		table.Name = fmt.Sprint("visit_", n)
		var old copied
		for range rapid.IntRange(1, 3).Draw(r, "loads") {
			merge := rapid.Bool().Draw(r, "merge")
			l := beginLoad(t, w, "run", merge, table)
			now := copied{}
			if merge {
				now = maps.Clone(old)
			}
			if now == nil {
				now = copied{}
			}
			actions(t, r, l, table, now, limits)
			wantCount(t, l, table, int64(len(now)))
			wantSpan(t, l, table, now)
			if rapid.IntRange(0, 5).Draw(r, "abort") == 0 {
				if err := l.Abort(context.Background()); err != nil {
					t.Fatal(err)
				}
				now = old
			} else {
				want := archwire.Changed{All: true}
				if old != nil {
					want = now.change(t, table, old, merge)
				}
				if diff := cmp.Diff(want, commit(t, l).Tables[table.ID()]); diff != "" {
					r.Fatalf("the commit says: %s", diff)
				}
			}
			old = now
			if old != nil {
				wantRows(t, w, table, old)
			}
		}
	})
}

func wantRows(t *testing.T, w archwire.Warehouse, table archwire.Table, rows copied) {
	t.Helper()
	want := []string{}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		want = append(want, rows.text(t, table)[id])
	}
	if diff := cmp.Diff(want, query(t, w, "select * from "+archwire.QuoteName(table.ID())+" order by id")); diff != "" {
		t.Fatalf("the table holds: %s", diff)
	}
}

func wantSpan(t *testing.T, l archwire.Load, table archwire.Table, rows copied) {
	t.Helper()
	low, high, ok, err := l.Span(context.Background(), table)
	keys := slices.Sorted(maps.Keys(rows))
	if err != nil || len(keys) > 0 && (!ok || low > keys[0] || high < keys[len(keys)-1]) {
		t.Fatalf("the span is %d to %d, %t, %v of %v", low, high, ok, err, keys)
	}
}

// actions stages and patches at random; now is kept as it should become.
func actions(t *testing.T, r *rapid.T, l archwire.Load, table archwire.Table, now copied, limits Limits) {
	t.Helper()
	staged := map[int64]bool{}
	put := func(rows [][]any) {
		for _, row := range rows {
			delete(now, row[0].(int64))
			if row[4] != true {
				now[row[0].(int64)] = row
			}
		}
	}
	ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 12), 0, 6, rapid.ID)
	for range rapid.IntRange(0, 5).Draw(r, "actions") {
		var rows [][]any
		for _, id := range ids.Draw(r, "ids") {
			rows = append(rows, limits.held(table, anyVisit(r, id)))
		}
		if rapid.Bool().Draw(r, "stage") {
			rows = slices.DeleteFunc(rows, func(row []any) bool { return staged[row[0].(int64)] })
			for _, row := range rows {
				staged[row[0].(int64)] = true
			}
			stage(t, l, table, batches(table, rows...))
			put(rows)
			continue
		}
		var keys archwire.Batches
		var taken int64
		if gone := ids.Draw(r, "keys"); len(gone) > 0 {
			var list [][]any
			for _, id := range gone {
				list = append(list, []any{id})
				if _, ok := now[id]; ok {
					taken++
				}
				delete(now, id)
			}
			keys = batches(table.KeyTable(), list...)
		}
		for _, row := range rows {
			staged[row[0].(int64)] = true // staging it as well would put it in twice
		}
		got, err := l.Patch(context.Background(), table, keys, batches(table, rows...))
		if err != nil || got != taken {
			t.Fatalf("the patch took %d rows out, want %d: %v", got, taken, err)
		}
		put(rows)
	}
}

var negativeZero, notANumber = math.Copysign(0, -1), math.NaN()
