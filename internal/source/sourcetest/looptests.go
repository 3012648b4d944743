package sourcetest

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"sync"
	"testing"
	"time"

	"archwire"
)

func testErrorComesLast(t *testing.T, h Harness) {
	table := payer(2)
	table.Rows = append(table.Rows, []any{int64(9), "Delta", archwire.Number("0.001")})
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "payer")
	declared.Columns[2].Type.Scale, declared.Columns[2].Cast = 1, true
	v := Open(t, lab.Source)
	var after error
	for batch, err := range v.Batches(t.Context(), declared, firstChunk(t, v, declared)) {
		if after != nil {
			t.Fatal("the loop went on after an error")
		}
		if err != nil && batch != nil {
			t.Error("a batch came with an error")
		}
		after = err
	}
	if after == nil {
		t.Error("no error came")
	}
}

func testRetainedBatch(t *testing.T, h Harness) {
	table := Table{Name: "wide", Columns: []archwire.Column{column("id", archwire.Int64), column("body", archwire.Bytes)}}
	for i := range 200 {
		body := make([]byte, 200_000)
		for j := range body {
			body[j] = byte(i)
		}
		table.Rows = append(table.Rows, []any{int64(i), body})
	}
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "wide")
	v := Open(t, lab.Source)
	var kept []archwire.Batch
	var then [][]any
	for batch, err := range v.Batches(t.Context(), declared, firstChunk(t, v, declared)) {
		if err != nil {
			t.Fatal(err)
		}
		batch.Retain()
		kept = append(kept, batch)
		then = append(then, RowsOf(batch)...)
	}
	var now [][]any
	for _, batch := range kept {
		now = append(now, RowsOf(batch)...)
		batch.Release()
	}
	if len(kept) < 2 || !reflect.DeepEqual(then, now) {
		t.Errorf("%d batches; their values changed while they were kept", len(kept))
	}
}

func testStoppedLoop(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5000))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	c := firstChunk(t, v, table)
	for range 2 * lab.Connections {
		for _, err := range v.Batches(t.Context(), table, c) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if rows := ReadAll(t, v, table); len(rows) != 5000 {
		t.Errorf("%d rows after stopped loops, want 5000", len(rows))
	}
}

// testBudget holds as many loops open as the budget allows; the next waits, for
// as long as its context lets it, and goes ahead once a loop has ended.
func testBudget(t *testing.T, h Harness) {
	lab := h.Open(t, payer(10))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	c := firstChunk(t, v, table)
	var stops []func()
	for range lab.Connections {
		next, stop := iter.Pull2(v.Batches(context.Background(), table, c))
		defer stop()
		if _, err, ok := next(); !ok || err != nil {
			t.Fatalf("a loop within the budget: %v", err)
		}
		stops = append(stops, stop)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Rows(v.Batches(ctx, table, c)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a loop beyond the budget ended with %v, want it to wait until its deadline", err)
	}
	stops[0]()
	if rows, err := Rows(v.Batches(context.Background(), table, c)); err != nil || len(rows) != 10 {
		t.Errorf("after a loop had ended: %d rows, error %v", len(rows), err)
	}
}

func testGoroutines(t *testing.T, h Harness) {
	lab := h.Open(t, payer(3000))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := lab.Source.Tables(t.Context()); err != nil {
				t.Error(err)
			}
			if n, err := v.Count(t.Context(), table); err != nil || n != 3000 {
				t.Errorf("count %d, error %v", n, err)
			}
			chunks, err := v.Chunks(t.Context(), table)
			if err != nil {
				t.Error(err)
			}
			rows := 0
			for _, c := range chunks {
				some, err := Rows(v.Batches(t.Context(), table, c))
				if err != nil {
					t.Error(err)
				}
				rows += len(some)
			}
			if rows != 3000 {
				t.Errorf("%d rows, want 3000", rows)
			}
		})
	}
	group.Wait()
}

func testCount(t *testing.T, h Harness) {
	lab := h.Open(t, payer(12))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	lab.Insert(t, "payer", []any{int64(100), "late", nil})
	if n, err := v.Count(t.Context(), table); err != nil || n != 12 {
		t.Errorf("count %d, error %v; want 12", n, err)
	}
}

func testCancelled(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5000))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	c := firstChunk(t, v, table)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Rows(v.Batches(ctx, table, c)); !errors.Is(err, context.Canceled) {
		t.Errorf("Batches: %v, want context canceled", err)
	}
	if _, err := v.Count(ctx, table); !errors.Is(err, context.Canceled) {
		t.Errorf("Count: %v, want context canceled", err)
	}
	if _, err := v.Chunks(ctx, table); !errors.Is(err, context.Canceled) {
		t.Errorf("Chunks: %v, want context canceled", err)
	}
	if n, err := v.Count(context.Background(), table); err != nil || n != 5000 {
		t.Errorf("afterwards: count %d, error %v", n, err)
	}
}

func testViewClosesTwice(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	v, err := lab.Source.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := v.Chunks(t.Context(), table); err == nil {
		t.Error("Chunks of a closed view gave no error")
	}
	if _, err := v.Count(t.Context(), table); err == nil {
		t.Error("Count of a closed view gave no error")
	}
	if _, err := Rows(v.Batches(t.Context(), table, archwire.Chunk{})); err == nil {
		t.Error("Batches of a closed view gave no error")
	}
}
