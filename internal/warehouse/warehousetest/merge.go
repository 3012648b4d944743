package warehousetest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// row is a row of visit.
func row(id, practice int, note string) []any { return []any{id, int64(practice), note, nil, nil} }

// withVisits is a warehouse with some visits.
func withVisits(t *testing.T, open Opener, rows ...[]any) archwire.Warehouse {
	t.Helper()
	w := open(t, t.TempDir())
	loadAll(t, w, "first", map[string]archwire.Batches{visit.ID(): batches(visit, rows...)}, visit)
	return w
}

func wantVisits(t *testing.T, w archwire.Warehouse, want ...string) {
	t.Helper()
	got := query(t, w, "select id || ' ' || practice_id || ' ' || note from rcm.visit order by id")
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Error(diff)
	}
}

func wantChanged(t *testing.T, c archwire.Committed, table archwire.Table, want archwire.Changed) {
	t.Helper()
	if diff := cmp.Diff(want, c.Tables[table.ID()]); diff != "" {
		t.Errorf("the commit says of %s: %s", table.ID(), diff)
	}
}

func testMerge(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"), row(2, 10, "b"), row(3, 20, "c"), row(4, 30, "d"))
	l := beginMerge(t, w, "second", visit)
	deleted := row(4, 30, "d")
	deleted[4] = true
	stage(t, l, visit, batches(visit, row(2, 20, "moved"), row(3, 20, "c"), deleted, row(5, 40, "new")))
	wantVisits(t, w, "1 10 a", "2 10 b", "3 20 c", "4 30 d")
	wantCount(t, l, visit, 4)
	wantChanged(t, commit(t, l), visit, archwire.Changed{Inserted: 1, Updated: 1, Deleted: 1, Tenants: []string{"10", "20", "30", "40"}})
	wantVisits(t, w, "1 10 a", "2 20 moved", "3 20 c", "5 40 new")
}

func testMergeNothing(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"), row(2, 10, "b"))
	l := beginMerge(t, w, "second", visit)
	stage(t, l, visit, batches(visit, row(2, 10, "b")))
	if _, err := l.Patch(context.Background(), visit, batches(visit.KeyTable(), []any{7}), batches(visit, row(1, 10, "a"))); err != nil {
		t.Fatal(err)
	}
	if c := commit(t, l).Tables[visit.ID()]; !c.None() {
		t.Errorf("rows that were read again are changed: %+v", c)
	}
	wantVisits(t, w, "1 10 a", "2 10 b")
}

func testMergeFirst(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	l := beginMerge(t, w, "first", visit)
	wantCount(t, l, visit, 0)
	stage(t, l, visit, batches(visit, row(1, 10, "a")))
	if c := commit(t, l).Tables[visit.ID()]; !c.All {
		t.Errorf("a new table is %+v, want all of it changed", c)
	}
	wantVisits(t, w, "1 10 a")
}

func testMergeRefuses(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"))
	for name, change := range map[string]func(*archwire.Table){
		"a further column": func(v *archwire.Table) {
			v.Columns = append(v.Columns, archwire.Column{Name: "more", Type: archwire.Type{Kind: archwire.Bool}})
		},
		"a missing column":  func(v *archwire.Table) { v.Columns = slices.Delete(v.Columns, 3, 4) },
		"a narrower column": func(v *archwire.Table) { v.Columns[3].Type.Kind = archwire.Float32 },
		"another type":      func(v *archwire.Table) { v.Columns[2].Type.Kind = archwire.Bytes },
	} {
		v := visit
		v.Columns = slices.Clone(visit.Columns)
		change(&v)
		_, err := w.Begin(context.Background(), "second", []archwire.LoadTable{{Table: v, Merge: true}})
		if err == nil || !strings.Contains(err.Error(), v.ID()) {
			t.Errorf("%s: merging gives %v", name, err)
		}
	}
}

func testMergeWithoutAKey(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"))
	keyless := visit
	keyless.Key = nil
	l := beginMerge(t, w, "second", keyless)
	wantCount(t, l, keyless, 1)
	if _, err := l.Stage(context.Background(), keyless, archwire.Chunk{}, batches(keyless, row(2, 10, "b"))); err == nil {
		t.Error("rows were merged into a table without a key")
	}
	commit(t, l)
	wantVisits(t, w, "1 10 a")
}

