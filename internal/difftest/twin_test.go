package difftest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/demo"
)

// TestPMSInSQLServerPublishesTheSame runs the reference project with pms in either
// engine, a first time and after a night. What is published must be the same, byte for
// byte: slices are named by what they hold.
func TestPMSInSQLServerPublishesTheSame(t *testing.T) {
	t.Parallel()
	want, got := newProductIn(t, "postgres"), newProductIn(t, "sqlserver")
	for _, p := range []*product{want, got} {
		p.fill(t, demo.Size{Practices: 2, Months: 2, Seed: 6, AsOf: archwire.Day("2026-11-20").Time()})
		p.do(t, "run")
	}
	slicesAreTheSame(t, want, got)
	for _, p := range []*product{want, got} {
		if _, err := demo.Night(t.Context(), p.rcm, p.pms); err != nil {
			t.Fatalf("advancing the databases: %v", err)
		}
		p.do(t, "run")
	}
	slicesAreTheSame(t, want, got)
	got.do(t, "verify", "--all")
}

func slicesAreTheSame(t *testing.T, want, got *product) {
	t.Helper()
	if diff := gocmp.Diff(want.slices(t), got.slices(t)); diff != "" {
		t.Errorf("slices in the store (-PostgreSQL, +SQL Server):\n%.3000s", diff)
	}
}

// slices lists the slices in the product's store.
func (p *product) slices(t *testing.T) (names []string) {
	t.Helper()
	store := os.DirFS(filepath.Join(p.dir, "data", "store", "slices"))
	err := fs.WalkDir(store, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("listing the slices: %v, %d files", err, len(names))
	}
	return names
}
