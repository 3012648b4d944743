package project

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"archwire"
)

// seeds are the files of the test projects.
func seeds(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob("testdata/" + pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	for _, s := range []string{
		"a: &a [*a]", "<<: *x", "? [a]\n: b", "!!binary x", "a: !foo b", "- - - x", "--- \n--- \n", "\ufeff{", "%YAML 9.9\n---\na: b",
		"a: 0x1F", "a: .nan", "a: 2024-01-01", "{a: {b: {c: [}}}", "a: |\n\tb", "*a : b", "/* archwire", "/* archwire */", "/* archwire\n- x\n*/ select 1",
	} {
		f.Add([]byte(s))
	}
}

// Whatever a project's YAML holds, Load gives a project or complaints that name
// a file and, unless they are about the whole of it, a line of it.
func FuzzLoadYAML(f *testing.F) {
	seeds(f, "valid/*.yaml", "valid/*/*.yaml", "complaints/*/*.yaml", "complaints/*/*/*.yaml", "discover/*.yaml")
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, file := range []string{configFile, "sources/x.yaml", "datasets/x.yaml", "metrics/x.yaml", "dashboards/x.yaml"} {
			checkComplaints(t, file, content)
		}
	})
}

func FuzzLoadSQL(f *testing.F) {
	seeds(f, "valid/models/*/*.sql", "complaints/*/models/*/*.sql", "complaints/*/checks/*.sql")
	f.Fuzz(func(t *testing.T, content []byte) {
		checkComplaints(t, "models/a/b.sql", content)
		checkComplaints(t, "checks/b.sql", content)
	})
}

func checkComplaints(t *testing.T, file string, content []byte) {
	t.Helper()
	files := fstest.MapFS{configFile: {Data: []byte("name: x\ntenant: {noun: practice, table: rcm.ledger, key: id, label: id}\n")}}
	files[file] = &fstest.MapFile{Data: content}
	_, err := load(files, noEnv)
	if err == nil {
		return
	}
	var complaints Complaints
	if !errors.As(err, &complaints) || len(complaints) == 0 || archwire.CodeOf(err) != archwire.Invalid {
		t.Fatalf("%s: got %v, want complaints", file, err)
	}
	for _, c := range complaints {
		lines := 1 + bytes.Count(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), []byte("\n"))
		if c.File == file && (c.Line < 0 || c.Line > lines+1) || c.File == "" || c.Message == "" || strings.Contains(c.Message, "%!") {
			t.Fatalf("%s of %d lines: bad complaint %+v", file, lines, c)
		}
	}
}

// Whatever the file of a source holds, discovering again gives complaints or a
// file that says the same.
func FuzzRediscover(f *testing.F) {
	seeds(f, "valid/sources/*.yaml", "discover/*.yaml")
	f.Fuzz(func(t *testing.T, content []byte) {
		merged, _, err := Rediscover("sources/x.yaml", content, clinic())
		if err != nil {
			return
		}
		again, _, err := Rediscover("sources/x.yaml", merged, clinic())
		if err != nil || !bytes.Equal(merged, again) {
			t.Fatalf("not stable (%v):\n%s\n---\n%s", err, merged, again)
		}
	})
}
