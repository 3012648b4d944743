package redshift_test

import (
	"context"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/warehousetest"
)

func TestSlices(t *testing.T) {
	warehousetest.RunSlices(t, newCluster(t).open, func(t *testing.T) archwire.SliceReader {
		t.Helper()
		r, err := duckdb.OpenReader(context.Background(), duckdb.ReaderConfig{Memory: "500MB", Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
		return r
	})
}
