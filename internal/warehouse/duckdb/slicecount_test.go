package duckdb_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// TestCountSlices_CountsLargeOnesInLittleMemory counts slices that are more than a
// reader with little memory counts in one statement.
func TestCountSlices_CountsLargeOnesInLittleMemory(t *testing.T) {
	ctx := t.Context()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, w)
	_, err = w.Refresh(ctx, archwire.Model{Name: "a.lines", Tenant: "t", SQL: `select 1 + n % 2 as t, n, n % 10 as tenth, nullif(n, 7) as n_or_null,
		md5(cast(n as varchar)) as reference from generate_series(1, 100000) s(n)`}, archwire.RefreshScope{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "100MB", TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, r)
	columns := []string{"n", "tenth", "n_or_null", "reference"}
	for _, test := range []struct {
		key  []string
		want []archwire.SliceCount // of the files of 1 and 2, should both be 1's
	}{
		{[]string{"n", "reference"}, []archwire.SliceCount{{Rows: 50000, Keys: 50000}, {Rows: 50000, Foreign: 50000, Keys: 50000}}},
		{[]string{"tenth"}, []archwire.SliceCount{{Rows: 50000, Keys: 5}, {Rows: 50000, Foreign: 50000, Keys: 5}}},
		{[]string{"n_or_null", "reference"}, []archwire.SliceCount{{Rows: 50000, Keys: 50000}, {Rows: 50000, Foreign: 50000, NullKeys: 1, Keys: 50000}}},
		{nil, []archwire.SliceCount{{Rows: 50000, Keys: 1}, {Rows: 50000, Foreign: 50000, Keys: 1}}},
	} {
		s := archwire.SliceSource{Relation: "a.lines", Tenant: "t", Key: test.key, Columns: columns}
		files := make([]archwire.SliceFile, 2)
		for i, tenant := range []string{"1", "2"} {
			path := filepath.Join(t.TempDir(), tenant)
			if _, err := w.WriteSlice(ctx, s, tenant, path); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) < 1_000_000 {
				t.Fatalf("the slice has %d bytes, which is little", len(data))
			}
			sum := sha256.Sum256(data)
			files[i] = archwire.SliceFile{SHA256: hex.EncodeToString(sum[:]), Path: path}
		}
		got, err := r.CountSlices(ctx, s, files, []string{"1", "1"})
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("key %v: %v\n%s", test.key, err, diff)
		}
	}
}
