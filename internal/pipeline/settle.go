package pipeline

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/verify"
)

// fewRows is up to how many rows a table that is copied whole is compared whole,
// too, in the same run. Larger ones are counted; their values are compared a share
// a run.
const fewRows = 200_000

// settle makes what is staged for a table equal to the source as of the view, as
// far as its sync mode finds differences, and proves it.
func (r *Runner) settle(ctx context.Context, load archwire.Load, c *copying) error {
	source, ok := c.view.(archwire.Printer)
	if err := r.checkStaged(ctx, load, c, source); err != nil {
		return err
	}
	cut, err := verify.CutOf(ctx, load, c.table.Table)
	if err != nil {
		return err
	}
	c.cut = cut
	whole := verify.Comparison{Table: c.table.Table, Source: source, Copy: load, Cut: cut}.All()
	needs := c.soup || c.Mode == modeChecksum || c.merge() && c.table.Deletes == "sweep"
	switch {
	case needs && !ok:
		return unable(c.source, c.table.Table, "compare fingerprints", "sync: full")
	case c.Mode == modeCompare:
		return r.compareAsItIs(ctx, load, c, source)
	case c.soup || c.Mode == modeChecksum:
		err = r.reconcile(ctx, load, c, whole)
	case needs:
		whole.Keys = true
		err = r.reconcile(ctx, load, c, whole)
	default:
		c.sourceRows, err = c.view.Count(ctx, c.table.Table)
	}
	if err != nil {
		return err
	}
	if err := r.count(ctx, load, c); err != nil {
		return err
	}
	if !ok || c.unasked {
		return nil
	}
	return r.verifyShare(ctx, load, c, source)
}

// checkStaged compares what was read with the source's own fingerprint of it:
// whatever was lost or altered on the way shows here.
func (r *Runner) checkStaged(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	if source == nil || !c.merge() || c.staged.Load() == 0 {
		return nil
	}
	n, err := verify.Staged(ctx, c.table.Table, source, load, c.chunks)
	c.verified.PrintedRows += n
	return err
}

// reconcile finds rows that differ, and reads them again.
func (r *Runner) reconcile(ctx context.Context, load archwire.Load, c *copying, compare verify.Comparison) error {
	result, err := compare.Run(ctx, func(ctx context.Context, d verify.Difference) error {
		return r.mend(ctx, load, c, d)
	})
	if err != nil {
		return err
	}
	c.sourceRows = result.SourceRows
	if err := c.brake(r.AcceptDeletes); err != nil {
		return err
	}
	if compare.Keys {
		return nil // the counts will tell
	}
	c.verified.PrintedRows += result.SourceRows
	if result.Differing == 0 {
		return nil
	}
	_, err = compare.Run(ctx, func(_ context.Context, d verify.Difference) error {
		return fmt.Errorf("%s: %d rows differ still after they were read again", c.table.ID(), d.Rows())
	})
	return err
}

// mend takes rows that differ out of the copy and reads them from the source.
func (r *Runner) mend(ctx context.Context, load archwire.Load, c *copying, d verify.Difference) error {
	t := c.table.Table
	if d.Unkeyed {
		return fmt.Errorf("%s has no key to mend it by", t.ID())
	}
	reader, ok := c.view.(archwire.KeyReader)
	if !ok {
		return unable(c.source, t, "read rows by key", "sync: full")
	}
	if d.Extra != nil {
		c.removed += d.Extra.NumRows()
		if _, err := load.Patch(ctx, t, one(d.Extra), nil); err != nil {
			return fmt.Errorf("taking deleted rows out of %s: %w", t.ID(), err)
		}
	}
	for _, keys := range []archwire.Batch{d.Missing, d.Changed} {
		if keys == nil {
			continue
		}
		c.repaired += keys.NumRows()
		chunks, err := reader.ByKeys(ctx, t, keys)
		if err != nil {
			return fmt.Errorf("reading rows of %s by key: %w", t.ID(), err)
		}
		if _, err := load.Patch(ctx, t, one(keys), c.read(ctx, chunks)); err != nil {
			return fmt.Errorf("reading rows of %s again: %w", t.ID(), err)
		}
	}
	return nil
}

// one is a batch by itself.
func one(batch archwire.Batch) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) { yield(batch, nil) }
}

// read reads chunks one after the other, and watches the column followed.
func (c *copying) read(ctx context.Context, chunks []archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for _, chunk := range chunks {
			for batch, err := range c.view.Batches(ctx, c.table.Table, chunk) {
				if batch != nil {
					c.follower.watch(batch)
				}
				if !yield(batch, err) || err != nil {
					return
				}
			}
		}
	}
}

// fewDeletes may vanish from any table without being accepted: a share of a small
// table is next to nothing.
const fewDeletes = 10

// brake stops a run in which more of a table vanishes than its source declares.
func (c *copying) brake(accepted bool) error {
	if accepted || c.removed <= fewDeletes || c.removed*100 <= c.last.Rows*int64(c.source.MostDeletes) {
		return nil
	}
	return &DeleteBrake{Table: c.table.ID(), Removed: c.removed, Of: c.last.Rows, Most: c.source.MostDeletes}
}

// count compares the numbers of rows, which is always done.
func (r *Runner) count(ctx context.Context, load archwire.Load, c *copying) error {
	n, err := load.Count(ctx, c.table.Table)
	if err != nil {
		return fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
	}
	if c.Mode == modeFull && c.last.Rows > n { // replaced as a whole: the net loss is what can be told
		c.removed = c.last.Rows - n
	}
	c.verified.Table, c.verified.At, c.verified.Mode = c.table.ID(), c.view.At().Time, c.Mode
	c.verified.SourceRows, c.verified.WarehouseRows = c.sourceRows, n
	return c.brake(r.AcceptDeletes)
}
