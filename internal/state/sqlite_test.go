package state_test

import (
	"os"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/state"
)

func TestOpen_MakesAFileOfItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "state.db")
	open(t, "sqlite:"+path, at(noon))
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want -rw-------", info.Mode(), err)
	}
}

func TestOpen_RefusesWhatIsNoStateFile(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("These are notes, long enough to have a header's length: one hundred bytes and more, of text."), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, url := range map[string]string{
		"a text": "sqlite:" + text, "a folder": "sqlite:" + dir, "under a file": "sqlite:" + text + "/state.db",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := state.Open(t.Context(), url, at(noon))
			wantCode(t, err, archwire.Invalid)
		})
	}
	if got, err := os.ReadFile(text); err != nil || string(got[:15]) != "These are notes" {
		t.Errorf("the text was changed: %q, %v", got, err)
	}
}

func TestOpen_TakesOddPaths(t *testing.T) {
	for _, name := range []string{"with space.db", "100%.db", "a?b.db", "a#b.db", "ä.db"} {
		path := filepath.Join(t.TempDir(), name)
		if err := open(t, "sqlite:"+path, at(noon)).Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: the state lies elsewhere: %v, %v", name, info, err)
		}
	}
}
