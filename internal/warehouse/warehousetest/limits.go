package warehousetest

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"archwire"
)

// Limits say what a warehouse does not hold, and how much of a test it is given. The zero
// Limits are none.
type Limits struct {
	// Refuses says that the warehouse does not hold a value, as batches take it, in a
	// column of a type: staging it is an error of code Invalid. Tests of the values that
	// are kept do without those. nil refuses nothing.
	Refuses func(archwire.Type, any) bool

	// Parallel runs the tests side by side: they wait for the warehouse most of the time.
	Parallel bool

	LongText, LongBytes int // bytes of the longest values tried; 0 is 100 MB of text, 50 MB of bytes
	Rows                int // of the table that is large for a reader; 0 is 200,000
	Histories           int // how many are tried of what loads may do; 0 is rapid's own number
}

func orElse(n, usual int) int { return cmp.Or(n, usual) }

// held is a row without the values that are refused.
func (l Limits) held(table archwire.Table, row []any) []any {
	row = slices.Clone(row)
	for i, v := range row {
		if v != nil && l.Refuses != nil && l.Refuses(table.Columns[i].Type, v) {
			row[i] = nil
		}
	}
	return row
}

func (l Limits) heldRows(table archwire.Table, rows [][]any) [][]any {
	out := make([][]any, len(rows))
	for i, row := range rows {
		out[i] = l.held(table, row)
	}
	return out
}

// testRefuses stages, one by one, the values of everyRows that are refused.
func testRefuses(t *testing.T, open Opener, limits Limits) {
	if limits.Refuses == nil {
		return // all are held, which others show
	}
	l := begin(t, open(t, t.TempDir()), "run", every)
	for _, row := range everyRows {
		for i, v := range row {
			if v == nil || !limits.Refuses(every.Columns[i].Type, v) {
				continue
			}
			one := make([]any, len(row))
			one[0], one[i] = row[0], v
			_, err := l.Stage(context.Background(), every, archwire.Chunk{}, batches(every, one))
			wantCode(t, err, archwire.Invalid)
			if err != nil && archwire.HintOf(err) == "" {
				t.Errorf("the refusal of a %s gives no way out: %v", every.Columns[i].Type, err)
			}
		}
	}
	wantCount(t, l, every, 0)
}
