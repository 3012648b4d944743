package pipeline

import (
	"context"

	"archwire"
	"archwire/internal/verify"
)

// compareSwept compares all values of a table whose deleted rows a sweep finds.
// Prints of values tell of missing and deleted rows as well as those of keys do,
// so these are settled as a sweep does, and are no differences; what was settled
// is compared once more.
func (r *Runner) compareSwept(ctx context.Context, load archwire.Load, c *copying, all verify.Comparison) error {
	m := &mending{copying: c, load: load}
	defer m.release()
	result, err := all.Run(ctx, func(ctx context.Context, d verify.Difference) error {
		d.Changed = nil // the sweep does not see them
		return m.add(ctx, d)
	})
	if err != nil {
		return err
	}
	if err := m.flush(ctx); err != nil {
		return err
	}
	c.sourceRows = result.SourceRows
	if err := c.brake(r.AcceptDeletes); err != nil {
		return err
	}
	again := stretches(all.Cut, result.Differing)
	if len(again) > mostMended {
		again = []stretch{{all.Cut, all.First, all.Last}}
	}
	printed, parts := c.verified.PrintedRows, c.verified.Parts
	for _, s := range again {
		if err := r.compare(ctx, load, c, all.Source, s); err != nil {
			return err
		}
	}
	// Each part counts once, however often it was compared.
	c.verified.PrintedRows, c.verified.Parts = printed+result.SourceRows, parts+result.Parts
	c.report.Rows, c.report.Parts = result.SourceRows, result.Parts
	c.cycle = cycle{Covered: c.view.At().Time, Paid: c.view.At().Time, Current: c.current()}
	c.verified.CoveredSince = c.cycle.Covered
	return r.count(ctx, load, c)
}
