package demo_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire/examples/orthodontics"
	"archwire/internal/demo"
	"archwire/internal/project"
)

// TestRemitFiles writes files of a history and of nights. What PostgreSQL reads back
// from them is what its tables hold.
func TestRemitFiles(t *testing.T) {
	size := demo.DefaultSize()
	size.Practices, size.Months = 2, 3
	b := setup(t, size)
	dir := filepath.Join(t.TempDir(), "inbox")
	for range 3 {
		if _, err := demo.RemitFiles(t.Context(), b.rcmDSN, dir); err != nil {
			t.Fatal(err)
		}
		if day, err := demo.RemitFiles(t.Context(), b.rcmDSN, dir); err != nil || day != "" {
			t.Fatalf("nothing came since, and files of %q were written, error %v", day, err)
		}
		if _, err := demo.Night(t.Context(), b.rcmDSN, b.pmsDSN); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := demo.RemitFiles(t.Context(), b.rcmDSN, dir); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"remittance", "remittance_line"} {
		if _, err := b.rcm.Exec(t.Context(), "create temp table sent (like "+table+")"); err != nil {
			t.Fatal(err)
		}
		snapshots, _ := filepath.Glob(filepath.Join(dir, table+"_2*.csv"))
		changes, _ := filepath.Glob(filepath.Join(dir, table+"-changes_2*.csv"))
		if len(snapshots) != 1 || len(changes) == 0 {
			t.Errorf("%s: files %v and %v", table, snapshots, changes)
		}
		for _, path := range slices.Concat(snapshots, changes) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.rcm.PgConn().CopyFrom(context.Background(), bytes.NewReader(content), "copy sent from stdin (format csv, header)"); err != nil {
				t.Fatal(err)
			}
		}
		for _, difference := range []string{"table " + table + " except all table sent", "table sent except all table " + table} {
			if n := number(t, b.rcm, "select count(*)::float from ("+difference+") d"); n != 0 {
				t.Errorf("%s: %v rows", difference, n)
			}
		}
		if _, err := b.rcm.Exec(t.Context(), "drop table sent"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRemitFromFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, orthodontics.Files); err != nil {
		t.Fatal(err)
	}
	none := func(string) (string, bool) { return "", false }
	before, err := project.Load(dir, none)
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.RemitFromFiles(dir); err != nil {
		t.Fatal(err)
	}
	after, err := project.Load(dir, none)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"remittance", "remittance_line"} {
		was, _ := before.Table("rcm." + name)
		is, ok := after.Table("remit." + name)
		if !ok || is.Files == nil || len(is.Columns) != len(was.Columns) || !slices.Equal(is.Key, was.Key) || is.Tenant != was.Tenant {
			t.Errorf("%s is %+v", name, is)
		}
		if _, still := after.Table("rcm." + name); still {
			t.Errorf("rcm.%s is there still", name)
		}
	}
	for _, m := range after.Models {
		if strings.Contains(m.SQL, "rcm.remittance") {
			t.Errorf("%s reads rcm.remittance", m.Name)
		}
	}
}
