package warehousetest

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"archwire"
)

func printsOf(t *testing.T, l archwire.Load, table archwire.Table, p archwire.PrintSpec) []archwire.PartPrint {
	t.Helper()
	out, err := l.Prints(context.Background(), table, p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// whole is the print of a table in one part.
func whole(t *testing.T, l archwire.Load, table archwire.Table) []archwire.PartPrint {
	t.Helper()
	hashes := l.Hashes(table)
	if len(hashes) == 0 {
		t.Fatal("no hash can be computed")
	}
	return printsOf(t, l, table, archwire.PrintSpec{Hash: hashes[0]})
}

func testPrintsOfAMerge(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"), row(2, 10, "b"), row(3, 20, "c"))
	merged := beginMerge(t, w, "second", visit)
	deleted := row(3, 20, "c")
	deleted[4] = true
	stage(t, merged, visit, batches(visit, row(2, 20, "B"), deleted, row(5, 40, "new")))
	if _, err := merged.Patch(context.Background(), visit, batches(visit.KeyTable(), []any{1}), batches(visit, row(6, 40, "patched"))); err != nil {
		t.Fatal(err)
	}
	// Another table with the rows that Commit would leave, and nothing else.
	got, staged := whole(t, merged, visit), printsOf(t, merged, visit, archwire.PrintSpec{Hash: merged.Hashes(visit)[0], Staged: true})
	left := [][]any{row(2, 20, "B"), row(5, 40, "new"), row(6, 40, "patched")}
	if len(staged) != 1 || staged[0].Rows > 3 || staged[0].Rows < 2 {
		t.Errorf("what was staged prints as %v", staged)
	}
	other := withVisits(t, open)
	l := begin(t, other, "second", visit)
	stage(t, l, visit, batches(visit, left...))
	if diff := cmp.Diff(whole(t, l, visit), got); diff != "" || got[0].Rows != 3 {
		t.Errorf("%v: %s", got, diff)
	}
	if _, err := l.Patch(context.Background(), visit, nil, batches(visit, row(6, 41, "patched"))); err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(whole(t, l, visit), got) {
		t.Error("rows that differ have equal prints")
	}
}

func testPrintsByKey(t *testing.T, open Opener) {
	const low, high = math.MinInt64, math.MaxInt64
	ids := []int64{low, -7, 0, 99, 100, 101, 250, 299, 300, high}
	w := withVisits(t, open)
	l := begin(t, w, "second", visit)
	for _, id := range ids {
		stage(t, l, visit, batches(visit, []any{id, int64(1), nil, nil, nil}))
	}
	cut := archwire.Cut{From: 0, Width: 100, Parts: 3}
	spec := archwire.PrintSpec{Keys: true, Cut: cut, Last: 2}
	sum := func(ids ...int64) (n uint64) {
		for _, id := range ids {
			n += uint64(id)
		}
		return n
	}
	want := []archwire.PartPrint{
		{Part: 0, Rows: 4, Sum: sum(low, -7, 0, 99)}, {Part: 1, Rows: 2, Sum: sum(100, 101)}, {Part: 2, Rows: 4, Sum: sum(250, 299, 300, high)},
	}
	if diff := cmp.Diff(want, printsOf(t, l, visit, spec)); diff != "" {
		t.Error(diff)
	}
	for part := range 3 {
		spec.First, spec.Last = part, part
		if diff := cmp.Diff(want[part:part+1], printsOf(t, l, visit, spec)); diff != "" {
			t.Errorf("part %d alone: %s", part, diff)
		}
	}
	// Cuts at the ends of what a key can be.
	for _, cut := range []archwire.Cut{
		{From: low, Width: high, Parts: 3}, {From: -7, Width: high, Parts: 2}, {From: high - 1, Width: high, Parts: 5}, {From: low, Width: 1, Parts: 2},
	} {
		var rows int64
		var total uint64
		for _, one := range printsOf(t, l, visit, archwire.PrintSpec{Keys: true, Cut: cut, Last: cut.Parts - 1}) {
			rows, total = rows+one.Rows, total+one.Sum
		}
		if rows != int64(len(ids)) || total != sum(ids...) {
			t.Errorf("the cut %+v has %d rows with the sum %d", cut, rows, total)
		}
	}
}

func testRowPrints(t *testing.T, open Opener) {
	w := withVisits(t, open, row(1, 10, "a"), row(2, 10, "b"), row(3, 20, "c"))
	l := beginMerge(t, w, "second", visit)
	stage(t, l, visit, batches(visit, row(250, 20, "B")))
	for _, keys := range []bool{false, true} {
		for _, cut := range []archwire.Cut{{From: 0, Width: 2, Parts: 4}, {Parts: 3}, {}} {
			spec := archwire.PrintSpec{Hash: l.Hashes(visit)[0], Keys: keys, Cut: cut, Last: max(cut.Parts-1, 0)}
			for _, part := range printsOf(t, l, visit, spec) {
				spec.First, spec.Last = part.Part, part.Part
				var rows int64
				var sum uint64
				for b, err := range l.RowPrints(context.Background(), visit, spec) {
					if err != nil {
						t.Fatal(err)
					}
					if b.ColumnName(0) != "id" || b.ColumnName(1) != archwire.PrintColumn {
						t.Fatalf("the columns are %v", b.Schema())
					}
					rows += b.NumRows()
					for i := range int(b.NumRows()) {
						if keys && cut.Width > 0 { // then a part's sum is of the keys themselves
							sum += uint64(b.Column(0).(*array.Int64).Value(i))
						} else {
							sum += uint64(b.Column(1).(*array.Int64).Value(i))
						}
					}
				}
				if rows != part.Rows || sum != part.Sum {
					t.Errorf("keys %t, %+v: the rows of %+v are %d with the sum %d", keys, cut, part, rows, sum)
				}
			}
		}
	}
}

// testRowPrintsOfKeys asks for keys by themselves and by parts, of rows that are
// there, staged, patched, marked and taken out.
func testRowPrintsOfKeys(t *testing.T, open Opener) {
	const low, high = math.MinInt64, math.MaxInt64
	w := withVisits(t, open, row(-7, 1, ""), row(0, 1, ""), row(99, 1, ""), row(100, 1, ""), row(101, 1, ""), row(250, 1, ""), row(low, 1, ""), row(high, 1, ""))
	l := beginMerge(t, w, "second", visit)
	marked := row(101, 1, "")
	marked[4] = true
	stage(t, l, visit, batches(visit, row(0, 2, "again"), row(150, 1, "new"), marked))
	if _, err := l.Patch(context.Background(), visit, batches(visit.KeyTable(), []any{100}, []any{5}), batches(visit, row(299, 1, "patched"))); err != nil {
		t.Fatal(err)
	}
	cut := archwire.Cut{From: 0, Width: 100, Parts: 4}
	for _, c := range []struct {
		name       string
		parts      []int
		only, want []int64
	}{
		{name: "all", want: []int64{low, -7, 0, 99, 150, 250, 299, high}},
		{name: "no key", only: []int64{}},
		{name: "keys", only: []int64{low, -7, -6, 0, 5, 99, 100, 101, 150, 299, 300}, want: []int64{low, -7, 0, 99, 150, 299}},
		{name: "no part", parts: []int{}},
		{name: "first part", parts: []int{0}, want: []int64{low, -7, 0, 99}},
		{name: "parts", parts: []int{1, 3}, want: []int64{150, high}},
		{name: "parts in a row", parts: []int{0, 1, 2}, want: []int64{low, -7, 0, 99, 150, 250, 299}},
		{name: "keys of parts", parts: []int{1, 2}, only: []int64{0, 150, 250, 299}, want: []int64{150, 250, 299}},
	} {
		var got []int64
		spec := archwire.PrintSpec{Hash: l.Hashes(visit)[0], Keys: true, Cut: cut, Last: 3, Parts: c.parts, Only: c.only}
		for b, err := range l.RowPrints(context.Background(), visit, spec) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, b.Column(0).(*array.Int64).Values()...)
		}
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
