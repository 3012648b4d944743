package state_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/state"
	"archwire/internal/testdb"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// onBoth runs a test on a fresh state of each engine.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "data", "state.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, testdb.Postgres(t)) })
}

func open(t *testing.T, url string, now func() time.Time) *state.Store {
	t.Helper()
	s, err := state.Open(t.Context(), url, now)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // the test is over
	return s
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

func TestOpen_AgainKeepsWhatIsThere(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		k := mint(t, s, "c")
		for range 2 { // closing twice is closing once
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		again := open(t, url, at(noon))
		if _, err := again.Key(t.Context(), k.ID); err != nil {
			t.Fatalf("the key is gone: %v", err)
		}
		if err := again.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestOpen_OfSeveralProcessesAtOnceMigratesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		errs := make(chan error)
		for range 8 {
			go func() {
				s, err := state.Open(context.Background(), url, at(noon))
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
	})
}

// execute changes a state behind the store's back.
func execute(t *testing.T, url, statement string) {
	t.Helper()
	driver, dsn := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, dsn = "sqlite", path
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_RefusesTablesOfAnotherProgram(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		statement := "create table customer (id integer)"
		if !strings.HasPrefix(url, "sqlite:") {
			statement = "create schema archwire; create table archwire.customer (id integer)"
		}
		execute(t, url, statement)
		_, err := state.Open(t.Context(), url, at(noon))
		wantCode(t, err, archwire.Invalid)
	})
}

func TestOpen_RefusesWhatANewerVersionWrote(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		if err := open(t, url, at(noon)).Close(); err != nil {
			t.Fatal(err)
		}
		table := "archwire_state"
		if !strings.HasPrefix(url, "sqlite:") {
			table = "archwire.archwire_state"
		}
		execute(t, url, "insert into "+table+" (version) values (99)")
		_, err := state.Open(t.Context(), url, at(noon))
		wantCode(t, err, archwire.Invalid)
	})
}

// before makes a state as a version of the program left it that had so many
// migrations, with rows in it.
func before(t *testing.T, url string, version int, rows string) {
	t.Helper()
	statements := ""
	if !strings.HasPrefix(url, "sqlite:") {
		statements = "create schema archwire; set search_path = archwire;"
	}
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < version {
		t.Fatalf("%v, %v", files, err)
	}
	statements += "create table archwire_state (version integer primary key);"
	for i, file := range files[:version] {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		statements += string(text) + fmt.Sprintf("; insert into archwire_state (version) values (%d);", i+1)
	}
	execute(t, url, statements+rows)
}

func TestOpen_KeepsTheRunsOfAnOlderVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		before(t, url, 1, `insert into run values ('20261120T013000Z-aaaa', 'succeeded', '2026-11-20T01:30:00.000000Z', '2026-11-20T01:40:00.000000Z', 'publish',
			'2026-11-19', 7, 'p', '', '', '', '[{"verb":"extract","took_ns":5,"count":7}]')`)
		r, err := open(t, url, at(noon)).Run(t.Context(), "20261120T013000Z-aaaa")
		if err != nil || r.Rows != 7 || len(r.Steps) != 1 || r.Details != nil || r.Resumes != "" {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

func TestOpen_RefusesOtherURLs(t *testing.T) {
	for name, url := range map[string]string{
		"no path": "sqlite:", "another engine": "mysql://user:hunter2@host/db", "nothing": "",
		"a port that is none": "postgres://user:hunter2@host:port/db", "an odd escape": "postgres://user:hunter2%@host/db",
		"several schemas": "postgres://user:hunter2@host/db?search_path=a,b", "an odd parameter": "postgres://user:hunter2@host/db?sslmode=hunter2",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := state.Open(t.Context(), url, at(noon))
			wantCode(t, err, archwire.Invalid)
			wantNoSecret(t, err)
		})
	}
}

// wantNoSecret looks for the password in all that an error says and causes.
func wantNoSecret(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; {
		if strings.Contains(e.Error(), "hunter2") || strings.Contains(archwire.HintOf(e), "hunter2") {
			t.Errorf("the error holds the password: %v", e)
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			return
		}
		e = u.Unwrap()
	}
}

func TestOpen_OfAServerThatRefusesSaysWhyWithoutThePassword(t *testing.T) {
	good, err := url.Parse(testdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	wrong, missing := *good, *good
	wrong.User = url.UserPassword(good.User.Username(), "hunter2")
	missing.Path = "/no_such"
	for name, test := range map[string]struct {
		url  string
		want archwire.Code
	}{
		"no such database": {missing.String(), archwire.Invalid},
		"a wrong password": {wrong.String(), archwire.Denied},
		"nobody there":     {"postgres://user:hunter2@127.0.0.1:1/db", archwire.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := state.Open(t.Context(), test.url, at(noon))
			wantCode(t, err, test.want)
			wantNoSecret(t, err)
		})
	}
}

func TestOpen_OfSeveralSchemasKeepsThemApart(t *testing.T) {
	base := testdb.Postgres(t)
	a, b := open(t, base+sep(base)+"search_path=clinic_a", at(noon)), open(t, base+sep(base)+"search_path=clinic_b", at(noon))
	if err := a.SaveRun(t.Context(), aRun("a", 1)); err != nil {
		t.Fatal(err)
	}
	if runs, err := b.Runs(t.Context(), 9); err != nil || len(runs) != 0 {
		t.Errorf("the other schema has %v, %v", runs, err)
	}
	for _, s := range []*state.Store{a, b} {
		_, unlock, err := s.Lock(t.Context(), "x")
		if err != nil {
			t.Fatalf("the other schema's lock is in the way: %v", err)
		}
		defer unlock() //nolint:errcheck // the test is over
	}
}

func sep(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
}