func testMergeDoubles(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"))
	l := beginMerge(t, w, "second", visit)
	stage(t, l, visit, batches(visit, row(2, 10, "b"), row(2, 10, "again")))
	if c, err := l.Commit(context.Background(), today, nil); err == nil {
		t.Errorf("a key that is none was committed: %+v", c)
	}
	wantVisits(t, w, "1 10 a")
}

func testPatch(t *testing.T, open Opener) {
	for _, merge := range []bool{true, false} {
		w := withVisits(t, open, row(1, 10, "a"), row(2, 10, "b"), row(3, 20, "c"))
		l := beginLoad(t, w, "second", merge, visit)
		if !merge {
			stage(t, l, visit, batches(visit, row(1, 10, "a"), row(2, 10, "b"), row(3, 20, "c")))
		}
		patch := func(keys, rows archwire.Batches, want int64) {
			t.Helper()
			if n, err := l.Patch(context.Background(), visit, keys, rows); err != nil || n != want {
				t.Errorf("the patch took %d rows out, want %d: %v", n, want, err)
			}
		}
		keys := visit.KeyTable()
		patch(nil, nil, 0)
		patch(batches(keys, []any{2}, []any{9}, []any{2}), nil, 1)
		wantCount(t, l, visit, 2)
		patch(nil, batches(visit, row(4, 10, "d"), row(1, 10, "A")), 0)
		wantCount(t, l, visit, 3)
		patch(batches(keys, []any{4}, []any{1}, []any{2}), batches(visit, row(2, 30, "B")), 2)
		wantCount(t, l, visit, 2)
		if low, high, ok, err := l.Span(context.Background(), visit); low > 2 || high < 3 || !ok || err != nil {
			t.Errorf("the keys 2 and 3 lie between %d and %d, %t, %v", low, high, ok, err)
		}
		wantVisits(t, w, "1 10 a", "2 10 b", "3 20 c")
		commit(t, l)
		wantVisits(t, w, "2 30 B", "3 20 c")
	}
}

func testPatchRefuses(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"))
	l := beginMerge(t, w, "second", visit)
	if _, err := l.Patch(context.Background(), visit, nil, batches(visit, row(2, 10, "b"), row(2, 10, "again"))); err == nil {
		t.Error("two rows of one key were put in")
	}
	wantCount(t, l, visit, 1)
	if err := l.Abort(context.Background()); err != nil {
		t.Fatal(err)
	}
	bare := payer // has no key
	l = begin(t, w, "third", bare)
	if _, err := l.Patch(context.Background(), bare, nil, batches(bare, []any{1, "a"})); err == nil {
		t.Error("a table without a key was patched")
	}
}

func testSpan(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	named := archwire.Table{Source: "rcm", Name: "named", Columns: payer.Columns, Key: []string{"name"}}
	pair := archwire.Table{Source: "rcm", Name: "pair", Columns: ledger.Columns, Key: []string{"practice_id", "id"}}
	l := begin(t, w, "first", visit, named, pair)
	stage(t, l, named, batches(named, []any{1, "a"}))
	stage(t, l, pair, batches(pair, []any{1, 1, nil, nil}))
	for _, table := range []archwire.Table{visit, named, pair} {
		if low, high, ok, err := l.Span(context.Background(), table); ok || err != nil {
			t.Errorf("%s has the span %d to %d, %v", table.ID(), low, high, err)
		}
	}
	stage(t, l, visit, batches(visit, row(-5, 1, ""), row(1<<40, 1, "")))
	if low, high, ok, err := l.Span(context.Background(), visit); low != -5 || high != 1<<40 || !ok || err != nil {
		t.Errorf("the span is %d to %d, %t, %v", low, high, ok, err)
	}
}

func testReplaceChanges(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"), row(2, 20, "b"), row(3, 30, "c"))
	again := func(table archwire.Table, rows ...[]any) archwire.Committed {
		l := begin(t, w, "next", table)
		stage(t, l, table, batches(table, rows...))
		return commit(t, l)
	}
	if c := again(visit, row(3, 30, "c"), row(1, 10, "a"), row(2, 20, "b")).Tables[visit.ID()]; !c.None() {
		t.Errorf("the same rows in another order are %+v", c)
	}
	wantChanged(t, again(visit, row(1, 10, "a"), row(2, 25, "b"), row(4, 40, "d")), visit,
		archwire.Changed{Inserted: 2, Deleted: 2, Tenants: []string{"20", "25", "30", "40"}})
	nobodys := visit
	nobodys.Tenant = ""
	wantChanged(t, again(nobodys, row(1, 10, "a"), row(2, 25, "b")), visit, archwire.Changed{Deleted: 1})
	wider := visit
	wider.Columns = append(slices.Clone(visit.Columns), archwire.Column{Name: "more", Type: archwire.Type{Kind: archwire.Bool}})
	wantChanged(t, again(wider, append(row(1, 10, "a"), nil)), visit, archwire.Changed{All: true})
}

