// Package state remembers what must outlive a process and is not data: API keys
// and runs, in a SQLite file, and who holds the run lock. docs/format/state.md
// describes the file.
package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"archwire"
)

// A Store is an open state file. It is safe for use by several goroutines, and
// several processes may have the file open.
type Store struct {
	path  string
	write *sql.DB // one connection: SQLite has one writer at a time
	read  *sql.DB
	now   func() time.Time
}

// Open opens the state at a URL, sqlite:PATH, and brings its tables up to date.
// The file and its folder are made when they are not there. A file that is not a
// state file, or that a newer Archwire wrote, is an error of code Invalid.
func Open(ctx context.Context, rawURL string, now func() time.Time) (*Store, error) {
	path, ok := strings.CutPrefix(rawURL, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || path == "" {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the state's URL is not of the form sqlite:PATH",
			Hint: "Write the file as state: sqlite:data/state.db in archwire.yaml.",
		}
	}
	if err := prepareFile(path); err != nil {
		return nil, classify("opening the state", path, err)
	}
	s := &Store{path: path, now: now}
	var err error
	if s.write, err = sql.Open("sqlite", dsn(path, "immediate")); err != nil {
		return nil, classify("opening the state", path, err)
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write, path); err != nil {
		return nil, errors.Join(classify("opening the state", path, err), s.write.Close())
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "deferred")+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(classify("opening the state", path, err), s.write.Close())
	}
	return s, nil
}

// Close releases the file. It is safe to call more than once.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// dsn opens path with a write-ahead log, so that readers and the writer do not
// wait for each other, and waits for another writer rather than give up at once.
func dsn(path, transactions string) string {
	options := url.Values{
		"_txlock": {transactions},
		"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)"},
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options.Encode()}
	return u.String()
}

// prepareFile makes the file, readable by its owner alone: it holds who may see
// what.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the project's own
	if err != nil {
		return err
	}
	return f.Close()
}

// timeForm is fixed in width, so that texts sort as times do.
const timeForm = "2006-01-02T15:04:05.000000Z"

func timeText(t time.Time) string { return t.UTC().Format(timeForm) }

// optionalTime is NULL for the zero time.
func optionalTime(t time.Time) sql.NullString {
	return sql.NullString{String: timeText(t), Valid: !t.IsZero()}
}

func parseTime(s sql.NullString) (time.Time, error) {
	if !s.Valid {
		return time.Time{}, nil
	}
	t, err := time.Parse(timeForm, s.String)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading a time of the state: %w", err)
	}
	return t, nil
}
