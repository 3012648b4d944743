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

// few is fewRows, unless a test has set another number.
func (r *Runner) few() int64 {
	if r.fewRows > 0 {
		return r.fewRows
	}
	return fewRows
}

// settle makes what is staged for a table equal to the source as of the view, as
// far as its sync mode finds differences, and proves it.
func (r *Runner) settle(ctx context.Context, load archwire.Load, c *copying) error {
	source, ok := c.view.(archwire.Printer)
	if c.still {
		return r.settleStill(ctx, load, c, source)
	}
	if err := r.checkStaged(ctx, load, c, source); err != nil {
		return err
	}
	if err := c.settleTracked(ctx, load); err != nil {
		return err
	}
	cut, err := verify.CutOf(ctx, load, c.table.Table, c.last.Rows+c.staged.Load())
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
		if err = r.reconcile(ctx, load, c, whole); err == nil {
			err = c.noteHigh(ctx, load)
		}
	case needs && r.VerifyAll && !c.unasked:
		return r.compareSwept(ctx, load, c, whole)
	case needs:
		whole.Keys = true
		err = r.reconcile(ctx, load, c, whole)
	default:
		err = r.countSource(ctx, load, c, whole)
	}
	if err != nil {
		return err
	}
	if ok && !c.unasked { // first: what it repairs counts
		if err := r.verifyShare(ctx, load, c, source); err != nil {
			return err
		}
	}
	c.cycle.Current = c.current()
	return r.count(ctx, load, c)
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
	result, err := r.mendAll(ctx, load, c, compare, nil)
	if err != nil {
		return err
	}
	c.sourceRows = result.SourceRows
	if !c.soup { // else these are rows of the copy in the making
		if err := c.brake(r.AcceptDeletes); err != nil {
			return err
		}
	}
	if compare.Keys {
		return r.checkMended(ctx, load, c, compare.Source, result.Differing)
	}
	c.verified.PrintedRows += result.SourceRows
	c.verified.Parts += result.Parts
	if len(result.Differing) == 0 {
		return nil
	}
	return r.equalNow(ctx, c, compare)
}

// mendAll compares, and reads again what differs. told is told of each difference
// as it is found; it may be nil.
func (r *Runner) mendAll(ctx context.Context, load archwire.Load, c *copying, compare verify.Comparison, told func(verify.Difference)) (verify.Result, error) {
	m := &mending{copying: c, load: load}
	defer m.release()
	result, err := compare.Run(ctx, func(ctx context.Context, d verify.Difference) error {
		if told != nil {
			told(d)
		}
		return m.add(ctx, d)
	})
	if err != nil {
		return result, err
	}
	return result, m.flush(ctx)
}

// equalNow compares once more what was mended.
func (r *Runner) equalNow(ctx context.Context, c *copying, compare verify.Comparison) error {
	_, err := compare.Run(ctx, func(_ context.Context, d verify.Difference) error {
		return fmt.Errorf("%s: %d rows differ still after they were read again", c.table.ID(), d.Rows())
	})
	return err
}

// count compares the numbers of rows, which is always done.
func (r *Runner) count(ctx context.Context, load archwire.Load, c *copying) error {
	n, err := load.Count(ctx, c.table.Table)
	if err != nil {
		return fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
	}
	if c.Mode == modeFull {
		c.removed = 0 // of the copy in the making
	}
	// Of what is replaced as a whole, or marked as deleted, the net loss can be told.
	c.removed = max(c.removed, c.last.Rows-n)
	c.verified.Table, c.verified.At, c.verified.Mode = c.table.ID(), c.view.At().Time, c.Mode
	c.verified.SourceRows, c.verified.WarehouseRows = c.sourceRows, n
	return c.brake(r.AcceptDeletes)
}

// mostMended is how many parts are compared by value after their keys were made
// equal. Others are by the rotation.
const mostMended = 64

// checkMended compares the values of parts in which a sweep has read rows, unless
// all values are compared anyway.
func (r *Runner) checkMended(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer, parts []int) error {
	if c.repaired == 0 || len(parts) > mostMended || r.VerifyAll {
		return nil
	}
	for _, s := range stretches(c.cut, parts) {
		if err := r.compare(ctx, load, c, source, s); err != nil {
			return err
		}
	}
	return nil
}
