package duckdb_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/warehousetest"
)

func TestWarehouse(t *testing.T) { warehousetest.Run(t, openIn) }

// openIn opens the warehouse in a folder. The file has the name of a schema: no
// name within it may clash with that.
func openIn(t *testing.T, folder string) archwire.Warehouse {
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
}

func TestSlices(t *testing.T) {
	warehousetest.RunSlices(t, openIn, func(t *testing.T) archwire.SliceReader {
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

func TestSandboxParses(t *testing.T) {
	s, err := duckdb.NewSandbox(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	warehousetest.RunParser(t, s)
}

// closed closes what was opened.
func closed(tb testing.TB, c io.Closer) {
	tb.Helper()
	if err := c.Close(); err != nil {
		tb.Error(err)
	}
}
