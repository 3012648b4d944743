package project

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"archwire"
)

// loadWith loads a project whose archwire.yaml holds these lines besides.
func loadWith(t *testing.T, dir, lines string) error {
	t.Helper()
	for name, text := range map[string]string{
		configFile:         "name: x\ntenant: {noun: practice, table: rcm.a, key: id, label: id}\n" + lines,
		"sources/rcm.yaml": "source: rcm\nengine: postgres\ndsn: ${D}\ntables: {a: {columns: {id: int64}}}\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Load(dir, noEnv)
	return err
}

func TestCacheHasAFolderOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	for _, refused := range []string{
		"cache: {path: data}\n",
		"cache: {path: .}\n",
		"cache: {path: ./data/}\n",
		"cache: {path: ..}\n",
		"cache: {path: " + dir + "/data}\n",
		"cache: {path: /}\n",
		"cache: {path: data/ledger}\n",
		"state: sqlite:data/cache/state.db\n",
		"state: sqlite:" + dir + "/data/cache/deeper/state.db\n",
		"warehouse: {path: data/cache/warehouse.duckdb}\n",
		"ledger: {path: data/cache}\n",
		"state: postgres://u@h/d\ncache: {path: data}\n",
	} {
		err := loadWith(t, dir, refused)
		complaints, _ := errors.AsType[Complaints](err)
		if len(complaints) != 1 || complaints[0].Field != "cache.path" || archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("with %q it is %v, want one complaint about cache.path", refused, err)
		}
	}
	for _, fine := range []string{
		"", "cache: {path: cache}\n", "cache: {path: data/cached}\n", "cache: {path: ../data}\n", "cache: {path: data/.cache}\n",
		"state: sqlite:${DIR}/state.db\n", "cache: {path: data/led}\n",
	} {
		if err := loadWith(t, dir, fine); err != nil {
			t.Errorf("with %q it is %v", fine, err)
		}
	}
}
