// Package duckdb keeps a warehouse in one DuckDB file, writes slices from it
// and reads slices without it. It is the only package that talks to DuckDB.
//
// Three engines live here, none of which ever downloads an extension:
//
//   - Warehouse, on a file: loads, models, fingerprints, slices;
//   - Sandbox, in memory and without data: what `check` compiles models against;
//   - Reader, in memory: what answers queries over slices.
//
// All three speak the same SQL: DuckDB's, with Redshift's functions as macros
// (Functions lists them), Redshift's order of NULLs, its division of integers,
// and UTC as the session's time zone.
package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"archwire"
)

// Config says where a warehouse lies and what it may use.
type Config struct {
	Path    string // the file; made when it does not exist
	Memory  string // the most memory DuckDB may use: "2GB"; "" is 1GB
	Threads int    // 0 is one a core
	TempDir string // where DuckDB spills what does not fit; "" is beside the file

	Now func() time.Time // times what is reported as Took; nil is the machine's clock
}

// A Warehouse is one DuckDB file. It belongs to one Warehouse of one process
// at a time.
type Warehouse struct {
	path string
	db   *sql.DB
	now  func() time.Time

	mu     sync.Mutex // serialises Begin, Commit and Abort
	active *load      // the load that may still stage; nil when there is none

	shapes  shapes
	schemas sync.Mutex // see ensureSchema
	order   sync.Mutex // see changing
	closing sync.Once
	closed  error
}

// Open opens the warehouse in c.Path. Another process that has it open, or
// another Warehouse of this process, is an error of code Conflict; a file that
// is not a DuckDB database is one of code Invalid.
func Open(ctx context.Context, c Config) (*Warehouse, error) {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, fmt.Errorf("resolving %s: %w", c.Path, err)
	}
	if strings.ContainsAny(path, "?%") {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the warehouse's path %s has a ? or %% in it", path),
			Hint: "Choose a path without these characters.",
		}
	}
	if c.TempDir == "" {
		c.TempDir = path + ".tmp"
	}
	db, err := open(ctx, path, settings{memory: c.Memory, threads: c.Threads, temp: c.TempDir})
	if err != nil {
		return nil, classifyOpen(path, err)
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // measures durations only; a date never comes from it
	}
	w := &Warehouse{path: path, db: db, now: c.Now}
	if err := errors.Join(teach(ctx, db), w.prepare(ctx)); err != nil {
		return nil, errors.Join(classify("preparing the warehouse", err), db.Close())
	}
	return w, nil
}

// prepare makes what every warehouse has, once per file.
func (w *Warehouse) prepare(ctx context.Context) error {
	return inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		return execAll(ctx, conn, createArchwire, createRun, createJournal, addPosition, addDefinition, createStaged, createChangeNumber, createChange, createConsumer)
	})
}

// Close flushes the log into the file and releases it. It is safe to call more
// than once.
func (w *Warehouse) Close() error {
	w.closing.Do(func() {
		// A transaction that is still open is in the way of this; then the log is
		// read when the file is opened again.
		_, err := w.db.ExecContext(context.Background(), "CHECKPOINT")
		w.closed = errors.Join(classify("flushing the warehouse", ignoreTransaction(err)), w.db.Close())
	})
	return w.closed
}
