package model_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
	"archwire/internal/warehouse/duckdb"
)

var update = flag.Bool("update", false, "rewrite golden files")

// check loads and checks a project.
func check(t *testing.T, dir string) (*project.Project, error) {
	t.Helper()
	p, err := project.Load(dir, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return p, model.Check(t.Context(), p, newSandbox(t))
}

func newSandbox(t *testing.T) *duckdb.Sandbox {
	t.Helper()
	s, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestCheckFillsInReadsAndTypes(t *testing.T) {
	p, err := check(t, "testdata/valid")
	if err != nil {
		t.Fatal(err)
	}
	reads := map[string][]string{}
	for _, m := range p.Models {
		reads[m.Name] = m.Reads
	}
	wantReads := map[string][]string{
		"finance.collections_daily":   {"rcm.ledger_transaction"},
		"finance.collections_monthly": {"archwire.run", "finance.collections_daily"},
	}
	if diff := cmp.Diff(wantReads, reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
	types := map[string]string{}
	for _, d := range p.Datasets {
		for _, c := range d.Columns {
			types[d.Name+"."+c.Name] = c.Type
		}
	}
	// A sum of decimal(12,2) is decimal(38,2) in DuckDB.
	wantTypes := map[string]string{
		"collections_daily.business_date": "date", "collections_daily.net_amount": "decimal(38,2)", "practice.name": "text",
	}
	if diff := cmp.Diff(wantTypes, types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

// Each folder of testdata/complaints is a project that loads and whose SQL is
// wrong; want.txt holds what is said about it.
func TestEveryWrongStatementIsAComplaint(t *testing.T) {
	folders, err := filepath.Glob("testdata/complaints/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			_, err := check(t, folder)
			var complaints project.Complaints
			if !errors.As(err, &complaints) || archwire.CodeOf(err) != archwire.Invalid {
				t.Fatalf("got %v, want complaints", err)
			}
			golden(t, filepath.Join(folder, "want.txt"), complaints.Error()+"\n")
		})
	}
}

// golden compares got with a file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
