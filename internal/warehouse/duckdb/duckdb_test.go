package duckdb_test

import (
	"context"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// A run that is cancelled may close the warehouse while something still reads.
func TestCloseWhileAQueryIsOpen(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := duckdb.Open(ctx, duckdb.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Refresh(ctx, archwire.Model{Name: "a.b", SQL: "select i as n from generate_series(1, 1000) t(i)"}, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
	for _, err := range w.Query(ctx, archwire.Query{SQL: "select * from a.b"}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		break
	}
	if w, err = duckdb.Open(ctx, duckdb.Config{Path: path}); err != nil {
		t.Fatal(err)
	}
	defer closed(t, w)
	if n := scalar(w, "(select count(*) from a.b)"); n != "1000" {
		t.Errorf("the model has %s rows", n)
	}
}
