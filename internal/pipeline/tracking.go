package pipeline

import (
	"context"
	"fmt"

	"archwire"
)

// tracker is the view as one that tells what changed.
func (c *copying) tracker() (archwire.Tracker, error) {
	tracker, ok := c.view.(archwire.Tracker)
	if !ok {
		return nil, unable(c.source, c.table.Table, "tell which rows it has tracked", "sync: checksum, cursor or full")
	}
	return tracker, nil
}

// notePosition asks how far the source has got with what it tracks, as of the view.
func (c *copying) notePosition(ctx context.Context) error {
	tracker, err := c.tracker()
	if err != nil {
		return err
	}
	changes, err := tracker.Changes(ctx, c.table.Table, "")
	if err != nil {
		return fmt.Errorf("asking what is tracked of %s: %w", c.table.ID(), err)
	}
	c.tracked = changes.Position
	return nil
}

// track finds the rows that were written since the last run. Where the source does
// not know that any more, the table is compared as a whole instead: what it has lost
// may be any row.
func (c *copying) track(ctx context.Context) error {
	tracker, err := c.tracker()
	if err != nil {
		return err
	}
	changes, err := tracker.Changes(ctx, c.table.Table, c.Since)
	if err != nil {
		return fmt.Errorf("asking what changed in %s: %w", c.table.ID(), err)
	}
	if !changes.Known {
		c.Decision = Decision{Mode: modeChecksum, Why: "the source does not know any more what changed since the last run"}
		return nil
	}
	c.chunks, c.deletes, c.tracked = changes.Chunks, changes.Deletes, changes.Position
	return nil
}

// settleTracked takes the rows out of the copy that the source has deleted since the
// last run. Of a table that was read in another way it notes the position of the view
// that the copy is settled by, which need not be the one that it was cut up by.
func (c *copying) settleTracked(ctx context.Context, load archwire.Load) error {
	if c.table.Sync != modeTracking || c.Mode == modeCompare {
		return nil
	}
	if c.Mode != modeTracking {
		return c.notePosition(ctx)
	}
	tracker, err := c.tracker()
	if err != nil {
		return err
	}
	if c.deletes {
		removed, err := load.Patch(ctx, c.table.Table, tracker.Deleted(ctx, c.table.Table, c.Since), nil)
		if err != nil {
			return fmt.Errorf("taking deleted rows out of %s: %w", c.table.ID(), err)
		}
		c.removed += removed
	}
	return c.stillTracked(ctx, tracker)
}

// stillTracked makes sure, where no snapshot holds what is tracked, that none of it was
// cleaned up while it was read: what was gone by then has not come.
func (c *copying) stillTracked(ctx context.Context, tracker archwire.Tracker) error {
	if !c.source.ReadCommitted {
		return nil
	}
	changes, err := tracker.Changes(ctx, c.table.Table, c.Since)
	if err != nil {
		return fmt.Errorf("asking what is tracked of %s: %w", c.table.ID(), err)
	}
	if !changes.Known {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: c.table.ID() + ": the source has forgotten what changed while it was read",
			Hint: "Run again: the table is then compared as a whole. Have the source keep changes for longer than the time between two runs.",
		}
	}
	return nil
}
