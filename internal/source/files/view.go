package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"archwire"
	"archwire/internal/object"
)

// A view is the files of all tables as they were listed.
type view struct {
	source *Source
	at     archwire.Instant
	tables map[string]selection // by origin
	slots  chan struct{}
	done   chan struct{}
	once   sync.Once

	mu    sync.Mutex
	folds map[string]*fold   // by the definition of the table
	asked map[string]*keySet // by the name that a chunk has for it
	tally map[string]int64   // rows that a scan found, by chunk and definition
	told  map[string]bool    // files of which the rejected rows were written down
}

var errViewClosed = errors.New("the view is closed")

// View implements archwire.Source. Its instant is the moment of the listing; its
// mark is the same for the same files.
func (s *Source) View(ctx context.Context) (archwire.View, error) {
	s.sweepQuarantine()
	at := s.cfg.Now().UTC()
	said, listed, err := s.listTwice(ctx)
	if err != nil {
		return nil, err
	}
	v := &view{
		source: s, tables: map[string]selection{}, slots: make(chan struct{}, s.cfg.Connections), done: make(chan struct{}),
		folds: map[string]*fold{}, asked: map[string]*keySet{}, tally: map[string]int64{}, told: map[string]bool{},
	}
	mark := sha256.New()
	for _, t := range s.cfg.Tables {
		chosen := s.choose(ctx, t, said, listed)
		for _, f := range chosen.files {
			fmt.Fprintf(mark, "%q %q %q\n", t.Origin, f.Name, f.Version.Version)
		}
		for _, note := range chosen.notes {
			s.cfg.Notice(note)
		}
		v.tables[t.Origin] = chosen
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("listing the files of %s: %w", s.cfg.Name, err)
	}
	v.at = archwire.Instant{Time: at, Mark: "files " + hex.EncodeToString(mark.Sum(nil)[:16])}
	return v, nil
}

// listTwice lists what says that files are complete, and then the files: those were
// all there before they were said to be. Without such a sign one listing does.
func (s *Source) listTwice(ctx context.Context) (said, listed []object.Version, err error) {
	if listed, err = s.list(ctx); err != nil {
		return nil, nil, err
	}
	said = listed
	if slices.ContainsFunc(s.cfg.Tables, func(t Table) bool { return t.Form.Complete != "" }) {
		listed, err = s.list(ctx)
	}
	return said, listed, err
}

// At implements archwire.View.
func (v *view) At() archwire.Instant { return v.at }

// Close implements archwire.View.
func (v *view) Close() error {
	v.once.Do(func() { close(v.done) })
	return nil
}

// usable says why nothing can be read.
func (v *view) usable(ctx context.Context, t archwire.Table) error {
	select {
	case <-v.done:
		return errViewClosed
	case <-ctx.Done():
		return fmt.Errorf("reading %s: %w", t.ID(), context.Cause(ctx))
	default:
		return nil
	}
}

// take waits for one of the view's slots.
func (v *view) take(ctx context.Context) (release func(), err error) {
	select {
	case <-v.done:
		return nil, errViewClosed
	default:
	}
	select {
	case v.slots <- struct{}{}:
		return func() { <-v.slots }, nil
	case <-v.done:
		return nil, errViewClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a file's turn: %w", context.Cause(ctx))
	}
}

// find is the selection of a table.
func (v *view) find(ctx context.Context, t archwire.Table) (selection, error) {
	if err := v.usable(ctx, t); err != nil {
		return selection{}, err
	}
	chosen, ok := v.tables[t.Origin]
	if !ok {
		return chosen, changed(t, "the source has no table "+t.Origin)
	}
	return chosen, chosen.err
}

// Chunks implements archwire.View: a file is a chunk.
func (v *view) Chunks(ctx context.Context, t archwire.Table) ([]archwire.Chunk, error) {
	return v.cut(ctx, t, where{Live: t.Deleted})
}

// cut makes a chunk of each file, narrowed by a condition.
func (v *view) cut(ctx context.Context, t archwire.Table, w where) ([]archwire.Chunk, error) {
	chosen, err := v.find(ctx, t)
	if err != nil {
		return nil, err
	}
	if err := v.asDeclared(ctx, chosen, t); err != nil {
		return nil, err
	}
	chunks := make([]archwire.Chunk, 0, len(chosen.files))
	for _, f := range chosen.files {
		w.File = f.Name
		chunks = append(chunks, archwire.Chunk{Where: w.String()})
	}
	return chunks, nil
}

// Count implements archwire.View: rows are counted where they are read, and read if
// they were not.
func (v *view) Count(ctx context.Context, t archwire.Table) (int64, error) {
	chunks, err := v.Chunks(ctx, t)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for _, c := range chunks {
		rows, err := v.countOf(ctx, t, c)
		if err != nil {
			return 0, err
		}
		n += rows
	}
	return n, nil
}

// countOf is how many rows a chunk has.
func (v *view) countOf(ctx context.Context, t archwire.Table, c archwire.Chunk) (int64, error) {
	key := tallyKey(t, c)
	v.mu.Lock()
	n, known := v.tally[key]
	v.mu.Unlock()
	if known {
		return n, nil
	}
	for batch, err := range v.Batches(ctx, t, c) {
		if err != nil {
			return 0, err
		}
		n += batch.NumRows()
	}
	return n, nil
}

// counted remembers how many rows a scan of a whole chunk has found.
func (v *view) counted(t archwire.Table, c archwire.Chunk, n int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tally[tallyKey(t, c)] = n
}

func tallyKey(t archwire.Table, c archwire.Chunk) string { return t.Definition() + " " + c.Where }
