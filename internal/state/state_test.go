package state_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"archwire"
	"archwire/internal/state"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func open(t *testing.T, path string, now func() time.Time) *state.Store {
	t.Helper()
	s, err := state.Open(t.Context(), "sqlite:"+path, now)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // the test is over
	return s
}

func setup(t *testing.T) (*state.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "state.db")
	return open(t, path, at(noon)), path
}

func wantCode(t *testing.T, err error, want archwire.Code) {
	t.Helper()
	if got := archwire.CodeOf(err); got != want {
		t.Fatalf("error %v has code %q, want %q", err, got, want)
	}
	if want != "" && archwire.HintOf(err) == "" {
		t.Errorf("error %v has no hint", err)
	}
}

func TestOpen_MakesAFileOfItsOwnersAlone(t *testing.T) {
	_, path := setup(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want -rw-------", info.Mode(), err)
	}
}

func TestOpen_AgainKeepsWhatIsThere(t *testing.T) {
	s, path := setup(t)
	_, k, err := s.CreateKey(t.Context(), state.NewKey{Client: "c", All: true, Profile: archwire.Aggregate})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, path, at(noon)).Key(t.Context(), k.ID); err != nil {
		t.Fatalf("the key is gone: %v", err)
	}
}

func TestOpen_OfSeveralProcessesAtOnceMigratesOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	errs := make(chan error)
	for range 8 {
		go func() {
			s, err := state.Open(context.Background(), "sqlite:"+path, at(noon))
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestOpen_RefusesWhatIsNoStateFile(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("These are notes, long enough to have a header's length: one hundred bytes and more, of text."), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign.db")
	execute(t, foreign, "create table customer (id integer)")
	newer := filepath.Join(dir, "newer.db")
	if err := open(t, newer, at(noon)).Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, newer, "insert into archwire_state (version) values (99)")

	for name, url := range map[string]string{
		"a text": "sqlite:" + text, "another program's database": "sqlite:" + foreign,
		"a newer version's file": "sqlite:" + newer, "a folder": "sqlite:" + dir,
		"under a file": "sqlite:" + text + "/state.db", "no path": "sqlite:", "another engine": "mysql://user:secret@host/db",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := state.Open(t.Context(), url, at(noon))
			wantCode(t, err, archwire.Invalid)
			t.Log(err, "/", archwire.HintOf(err))
		})
	}
	if got, err := os.ReadFile(text); err != nil || string(got[:15]) != "These are notes" {
		t.Errorf("the text was changed: %q, %v", got, err)
	}
}

func TestOpen_TakesOddPaths(t *testing.T) {
	for _, name := range []string{"with space.db", "100%.db", "a?b.db", "a#b.db", "ä.db"} {
		path := filepath.Join(t.TempDir(), name)
		if err := open(t, path, at(noon)).Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: the state lies elsewhere: %v, %v", name, info, err)
		}
	}
}

// execute changes a SQLite file behind the store's back.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
