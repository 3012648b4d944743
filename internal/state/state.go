// Package state remembers what must outlive a process and is not data: clients
// with their keys and grants, the secret of cursors, runs, notifications to be
// sent, and who holds the run lock. It lies in a SQLite file or in a schema of a
// PostgreSQL database, by the same SQL.
// docs/format/state.md describes both.
package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"archwire"
)

// A Store is an open state. It is safe for use by several goroutines, and several
// processes may have the state open, on several machines where it lies in
// PostgreSQL.
type Store struct {
	engine engine
	write  *sql.DB
	read   *sql.DB
	now    func() time.Time

	announce func(archwire.Run) ([]Notification, error)
}

// An engine is what SQLite and PostgreSQL do in ways of their own.
type engine interface {
	// name is the state for people; it holds no password.
	name() string

	// open connects; both databases may be one.
	open(ctx context.Context) (write, read *sql.DB, err error)

	// prepare makes way for a migration in tx: nobody else migrates until tx ends.
	// It returns how many tables there are and whether archwire_state is one.
	prepare(ctx context.Context, tx *sql.Tx) (tables int, ours bool, err error)

	// hold takes the run lock, or says errHeld.
	hold(ctx context.Context) (*hold, error)

	// heldBy is the hold.by of the holder; "" when nobody seems to hold it.
	heldBy(ctx context.Context, db *sql.DB) (string, error)

	// classify says what an error means to a person. Errors that say so themselves
	// pass.
	classify(doing string, err error) error
}

// A hold is the run lock while it is held.
type hold struct {
	by      string       // names the hold among those of the engine
	lost    <-chan error // gets an error when the lock was lost
	release func() error
}

// errHeld says that somebody else holds the run lock.
var errHeld = errors.New("the run lock is held")

// Open opens the state at a URL, sqlite:PATH or postgres://..., and brings its
// tables up to date. What is not there is made. A file that is no state, a
// schema with tables of another program, and a state that a newer Archwire wrote
// are errors of code Invalid. No error holds the URL's password.
func Open(ctx context.Context, rawURL string, now func() time.Time) (*Store, error) {
	e, err := engineOf(rawURL)
	if err != nil {
		return nil, err
	}
	s := &Store{engine: e, now: now}
	if s.write, s.read, err = e.open(ctx); err != nil {
		return nil, e.classify("opening the state", err)
	}
	if err := migrate(ctx, s.write, e); err != nil {
		return nil, errors.Join(e.classify("opening the state", err), s.Close())
	}
	return s, nil
}

func engineOf(rawURL string) (engine, error) {
	scheme, rest, _ := strings.Cut(rawURL, ":")
	switch scheme {
	case "sqlite":
		if path := strings.TrimPrefix(rest, "//"); path != "" {
			return &sqliteEngine{path: path}, nil
		}
	case "postgres", "postgresql":
		return newPostgresEngine(rawURL)
	}
	return nil, &archwire.Error{
		Code: archwire.Invalid, Message: "the state's URL is neither of the form sqlite:PATH nor postgres://USER@HOST/DATABASE",
		Hint: "Write the file as state: sqlite:data/state.db in archwire.yaml, or a database as state: ${STATE_URL}.",
	}
}

// Announce says who is told of what when a run ends. What f returns is remembered
// in the transaction that remembers the end, so that neither is there without
// the other. It is called before the store is used.
func (s *Store) Announce(f func(archwire.Run) ([]Notification, error)) { s.announce = f }

// Ping asks whether the state can be reached.
func (s *Store) Ping(ctx context.Context) error {
	return s.classify("reaching the state", s.read.PingContext(ctx))
}

// Close releases the state. It is safe to call more than once.
func (s *Store) Close() error {
	err := s.read.Close()
	if s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

func (s *Store) classify(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*archwire.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return s.engine.classify(doing, err)
}

// longest is how long a transaction may take: one on a connection that has died
// without a word must not keep a run from ending.
const longest = 90 * time.Second

// transaction runs do, all of it or nothing; within one that ctx is in already, as
// a part of it.
func (s *Store) transaction(ctx context.Context, do func(tx *sql.Tx) error) error {
	if tx, ok := ctx.Value(within{}).(*sql.Tx); ok {
		return do(tx)
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
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
