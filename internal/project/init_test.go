package project

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"archwire"
)

func TestInitMakesAProjectThatLoads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := Init(dir, "clinic"); err != nil {
		t.Fatal(err)
	}
	p, err := Load(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "clinic" {
		t.Errorf("got name %q", p.Name)
	}
}

var example = regexp.MustCompile("(?s)```(?:yaml|sql)\n(?:#|--) (\\S+)\n(.*?)```")

// The READMEs of a new project hold one small project between them.
func TestInitExamplesAreAProject(t *testing.T) {
	dir := t.TempDir()
	if err := Init(dir, "clinic"); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"sources", "models", "datasets", "metrics", "dashboards", "checks"} {
		readme, err := os.ReadFile(filepath.Join(dir, folder, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		m := example.FindStringSubmatch(string(readme))
		if m == nil {
			t.Fatalf("%s/README.md has no example", folder)
		}
		if err := create(filepath.Join(dir, m[1]), m[2]); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Load(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Sources) != 1 || len(p.Models) != 1 || len(p.Datasets) != 1 || len(p.Metrics) != 2 || len(p.Dashboards) != 1 || len(p.Checks) != 1 {
		t.Errorf("got %+v", p)
	}
}

func TestInitWritesOverNothing(t *testing.T) {
	dir := t.TempDir()
	if err := create(filepath.Join(dir, "models", "README.md"), "mine"); err != nil {
		t.Fatal(err)
	}
	if err := Init(dir, "clinic"); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "archwire.yaml")); err == nil {
		t.Error("init wrote archwire.yaml although a file was in the way")
	}
}

func TestInitRefusesABadName(t *testing.T) {
	if err := Init(t.TempDir(), "../x"); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got %v", err)
	}
}