func testChangesArePending(t *testing.T, open Opener) {
	ctx := context.Background()
	w := withVisits(t, open, row(1, 10, "a"), row(2, 20, "b"))
	reads := []string{visit.ID(), "archwire.run"}
	pending := func() archwire.Pending {
		t.Helper()
		p, err := w.Pending(ctx, "somebody", reads)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Published(ctx, map[string]archwire.Acknowledged{"somebody": {Seq: p.Seq}}); err != nil {
			t.Fatal(err)
		}
		return p
	}
	pending()
	for _, step := range []struct {
		day     string
		note    string
		all     []string
		tenants []string
	}{
		{"2026-11-20", "b", nil, nil},
		{"2026-11-20", "c", nil, []string{"20"}},
		{"2026-11-21", "c", []string{"archwire.run"}, nil},
	} {
		l := beginMerge(t, w, "next", visit)
		stage(t, l, visit, batches(visit, row(2, 20, step.note)))
		if _, err := l.Commit(ctx, archwire.Query{SQL: "select date '" + step.day + "'"}, nil); err != nil {
			t.Fatal(err)
		}
		if p := pending(); !slices.Equal(p.All, step.all) || !slices.Equal(p.Tenants, step.tenants) {
			t.Errorf("after %+v, %v and %v are pending", step, p.All, p.Tenants)
		}
	}
}

func testWidens(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	widener, ok := w.(archwire.Widener)
	if !ok {
		return // not every warehouse is one
	}
	narrow := archwire.Table{Source: "rcm", Name: "grown", Key: []string{"id"}, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int16}},
		{Name: "amount", Type: archwire.Type{Kind: archwire.Decimal, Precision: 6, Scale: 2}, Nullable: true},
		{Name: "ratio", Type: archwire.Type{Kind: archwire.Float32}, Nullable: true},
		{Name: "doc", Type: archwire.Type{Kind: archwire.JSON}, Nullable: true},
	}}
	wide := narrow
	wide.Columns = []archwire.Column{
		{Name: "doc", Type: archwire.Type{Kind: archwire.Text}, Nullable: true},
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "ratio", Type: archwire.Type{Kind: archwire.Float64}, Nullable: true},
		{Name: "amount", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 4}, Nullable: true},
	}
	if !widener.Widens(narrow, wide) || !widener.Widens(narrow, narrow) || widener.Widens(wide, narrow) {
		t.Error("Widens does not tell wider from narrower")
	}
	for i, other := range []archwire.Type{{Kind: archwire.Int64}, {Kind: archwire.Decimal, Precision: 38, Scale: 36}, {Kind: archwire.Text}} {
		changed := narrow
		changed.Columns = slices.Clone(narrow.Columns)
		changed.Columns[1].Type = other
		if widener.Widens(narrow, changed) {
			t.Errorf("%d: %s holds what decimal(6,2) does, it says", i, other)
		}
	}
	loadAll(t, w, "first", map[string]archwire.Batches{narrow.ID(): batches(narrow,
		[]any{int16(1), "1.25", float32(0.1), "{}"}, []any{int16(2), nil, nil, nil})}, narrow)
	l := beginMerge(t, w, "second", wide)
	stage(t, l, wide, batches(wide, []any{"x", int64(1) << 40, 0.1, "99999999.0001"}))
	if _, err := l.Patch(context.Background(), wide, batches(wide.KeyTable(), []any{2}), nil); err != nil {
		t.Fatal(err)
	}
	wantCount(t, l, wide, 2)
	if c := commit(t, l).Tables[wide.ID()]; !c.All {
		t.Errorf("a table with other columns is %+v, want all of it changed", c)
	}
	want := []string{"1|1.2500|0.10000000149011612|{}", "1099511627776|99999999.0001|0.1|x"}
	if diff := cmp.Diff(want, query(t, w, "select id, amount, ratio, doc from rcm.grown order by id")); diff != "" {
		t.Error(diff)
	}
}
