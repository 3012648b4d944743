package duckdb

import (
	"container/list"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"archwire"
)

// A shelf keeps slices as tables in memory, the ones used last. The rows of a
// set of files are one table, named by the hashes of the set: what is on the
// shelf under a name never changes and is never another tenant's.
type shelf struct {
	db    *sql.DB
	limit int64 // bytes

	mu    sync.Mutex
	sets  map[string]*set
	order *list.List // of *set, used last in front
	bytes int64
}

// A set is one table on the shelf.
type set struct {
	name  string // in SQL
	key   string
	place *list.Element
	bytes int64
	users int

	ready chan struct{} // closed once loaded or failed
	err   error
}

func newShelf(db *sql.DB, limit int64) *shelf {
	return &shelf{db: db, limit: limit, sets: map[string]*set{}, order: list.New()}
}

// take returns the table with the rows of files, loading it if need be. It
// stays until release is called.
func (s *shelf) take(ctx context.Context, files []archwire.SliceFile) (table string, release func(), err error) {
	if len(files) == 0 {
		return "", nil, &archwire.Error{Code: archwire.Internal, Message: "a query over slices names none"}
	}
	key := setKey(files)
	s.mu.Lock()
	e, ok := s.sets[key]
	if ok {
		s.order.MoveToFront(e.place)
	} else {
		e = &set{name: `slices."` + key + `"`, key: key, ready: make(chan struct{})}
		e.place = s.order.PushFront(e)
		s.sets[key] = e
		// The load outlives a caller who gives up: others may be waiting for it.
		go s.load(context.WithoutCancel(ctx), e, files)
	}
	e.users++
	s.mu.Unlock()

	release = sync.OnceFunc(func() { s.release(e) })
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
	bytes, err := s.fill(ctx, e, files)
	s.mu.Lock()
	defer s.mu.Unlock()
	e.bytes, e.err = bytes, err
	s.bytes += bytes
	if err != nil {
		s.forget(e) // the next caller tries again
	}
	close(e.ready)
	s.shrink(ctx)
}

// fill makes e's table and returns its size.
func (s *shelf) fill(ctx context.Context, e *set, files []archwire.SliceFile) (int64, error) {
	paths := make([]string, len(files))
	var bytes int64
	for i, f := range files {
		n, err := verify(f)
		if err != nil {
			return 0, err
		}
		bytes += n
		paths[i] = literal(f.Path)
	}
	_, err := s.db.ExecContext(ctx, "CREATE TABLE "+e.name+" AS FROM read_parquet(["+strings.Join(paths, ", ")+"])")
	if err != nil {
		return 0, classify("loading slices", err)
	}
	return bytes * 8, nil
}

// verify compares a file with the hash that names it.
func verify(f archwire.SliceFile) (n int64, err error) {
	file, err := os.Open(f.Path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, damaged(f, "is missing", err)
	}
	if err != nil {
		return 0, fmt.Errorf("opening slice %s: %w", f.SHA256, err)
	}
	defer file.Close() //nolint:errcheck // read only
	h := sha256.New()
	if n, err = io.Copy(h, file); err != nil {
		return 0, fmt.Errorf("reading slice %s: %w", f.SHA256, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return 0, damaged(f, "does not hold what it was published with", nil)
	}
	return n, nil
}

func damaged(f archwire.SliceFile, how string, err error) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: "slice " + f.SHA256 + " " + how,
		Hint: "Publish again, or roll back to an earlier publication; then look at the store's disk.", Err: err,
	}
}

// release says that a caller is done with e.
func (s *shelf) release(e *set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.users--
	s.shrink(context.Background())
}

// shrink drops the tables used longest ago until the rest fits. Hold mu.
func (s *shelf) shrink(ctx context.Context) {
	for place := s.order.Back(); place != nil && s.bytes > s.limit; {
		e := place.Value.(*set) //nolint:forcetypeassert,errcheck // the list holds nothing else
		place = place.Prev()
		if e.users > 0 {
			continue
		}
		s.forget(e)
		s.bytes -= e.bytes
		s.db.ExecContext(ctx, "DROP TABLE IF EXISTS "+e.name) //nolint:errcheck // costs memory until the next try
	}
}

// forget takes e off the shelf. Hold mu.
func (s *shelf) forget(e *set) {
	if s.sets[e.key] == e {
		delete(s.sets, e.key)
		s.order.Remove(e.place)
	}
}
