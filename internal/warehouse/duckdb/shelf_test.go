package duckdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"archwire"
)

// manySlices writes n slices of 4,000 rows.
func manySlices(t *testing.T, n int) []archwire.SliceFile {
	t.Helper()
	ctx := context.Background()
	w, err := Open(ctx, Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	sql := fmt.Sprintf("select t.i as tenant, r.i as n, md5(cast(r.i as varchar)) as m from generate_series(1, %d) t(i), generate_series(1, 4000) r(i)", n)
	if _, err := w.Refresh(ctx, archwire.Model{Name: "a.b", Tenant: "tenant", SQL: sql}, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
	var files []archwire.SliceFile
	for i := range n {
		path := filepath.Join(t.TempDir(), "slice")
		if _, err := w.WriteSlice(ctx, archwire.SliceSource{Relation: "a.b", Tenant: "tenant", Columns: []string{"n", "m"}}, fmt.Sprint(i+1), path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		files = append(files, archwire.SliceFile{SHA256: hex.EncodeToString(sum[:]), Path: path})
	}
	return files
}

// TestTheShelfForgetsWhatWasNotUsed asks more slices than memory holds, from
// many goroutines: every answer is right and memory stays bounded.
func TestTheShelfForgetsWhatWasNotUsed(t *testing.T) {
	ctx := context.Background()
	files := manySlices(t, 60)
	r, err := OpenReader(ctx, ReaderConfig{Memory: "40MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	var askers sync.WaitGroup
	for g := range 4 {
		askers.Go(func() {
			for i := range 2 * len(files) {
				n := (i*7 + g) % len(files)
				got, want := "", fmt.Sprintf("%d 4000", n+1)
				for b, err := range r.QuerySlices(ctx, files[n:n+1], archwire.Query{SQL: "select max(tenant) || ' ' || count(*) as v from slice"}) {
					if err != nil {
						t.Error(err)
						return
					}
					got = b.Column(0).ValueStr(0)
				}
				if got != want {
					t.Errorf("slice %d reads %q, want %q", n, got, want)
				}
			}
		})
	}
	askers.Wait()
	if used := r.engines.shelf.used(ctx); used == 0 || used > 20_000_000 {
		t.Errorf("the shelf holds %d bytes, want some and at most 20 MB", used)
	}
	if kept := len(r.engines.shelf.sets); kept == len(files) || kept == 0 {
		t.Errorf("the shelf holds %d of %d slices", kept, len(files))
	}
}

func TestASetOfManySlicesIsOneTable(t *testing.T) {
	ctx := context.Background()
	files := manySlices(t, 40)
	r, err := OpenReader(ctx, ReaderConfig{Memory: "300MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	for range 2 {
		for b, err := range r.QuerySlices(ctx, files, archwire.Query{SQL: "select count(distinct tenant) || ' ' || count(*) as v from slice"}) {
			if err != nil {
				t.Fatal(err)
			}
			if got := b.Column(0).ValueStr(0); got != "40 160000" {
				t.Errorf("forty slices read %s", got)
			}
		}
	}
	if len(r.engines.shelf.sets) != 1 {
		t.Errorf("the shelf holds %d tables, want 1", len(r.engines.shelf.sets))
	}
}

// TestTheShelfKeepsNothingThatIsWantedOnce asks for all rows of slices, as exports
// do: what others keep stays, and nothing is added to it.
func TestTheShelfKeepsNothingThatIsWantedOnce(t *testing.T) {
	files := manySlices(t, 3)
	r, err := OpenReader(t.Context(), ReaderConfig{Memory: "100MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	ask := func(f archwire.SliceFile, once bool) {
		t.Helper()
		var rows int64
		for batch, err := range r.QuerySlices(t.Context(), []archwire.SliceFile{f}, archwire.Query{SQL: "select * from slice", Once: once}) {
			if err != nil {
				t.Error(err)
				return
			}
			rows += batch.NumRows()
		}
		if rows != 4000 {
			t.Errorf("%d rows", rows)
		}
	}
	kept := func() (n int) {
		t.Helper()
		err := r.engines.db.QueryRowContext(t.Context(), "select count(*) from duckdb_tables() where schema_name = 'slices'").Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	ask(files[0], false)
	for range 2 {
		for _, f := range files {
			ask(f, true)
		}
	}
	if n := kept(); n != 1 {
		t.Errorf("%d slices are kept, not the one that was asked for to be kept", n)
	}
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() { ask(files[1], i != 5) }) // one of them wants it kept
	}
	readers.Wait()
	if n := kept(); n != 2 {
		t.Errorf("%d slices are kept, not the two that were asked for to be kept", n)
	}
}
