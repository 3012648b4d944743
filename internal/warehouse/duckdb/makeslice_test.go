package duckdb_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// Rows that a reader with little memory has to sort on the disk are written as one
// with enough of it does, and nothing of the sorting is left.
func TestMakeSlice_SortsOnTheDiskWhatDoesNotFit(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "w.duckdb"), Memory: "1GB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // the test is over
	rows := w.Query(ctx, archwire.Query{SQL: "select 'p1' as tenant, md5(i::varchar) as k, repeat(md5((i * 7)::varchar), 4) as v from range(0, 200000) r(i)"})
	made := map[string][]byte{}
	for _, memory := range []string{"64MB", "2GB"} {
		r, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: memory})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, memory, "made.parquet")
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if n, err := r.MakeSlice(ctx, rows, path); err != nil || n != 200000 {
			t.Fatalf("with %s: %d rows, %v", memory, n, err)
		}
		if made[memory], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, memory, "*")); len(left) != 1 {
			t.Errorf("with %s there is left: %v", memory, left)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made["64MB"], made["2GB"]) {
		t.Error("the bytes depend on the memory")
	}
}
