package warehousetest

import (
	"context"
	"testing"

	"archwire"
)

// pairs has rows twice over, and rows with NULL.
var pairs = archwire.Model{
	Name: "finance.pairs", SQL: "select practice_id, nullif(amount, 2.20) as amount from rcm.ledger where id <= 4",
}

// A model that was computed in full is what a full computation gives; one whose
// source went on is not, by as many rows as came and went, each counted as often
// as it occurs.
func testCompareModel(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	twice := [][]any{{1, 1, "1.10", int32(10)}, {1, 2, "1.10", int32(10)}, {2, 3, "2.20", int32(10)}, {2, 4, "2.20", int32(10)}}
	loadLedger(t, w, twice...)
	refresh(t, w, pairs)
	compared := func(want archwire.ModelComparison) {
		t.Helper()
		got, err := w.CompareModel(context.Background(), pairs)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("the comparison says %+v, want %+v", got, want)
		}
	}
	compared(archwire.ModelComparison{Rows: 4})

	loadLedger(t, w, twice[0], twice[2], twice[3], []any{9, 5, "9.00", int32(10)})
	compared(archwire.ModelComparison{Rows: 4, Differ: 1})
	loadLedger(t, w, twice[0], []any{1, 2, "1.20", int32(10)}, twice[2])
	compared(archwire.ModelComparison{Rows: 4, Differ: 3})

	if _, err := w.CompareModel(context.Background(), archwire.Model{Name: "finance.never", SQL: "select 1 as n"}); err == nil {
		t.Error("a model that was never refreshed was compared")
	}
}
