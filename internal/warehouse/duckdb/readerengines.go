package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// engines are what a Reader answers with.
type engines struct {
	db     *sql.DB // answers queries and can reach no file
	loader *sql.DB // reads and counts slices, and runs no query of anyone's
	shelf  *shelf
	little int64 // how many bytes of files may be counted by the loader
}

func openEngines(ctx context.Context, c ReaderConfig) (*engines, error) {
	memory, err := bytesOf(c.Memory)
	if err != nil {
		return nil, err
	}
	reading := min(memory/4, 256e6)
	db, err := open(ctx, "", settings{memory: kibibytes(memory - reading), threads: max(c.Threads, 1), temp: c.TempDir})
	if err != nil {
		return nil, fmt.Errorf("opening a reader: %w", err)
	}
	loader, err := open(ctx, "", settings{memory: kibibytes(reading), threads: 1, temp: c.TempDir, plain: true})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening a reader: %w", err), db.Close())
	}
	e := &engines{db: db, loader: loader, shelf: newShelf(db, loader, (memory-reading)*2/3), little: reading / littleShare}
	_, err = db.ExecContext(ctx, "CREATE SCHEMA slices; SET enable_external_access = false")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing a reader: %w", err), e.close())
	}
	return e, nil
}

func (e *engines) close() error { return errors.Join(e.db.Close(), e.loader.Close()) }

// current are the engines to answer with.
func (r *Reader) current() *engines {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.engines
}

// outlive puts new engines in the place of e, if e answers nothing any more: after some
// faults of its own DuckDB has to be opened anew, whatever it is asked. Whoever asked is
// told of the fault; all others are answered.
func (r *Reader) outlive(ctx context.Context, e *engines) {
	if ctx.Err() != nil || answers(ctx, e.db) && answers(ctx, e.loader) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.engines != e {
		return
	}
	next, err := openEngines(context.WithoutCancel(ctx), r.config)
	if err != nil {
		return // the next one who asks tries again
	}
	r.engines = next
	e.close() //nolint:errcheck // it answers nothing any more, this neither
}

// answers says whether an engine is able to. One that is short of memory is.
func answers(ctx context.Context, db *sql.DB) bool {
	_, err := db.ExecContext(ctx, "SELECT 1")
	e, ok := errors.AsType[*duckdb.Error](err)
	return err == nil || ctx.Err() != nil || ok && e.Type == duckdb.ErrorTypeOutOfMemory
}
