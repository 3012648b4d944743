package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/verify"
)

// A cycle is how far the values of a table have been compared with its source. A
// run goes on where the last one has stopped; when all parts were compared, the
// next cycle begins, cut anew.
type cycle struct {
	Cut     archwire.Cut `json:"cut"`
	Next    int          `json:"next"`    // part
	Began   time.Time    `json:"began"`   // the instant of the view of its first share
	Covered time.Time    `json:"covered"` // when the last whole cycle began: every row was compared since then
}

// leastParts are compared in each run, so that small tables are compared whole.
const leastParts = 4

// verifyConsumer is the name under which the warehouse remembers a table's cycle.
func verifyConsumer(table string) string { return "verify:" + table }

// recall reads the cycle of a table.
func (r *Runner) recall(ctx context.Context, c *copying) error {
	p, err := r.Warehouse.Pending(ctx, verifyConsumer(c.table.ID()), nil)
	if err != nil {
		return fmt.Errorf("reading how far %s was compared: %w", c.table.ID(), err)
	}
	if p.Mark == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(p.Mark), &c.cycle); err != nil {
		return fmt.Errorf("reading how far %s was compared: %w", c.table.ID(), err)
	}
	return nil
}

// verifyShare compares the values of as many parts as are due: all of a small
// table that was just copied whole, a share of any other.
func (r *Runner) verifyShare(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	at := c.view.At().Time
	total := max(c.cut.Parts, 1)
	switch {
	case c.Mode == modeFull && c.table.Sync != modeFull && !c.soup && c.sourceRows > fewRows:
		c.cycle = cycle{Covered: c.cycle.Covered} // compared from the next run on
		c.verified.CoveredSince = c.cycle.Covered
		return nil
	case c.soup || c.Mode == modeChecksum: // compared already
		c.cycle = cycle{Covered: at}
	case c.Mode == modeFull && c.sourceRows <= fewRows || r.VerifyAll || r.Project.Verify.Days <= 1:
		if err := r.compare(ctx, load, c, source, c.cut, 0, total-1); err != nil {
			return err
		}
		c.cycle = cycle{Covered: at}
	default:
		if err := r.compareNext(ctx, load, c, source); err != nil {
			return err
		}
	}
	c.verified.CoveredSince = c.cycle.Covered
	return nil
}

// compareNext compares the share of this run.
func (r *Runner) compareNext(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	y := &c.cycle
	if y.Next == 0 || y.Next >= y.Cut.Parts {
		*y = cycle{Cut: c.cut, Began: c.view.At().Time, Covered: y.Covered}
	}
	total := max(y.Cut.Parts, 1)
	share := max((total+r.Project.Verify.Days-1)/r.Project.Verify.Days, leastParts)
	last := min(y.Next+share, total) - 1
	if err := r.compare(ctx, load, c, source, y.Cut, y.Next, last); err != nil {
		return err
	}
	y.Next = last + 1
	if y.Next == total {
		y.Next, y.Covered = 0, y.Began
	}
	return nil
}

// compare compares parts; what differs is read again if the run is to repair,
// else it is an error of code Mismatch.
func (r *Runner) compare(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer, cut archwire.Cut, first, last int) error {
	comparison := verify.Comparison{Table: c.table.Table, Source: source, Copy: load, Cut: cut, First: first, Last: last}
	find := func() (verify.Result, error) {
		return comparison.Run(ctx, func(_ context.Context, d verify.Difference) error {
			c.report.Add(d)
			return nil
		})
	}
	if r.Repair && len(c.table.Key) > 0 {
		find = func() (verify.Result, error) { return r.mendAll(ctx, load, c, comparison, c.report.Add) }
	}
	result, err := find()
	if err != nil {
		return err
	}
	c.verified.PrintedRows += result.SourceRows
	c.verified.Parts += result.Parts
	c.report.Rows += result.SourceRows
	c.report.Parts += result.Parts
	if c.report.Equal() || !r.Repair || c.report.Unkeyed {
		return nil // the report is the verdict
	}
	c.report.Repaired = true
	return r.equalNow(ctx, c, comparison)
}

// compareAsItIs compares a copy that was not brought up to date before, and
// counts what is left of it: the next run's brake goes by that.
func (r *Runner) compareAsItIs(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) (err error) {
	if source != nil && !c.unasked {
		if err := r.compare(ctx, load, c, source, c.cut, 0, max(c.cut.Parts, 1)-1); err != nil {
			return err
		}
	}
	if c.verified.WarehouseRows, err = load.Count(ctx, c.table.Table); err != nil {
		return fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
	}
	return nil
}
