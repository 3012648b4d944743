package duckdb_test

import (
	"context"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/warehousetest"
)

func TestWarehouse(t *testing.T) {
	warehousetest.Run(t, func(t *testing.T, folder string) archwire.Warehouse {
		t.Helper()
		w, err := duckdb.Open(context.Background(), duckdb.Config{Path: filepath.Join(folder, "rcm.duckdb"), Memory: "700MB", Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
		return w
	})
}
