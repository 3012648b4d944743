package warehousetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// counts are what files hold that should be the tenants' slices.
func counts(t *testing.T, r archwire.SliceReader, s archwire.SliceSource, files []archwire.SliceFile, tenants ...string) []archwire.SliceCount {
	t.Helper()
	n, err := r.CountSlices(context.Background(), s, files, tenants)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func testCountSlices(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 1, "1.00", nil}, []any{1, 2, "1.00", int32(0)})
	files := []archwire.SliceFile{write(t, w, ledgerSlices, "2"), write(t, w, ledgerSlices, "9"), write(t, w, ledgerSlices, "1")}
	want := []archwire.SliceCount{{Rows: 1, Keys: 1}, {}, {Rows: 2, Keys: 2}}
	if diff := cmp.Diff(want, counts(t, r, ledgerSlices, files, "2", "9", "1")); diff != "" {
		t.Error(diff)
	}
	// A name that needs quoting names its file still.
	moved := filepath.Join(t.TempDir(), "it's one.parquet")
	if err := os.Rename(files[2].Path, moved); err != nil {
		t.Fatal(err)
	}
	files[2].Path = moved
	if diff := cmp.Diff(want[2:], counts(t, r, ledgerSlices, files[2:], "1")); diff != "" {
		t.Error(diff)
	}
	for _, tenants := range [][]string{nil, {"1", "2"}} {
		if _, err := r.CountSlices(context.Background(), ledgerSlices, files[2:], tenants); err == nil {
			t.Errorf("one file is counted for %d tenants", len(tenants))
		}
	}
}

// testCountSlicesForeign swaps the files of two tenants, and puts rows of two, and
// of nobody, into one.
func testCountSlicesForeign(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)}, []any{nil, 3, "1.00", int32(0)})
	files := []archwire.SliceFile{write(t, w, ledgerSlices, "2"), write(t, w, ledgerSlices, "1")}
	want := []archwire.SliceCount{{Rows: 1, Foreign: 1, Keys: 1}, {Rows: 1, Foreign: 1, Keys: 1}}
	if diff := cmp.Diff(want, counts(t, r, ledgerSlices, files, "1", "2")); diff != "" {
		t.Errorf("files that were swapped: %s", diff)
	}
	mixed := filepath.Join(t.TempDir(), "mixed.parquet")
	everything := w.Query(context.Background(), archwire.Query{SQL: "select practice_id, id, amount, posted_on from rcm.ledger"})
	if err := writer(t, w).WriteParquet(context.Background(), everything, mixed); err != nil {
		t.Fatal(err)
	}
	want = []archwire.SliceCount{{Rows: 3, Foreign: 2, Keys: 3}}
	if diff := cmp.Diff(want, counts(t, r, ledgerSlices, []archwire.SliceFile{file(t, mixed)}, "1")); diff != "" {
		t.Errorf("rows of several: %s", diff)
	}
}

func testCountSlicesKeys(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)}, []any{1, 2, "1.00", int32(0)}, []any{1, 3, "2.00", nil})
	for _, test := range []struct {
		key  []string
		want archwire.SliceCount
	}{
		{nil, archwire.SliceCount{Rows: 3, Keys: 1}},
		{[]string{"amount"}, archwire.SliceCount{Rows: 3, Keys: 2}},
		{[]string{"amount", "id"}, archwire.SliceCount{Rows: 3, Keys: 3}},
		{[]string{"id", "posted_on"}, archwire.SliceCount{Rows: 3, NullKeys: 1, Keys: 3}},
	} {
		s := ledgerSlices
		s.Key = test.key
		got := counts(t, r, s, []archwire.SliceFile{write(t, w, s, "1")}, "1")
		if diff := cmp.Diff([]archwire.SliceCount{test.want}, got); diff != "" {
			t.Errorf("key %v: %s", test.key, diff)
		}
	}
}

func testCountSlicesDamaged(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	data, err := os.ReadFile(files[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(files[1].Path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = r.CountSlices(context.Background(), ledgerSlices, files, []string{"1", "2", "3"})
	wantCode(t, err, archwire.Mismatch)
	if err == nil || !strings.Contains(err.Error(), files[1].SHA256) {
		t.Errorf("%v does not name the slice", err)
	}
	w := open(t, t.TempDir())
	refresh(t, w, archwire.Model{Name: "other.ledger", SQL: "select 1 as practice_id, 2 as id, 3 as amount, 4 as posted_on"})
	other := write(t, w, archwire.SliceSource{Relation: "other.ledger", Tenant: "practice_id", Columns: ledgerSlices.Columns}, "1")
	if _, err := r.CountSlices(context.Background(), ledgerSlices, []archwire.SliceFile{files[0], other}, []string{"1", "1"}); err == nil {
		t.Error("files of two schemas are counted together")
	}
}
