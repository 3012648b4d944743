package warehousetest

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/rowhash"
)

// testPrintsOfKinds compares what the warehouse says of rows, of its own storage,
// with what they print as before they are in it.
func testPrintsOfKinds(t *testing.T, open Opener, limits Limits) {
	rows := limits.heldRows(every, everyRows)
	some := rapid.SliceOfN(rapid.Custom(anyRow), 200, 200)
	for seed := range 12 {
		for _, row := range some.Example(seed) {
			row[0] = int32(len(rows) + 1)
			rows = append(rows, limits.held(every, row))
		}
	}
	byNumber, byText := every, every
	byNumber.Key, byText.Key = []string{"n"}, []string{"n", "uuid", "text", "large"}
	byMark := byNumber
	byMark.Deleted = "bool"
	w := open(t, t.TempDir())
	for _, table := range []archwire.Table{byNumber, byText, byMark} {
		l := begin(t, w, "run", table)
		stage(t, l, table, batches(table, rows...))
		for _, spec := range []archwire.PrintSpec{
			{},
			{Cut: archwire.Cut{Parts: 7}, Last: 6},
			{Cut: archwire.Cut{Parts: 7}, First: 2, Last: 5},
			{Cut: archwire.Cut{From: 50, Width: 300, Parts: 9}, Last: 8},
			{Cut: archwire.Cut{From: 50, Width: 300, Parts: 9}, First: 1, Last: 3},
			{Cut: archwire.Cut{From: -3, Width: math.MaxInt64, Parts: 2}, Last: 1},
			{Keys: true},
			{Keys: true, Cut: archwire.Cut{Parts: 5}, Last: 4},
		} {
			if spec.Cut.Width > 0 && len(table.Key) > 1 {
				continue // such a key has no ranges
			}
			for _, spec.Hash = range l.Hashes(table) {
				want, err := rowhash.Prints(batches(table, rows...), table, spec)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, printsOf(t, l, table, spec)); diff != "" {
					t.Errorf("%v %+v: %s", table.Key, spec, diff)
				}
			}
		}
		if err := l.Abort(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
