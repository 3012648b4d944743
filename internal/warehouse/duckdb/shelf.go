package duckdb

import (
	"container/list"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"archwire"
)

// A shelf keeps slices as tables in memory, the ones used last. The rows of a
// set of files are one table, named by the hashes of the set: what is on the
// shelf under a name never changes and is never another tenant's.
type shelf struct {
	db     *sql.DB // where the tables are
	loader *sql.DB // what reads files
	limit  int64   // bytes

	mu    sync.Mutex
	sets  map[string]*set
	order *list.List    // of *set, used last in front
	full  bool          // more than limit, but all of it was in use
	ended chan struct{} // closed when a set is used by one less or waits; nil: nobody waits for that

	turn sync.Mutex // of loads for which memory was short
}

// A set is one table on the shelf.
type set struct {
	name  string // in SQL
	key   string
	place *list.Element
	users int
	once  bool // nobody who uses it will again: it goes with the last of them
	waits bool // its load waits for memory, and holds none

	ready chan struct{} // closed once loaded or failed
	err   error
}

func newShelf(db, loader *sql.DB, limit int64) *shelf {
	return &shelf{db: db, loader: loader, limit: limit, sets: map[string]*set{}, order: list.New()}
}

// take returns the table with the rows of files, loading it if need be. It
// stays until release is called, and goes then if it was made for takers alone who
// want it once: an export of everything would otherwise fill the memory with what
// nobody asks for next, and drive out what is asked for all the time.
func (s *shelf) take(ctx context.Context, files []archwire.SliceFile, once bool) (table string, release func(), err error) {
	if len(files) == 0 {
		return "", nil, &archwire.Error{Code: archwire.Internal, Message: "a query over slices names none"}
	}
	key := setKey(files)
	s.mu.Lock()
	e, ok := s.sets[key]
	if ok {
		e.once = e.once && once
		if !once {
			s.order.MoveToFront(e.place)
		}
	} else {
		e = &set{name: `slices."` + key + `"`, key: key, once: once, ready: make(chan struct{})}
		e.place = s.order.PushFront(e)
		s.sets[key] = e
		// The load outlives a caller who gives up: others may be waiting for it. It
		// is a user itself, so that nothing is dropped while it is being made.
		e.users++
		go s.load(context.WithoutCancel(ctx), e, files)
	}
	e.users++
	s.mu.Unlock()

	release = sync.OnceFunc(func() { s.release(context.WithoutCancel(ctx), e) })
	select {
	case <-e.ready:
	case <-ctx.Done():
		release()
		return "", nil, ctx.Err()
	}
	if e.err != nil {
		release()
		return "", nil, e.err
	}
	return e.name, release, nil
}

// setKey names a set of files by their hashes.
func setKey(files []archwire.SliceFile) string {
	if len(files) == 1 {
		return files[0].SHA256
	}
	h := sha256.New()
	for _, f := range files {
		io.WriteString(h, f.SHA256+"\n") //nolint:errcheck // a hash takes everything
	}
	return "set " + hex.EncodeToString(h.Sum(nil))
}

func (s *shelf) load(ctx context.Context, e *set, files []archwire.SliceFile) {
	err := contained(func() error { return s.fill(ctx, e, files) })
	if short(err) {
		err = s.inTurn(ctx, e, files)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(e)
	e.err = err
	if err != nil {
		s.forget(e) // the next caller tries again
	}
	close(e.ready)
	if !s.spent(ctx, e) {
		s.shrink(ctx)
	}
}

// contained turns a panic of do into an error: it runs in a goroutine of ours,
// where the request's own containment does not reach.
func contained(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &archwire.Error{Code: archwire.Internal, Message: "loading a slice broke down", Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	return do()
}

// fill makes e's table.
func (s *shelf) fill(ctx context.Context, e *set, files []archwire.SliceFile) error {
	for _, f := range files {
		if err := verify(f); err != nil {
			return err
		}
	}
	if err := s.sameSchema(ctx, files); err != nil {
		return err
	}
	next, schema, err := peek(s.read(ctx, files))
	if err != nil {
		return fmt.Errorf("reading slices: %w", err)
	}
	f := newFeed(ctx, schema, next)
	_, err = ingest(ctx, s.db, f, func(view string) string { return "CREATE OR REPLACE TABLE " + e.name + " AS FROM " + view })
	return classify("loading slices", err)
}

// release says that a caller is done with e.
func (s *shelf) release(ctx context.Context, e *set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(e)
	if !s.spent(ctx, e) && s.full {
		s.shrink(ctx)
	}
}

// spent drops e if it was wanted once and is not in use any more. Hold mu.
func (s *shelf) spent(ctx context.Context, e *set) bool {
	if !e.once || e.users > 0 || e.err != nil || s.sets[e.key] != e {
		return false
	}
	s.drop(ctx, e)
	return true
}

// shrink drops the tables used longest ago until the rest fits. Hold mu.
//
// What the tables take is asked of the engine, because it cannot be told from
// the rows: beyond 2,048 of them each column takes blocks of 256 KiB, which for
// a slice of some thousand rows is five times its values.
func (s *shelf) shrink(ctx context.Context) {
	s.full = s.used(ctx) > s.limit
	for place := s.order.Back(); place != nil && s.full; {
		e := place.Value.(*set) //nolint:forcetypeassert // the list holds nothing else
		place = place.Prev()
		if e.users == 0 {
			s.drop(ctx, e)
			s.full = s.used(ctx) > s.limit
		}
	}
}

// used is how many bytes the tables take.
func (s *shelf) used(ctx context.Context) (bytes int64) {
	err := s.db.QueryRowContext(ctx, "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'").Scan(&bytes)
	if err != nil {
		return 0 // closed meanwhile; when memory is short, load makes room
	}
	return bytes
}

// drop takes e off the shelf and gives its memory back. Hold mu.
func (s *shelf) drop(ctx context.Context, e *set) {
	s.forget(e)
	s.db.ExecContext(ctx, "DROP TABLE IF EXISTS "+e.name) //nolint:errcheck // costs memory until the slice is loaded again
}

// forget takes e off the shelf. Hold mu.
func (s *shelf) forget(e *set) {
	if s.sets[e.key] == e {
		delete(s.sets, e.key)
		s.order.Remove(e.place)
	}
}
