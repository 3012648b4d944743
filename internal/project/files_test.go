package project

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// valid is the test project, in memory.
func valid(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir("testdata/valid", func(at string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(at)
		name, _ := filepath.Rel("testdata/valid", at)
		files[filepath.ToSlash(name)] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func mustLoad(t *testing.T, files fstest.MapFS) *Project {
	t.Helper()
	p, err := load(files, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestVersionChangesWithTheFilesThatCount(t *testing.T) {
	was := mustLoad(t, valid(t)).Version
	if again := mustLoad(t, valid(t)).Version; again != was {
		t.Errorf("the same files have versions %s and %s", was, again)
	}
	files := valid(t)
	files["README.md"] = &fstest.MapFile{Data: []byte("# Hello")}
	files["models/README.md"] = &fstest.MapFile{Data: []byte("# Hello")}
	files["data/warehouse.duckdb"] = &fstest.MapFile{Data: []byte{0}}
	files["sources/.rcm.yaml.swp"] = &fstest.MapFile{Data: []byte{0}}
	if got := mustLoad(t, files).Version; got != was {
		t.Error("a file that is not read changes the version")
	}
	for name := range valid(t) {
		files := valid(t)
		comment := "\n# later\n"
		if strings.HasSuffix(name, ".sql") {
			comment = "\n-- later\n"
		}
		files[name].Data = append(files[name].Data, comment...)
		if mustLoad(t, files).Version == was {
			t.Errorf("a change of %s does not change the version", name)
		}
	}
}

// A checkout with other line ends is the same project, down to the lines.
func TestLineEndsAndByteOrderMarksDoNotMatter(t *testing.T) {
	want, files := mustLoad(t, valid(t)), valid(t)
	for _, f := range files {
		f.Data = append([]byte("\ufeff"), bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))...)
	}
	got := mustLoad(t, files)
	if got.Version != want.Version || got.Models[0].SQL != want.Models[0].SQL || got.Models[0].Line != want.Models[0].Line {
		t.Errorf("got %+v, want %+v", got.Models[0], want.Models[0])
	}
}

func TestFilesThatCannotBeReadAreComplaints(t *testing.T) {
	for name, test := range map[string]struct {
		file    string
		content []byte
		want    string
	}{
		"not text":     {"sources/x.yaml", []byte("source: \xff\xfe"), "sources/x.yaml: is not UTF-8 text; save it as UTF-8"},
		"zero byte":    {"metrics/x.yaml", []byte("metric: a\x00"), "metrics/x.yaml: is not UTF-8 text; save it as UTF-8"},
		"too large":    {"checks/x.sql", bytes.Repeat([]byte(" "), largest+1), "checks/x.sql: is not a file of at most 4 MB"},
		"empty":        {"datasets/x.yaml", nil, "datasets/x.yaml: is empty"},
		"comments":     {"datasets/x.yaml", []byte("# later\n---\n"), "datasets/x.yaml: is empty"},
		"other ending": {"sources/x.yml", nil, "sources/x.yml: is not read here; sources holds .yaml files"},
		"a folder":     {"checks/more/x.sql", nil, "checks/more: is a folder; checks holds files only"},
		"two sources":  {"sources/x.yaml", []byte("source: x\nengine: postgres\ndsn: x\ntables: {a: {columns: {a: text}}}\n---\nsource: y"), "sources/x.yaml:6: holds a second document; keep one"},
		"wrong name":   {"sources/x.yaml", []byte("source: y\nengine: postgres\ndsn: x\ntables: {a: {columns: {a: text}}}"), "sources/x.yaml:1: source: is y, but the file is x.yaml; make them the same"},
		"owned schema": {"models/archwire/x.sql", []byte("/* archwire\ndescription: x\nkey: []\n*/\nselect 1"), "models/archwire/x.sql:2: the schema archwire belongs to the warehouse; choose another name"},
		"source's":     {"models/rcm/x.sql", []byte("/* archwire\ndescription: x\nkey: []\n*/\nselect 1"), "models/rcm/x.sql:2: the folder rcm has the name of a source; rename it, so that rcm.x cannot be taken for a copy"},
	} {
		files := valid(t)
		files[test.file] = &fstest.MapFile{Data: test.content}
		if _, err := load(files, noEnv); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/valid")); err != nil {
		t.Fatal(err)
	}
	// A clone has no folder without files.
	if err := os.MkdirAll(filepath.Join(dir, "checks"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"models/linked": "finance", "checks/gone.sql": "nowhere.sql", "checks/round.sql": "round.sql"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Load(dir, noEnv)
	want := "checks/gone.sql: reading it: no such file or directory\nchecks/round.sql: reading it: too many levels of symbolic links"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, link := range []string{"checks/gone.sql", "checks/round.sql"} {
		if err := os.Remove(filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Load(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := p.Model("linked.collections_daily"); !ok {
		t.Error("the linked folder was not read")
	}
}

func TestAFileMayHoldSeveralMetrics(t *testing.T) {
	one := string(valid(t)["metrics/c.yaml"].Data)
	other := strings.NewReplacer("net_collections", "other", "K25", "K26").Replace(one)
	list := "- " + strings.ReplaceAll(strings.TrimSpace(one), "\n", "\n  ") + "\n- " + strings.ReplaceAll(strings.TrimSpace(other), "\n", "\n  ")
	for name, content := range map[string]string{"documents": "---\n" + one + "---\n" + other + "---\n", "a list": list} {
		files := valid(t)
		files["metrics/c.yaml"].Data = []byte(content)
		if got := len(mustLoad(t, files).Metrics); got != 2 {
			t.Errorf("%s: got %d metrics, want 2", name, got)
		}
	}
}

// load loads the project in fsys.
func load(fsys fs.FS, env func(string) (string, bool)) (*Project, error) {
	l, err := newLoader(fsys, env)
	if err != nil {
		return nil, err
	}
	return l.load()
}
