package object_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire/internal/object"
)

// A cache removes what it has put there, and nothing else that lies in its folder.
func TestCache_LeavesWhatIsNotItsOwn(t *testing.T) {
	s, names := stock(3, 100)
	root := t.TempDir()
	sha := names[0]
	others := []string{
		"state.db", "warehouse.duckdb", "ledger/20261101/segment.parquet", "store/slices/" + sha[:2] + "/" + sha + ".parquet",
		sha + ".parquet", sha[:2] + "/" + sha, sha[:2] + "/notes.parquet", sha[:2] + "/" + strings.ToUpper(sha) + ".parquet", ".hidden",
		"zz/" + sha + ".parquet", sha[:2] + "/deeper/" + sha + ".parquet", ".fetch/mine",
	}
	for _, name := range others {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("another's"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := object.NewCache(root, 1, ticking())
	for _, sha := range names {
		hold(t, c, s, sha)()
	}
	hold(t, object.NewCache(root, 1, ticking()), s, names[2])()
	for _, name := range others {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(got) != "another's" {
			t.Errorf("%s is gone from the cache's folder: %v", name, err)
		}
	}
	if left := inCache(c, names[:2]); len(left) != 0 {
		t.Errorf("of its own, %v are left", left)
	}
}
