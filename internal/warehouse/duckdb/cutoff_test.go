package duckdb_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// Whenever a load is cut off, the connection that it used serves the next caller
// as any other does: it looks for names where all do, and no transaction is open
// on it.
func TestALoadThatIsCutOffLeavesItsConnectionClean(t *testing.T) {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, w)
	load, err := w.Begin(ctx, "run", []archwire.LoadTable{{Table: ledger}})
	if err != nil {
		t.Fatal(err)
	}
	batch := ledgerBatch(0, 100)
	defer batch.Release()
	stage := func(ctx context.Context) error {
		_, err := load.Stage(ctx, ledger, archwire.Chunk{}, func(yield func(archwire.Batch, error) bool) { yield(batch, nil) })
		return err
	}
	took := time.Hour // the shortest that went through
	timed := func(ctx context.Context) error {
		begin := time.Now()
		err := stage(ctx)
		if err == nil {
			took = min(took, time.Since(begin))
		}
		return err
	}
	if err := timed(ctx); err != nil {
		t.Fatal(err)
	}
	cut := 0
	const moments = 100
	for i := range moments {
		short, stop := context.WithTimeout(ctx, took*time.Duration(i)/moments)
		if timed(short) != nil {
			cut++
		}
		stop()
		if _, err := w.Pending(ctx, "nobody", nil); err != nil {
			t.Fatalf("after a load that was cut off %d/%d of its way: %v", i, moments, err)
		}
		if _, err := w.Refresh(ctx, archwire.Model{Name: "a.b", SQL: "select 1 as n"}, archwire.RefreshScope{}); err != nil {
			t.Fatalf("after a load that was cut off %d/%d of its way: %v", i, moments, err)
		}
	}
	if cut < moments/4 {
		t.Errorf("only %d of %d loads were cut off", cut, moments)
	}
}
