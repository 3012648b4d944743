package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"modernc.org/sqlite" // the driver "sqlite"
	lib "modernc.org/sqlite/lib"

	"archwire"
)

// sqliteEngine keeps the state in a file, and the run lock on a file beside it.
type sqliteEngine struct{ path string }

func (e *sqliteEngine) name() string { return e.path }

// open makes the file when it is not there. There is one connection that writes,
// as SQLite has one writer at a time.
func (e *sqliteEngine) open(ctx context.Context) (write, read *sql.DB, err error) {
	if err := prepareFile(e.path); err != nil {
		return nil, nil, err
	}
	if write, err = sql.Open("sqlite", dsn(e.path, "immediate")); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if err := firstUse(ctx, write); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	if read, err = sql.Open("sqlite", dsn(e.path, "deferred")+"&_pragma=query_only(1)"); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

// firstUse connects. Of several processes that find a new file, one gives it its
// write-ahead log; SQLite tells the others at once that it is busy, without the
// wait that busy_timeout asks for, as they could wait for each other.
func firstUse(ctx context.Context, db *sql.DB) error {
	const pause, tries = 20 * time.Millisecond, 250
	for try := 1; ; try++ {
		err := db.PingContext(ctx)
		failure, ok := errors.AsType[*sqlite.Error](err)
		if !ok || failure.Code()&0xff != lib.SQLITE_BUSY || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
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

// prepare has nothing to wait for: the transaction is the only one that writes.
func (e *sqliteEngine) prepare(ctx context.Context, tx *sql.Tx) (tables int, ours bool, err error) {
	err = tx.QueryRowContext(ctx,
		"select count(*), count(case when name = 'archwire_state' then 1 end) > 0 from sqlite_schema where type = 'table'",
	).Scan(&tables, &ours)
	return tables, ours, err
}

// hold locks a file. The operating system gives the lock back when the process
// ends, so it is never lost before.
func (e *sqliteEngine) hold(context.Context) (*hold, error) {
	f, err := os.OpenFile(e.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errHeld
		}
		return nil, errors.Join(err, f.Close())
	}
	return &hold{by: "file", lost: make(chan error), release: f.Close}, nil
}

// heldBy is the one who wrote the claim last: files do not say more.
func (e *sqliteEngine) heldBy(context.Context, *sql.DB) (string, error) { return "file", nil }

// flock locks f without waiting.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func (e *sqliteEngine) classify(doing string, err error) error {
	if _, ok := errors.AsType[*archwire.Error](err); ok {
		return err
	}
	say := func(code archwire.Code, what, hint string) error {
		return &archwire.Error{Code: code, Message: fmt.Sprintf("%s: %s %s", doing, e.path, what), Hint: hint, Err: err}
	}
	if failure, ok := errors.AsType[*sqlite.Error](err); ok {
		switch failure.Code() & 0xff { // the rest of the code says more than we ask
		case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
			return say(archwire.Invalid, "is not a SQLite database, or a damaged one",
				"Restore it from a backup, or name another file as state in archwire.yaml.")
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			return say(archwire.Unavailable, "is being written by another process", "Try again.")
		case lib.SQLITE_FULL:
			return say(archwire.Unavailable, "does not fit on its disk", "Make room on the disk.")
		case lib.SQLITE_IOERR:
			return say(archwire.Unavailable, "cannot be read or written on its disk", "Make room on the disk, or look at what ails it.")
		case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
			return say(archwire.Unavailable, "may not be written by this user",
				"Give the user that runs archwire the right to write the file and its folder.")
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return say(archwire.Unavailable, "may not be written by this user",
			"Give the user that runs archwire the right to write the file and its folder.")
	case errors.Is(err, syscall.ENOSPC):
		return say(archwire.Unavailable, "does not fit on its disk", "Make room on the disk.")
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR):
		return say(archwire.Invalid, "is a folder, or lies in something that is none", "Name a file as state in archwire.yaml.")
	}
	return fmt.Errorf("%s: %w", doing, err)
}
