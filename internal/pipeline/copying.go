package pipeline

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/verify"
)

// A copying is one table on its way into the warehouse.
type copying struct {
	table  project.Table
	source project.Source
	last   archwire.JournalRow // of the load before; zero when there was none
	Decision

	view     archwire.View
	chunks   []archwire.Chunk
	expected int64  // estimate
	soup     bool   // what is staged is of several instants
	unasked  bool   // a verification that is about other tables
	tracked  string // the source's position in what it tracks, of the view
	deletes  bool   // the source has tracked deleted rows
	still    bool   // the source vouches that it has not changed since it was copied

	staged   atomic.Int64
	read     atomic.Int64 // bytes, of rows read again too
	mu       sync.Mutex
	follower follower
	took     time.Duration // staging, of all chunks together

	high       *int64 // the greatest key, where it is the column followed
	sourceRows int64
	removed    int64 // rows that the source does not have any more
	repaired   int64 // rows that differed and were read again
	cut        archwire.Cut
	cycle      cycle // of verification, as it will be remembered
	remembered cycle // as it was
	suspect    []stretch
	verified   archwire.VerifiedTable
	report     verify.TableReport
}

// loadTable is the table as the warehouse is told of it.
func (c *copying) loadTable() archwire.LoadTable {
	return archwire.LoadTable{Table: c.table.Table, Merge: c.merge()}
}

// merge says whether what is staged takes the place of rows with the same key: of
// a table that is not read nothing is staged, and all rows stay.
func (c *copying) merge() bool { return c.still || c.Decision.merge() }

// cutUp finds the chunks to read.
func (c *copying) cutUp(ctx context.Context, load archwire.Load, view archwire.View) (err error) {
	c.view = view
	t := c.table.Table
	switch c.Mode {
	case modeFull:
		if c.table.Sync == modeTracking { // that it cannot be tracked is told before it is copied
			if err := c.notePosition(ctx); err != nil {
				return err
			}
		}
		if c.chunks, err = view.Chunks(ctx, t); err != nil {
			return fmt.Errorf("cutting %s into chunks: %w", t.ID(), err)
		}
		if len(t.Key) == 0 {
			break // what is of several instants could not be told apart
		}
		var resumed bool
		if c.chunks, resumed, err = load.Prepare(ctx, t, c.chunks); err != nil {
			return fmt.Errorf("preparing %s: %w", t.ID(), err)
		}
		c.soup = c.soup || resumed
	case modeTracking:
		if err := c.track(ctx); err != nil {
			return err
		}
	case modeAppend, modeCursor:
		follows, ok := view.(archwire.Follower)
		if !ok {
			return unable(c.source, t, "tell which rows changed", "sync: checksum or full")
		}
		if c.chunks, err = follows.Since(ctx, t, c.table.Cursor, c.Since); err != nil {
			return fmt.Errorf("looking for changed rows of %s: %w", t.ID(), err)
		}
	}
	for _, chunk := range c.chunks {
		c.expected += chunk.Rows
	}
	return c.settleCursor(ctx)
}

// settleCursor asks how far the column has settled that the table is followed by.
func (c *copying) settleCursor(ctx context.Context) error {
	settles, ok := c.view.(archwire.Settler)
	if !ok || c.table.Cursor == "" {
		return nil
	}
	from, ok, err := settles.Settled(ctx, c.table.Table, c.table.Cursor)
	if err != nil {
		return fmt.Errorf("asking how far %s has settled: %w", c.table.ID(), err)
	}
	if ok {
		c.follower.bound = &from
	}
	return nil
}

// unable is the error for a source that lacks what a table's declaration needs.
func unable(s project.Source, t archwire.Table, what, instead string) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("%s: a source of engine %s cannot %s", t.ID(), s.Engine, what),
		Hint: "Use " + instead + " for the table in " + s.File + ".",
	}
}

// stage stages one chunk.
func (r *Runner) stage(ctx context.Context, load archwire.Load, c *copying, chunk archwire.Chunk) error {
	seen, began := newFollower(c.table), r.Now()
	watched := func(yield func(archwire.Batch, error) bool) {
		for batch, err := range c.view.Batches(ctx, c.table.Table, chunk) {
			if batch != nil {
				seen.watch(batch)
				c.read.Add(valueBytes(batch))
				n := c.staged.Add(batch.NumRows())
				r.Sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: c.table.ID(), Rows: n, Of: c.expected})
			}
			if !yield(batch, err) {
				return
			}
		}
	}
	if _, err := load.Stage(ctx, c.table.Table, chunk, watched); err != nil {
		return fmt.Errorf("copying %s: %w", c.table.ID(), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.follower.join(seen)
	c.took += r.Now().Sub(began)
	return nil
}

// journal is what the load writes down about the table.
func (c *copying) journal(run archwire.RunID, rows int64) archwire.JournalRow {
	j := archwire.JournalRow{
		Run: run, Table: c.table.ID(), Mode: c.Mode, At: c.view.At(), Rows: rows, Definition: c.table.Definition(),
	}
	if c.Mode == modeCompare {
		j.Mode = modeChecksum
	}
	switch {
	case c.still:
		j.Position = c.last.Position
	case c.table.Sync == modeTracking:
		j.Position = c.tracked
	case c.table.Cursor != "":
		j.Position = positionPrefix(c.table) + c.position()
	}
	return j
}

// position is where the next run goes on.
func (c *copying) position() string {
	at := c.view.At().Time
	switch {
	case c.soup: // rows that an earlier run staged were not watched
		return c.follower.settled(at, c.high)
	case c.Mode == modeFull:
		return c.follower.position("", at) // the last position is of another copy
	}
	last, _ := positionOf(c.table, c.last) // "" where another column was followed
	return c.follower.position(last, at)
}
