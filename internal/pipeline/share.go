package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/verify"
)

// verifyConsumer is the name under which the warehouse remembers a table's cycle.
func verifyConsumer(table string) string { return "verify:" + table }

// recall reads the cycles of tables.
func (r *Runner) recall(ctx context.Context, tables []*copying) error {
	reads := map[string][]string{}
	for _, c := range tables {
		reads[verifyConsumer(c.table.ID())] = nil
	}
	marks, err := archwire.PendingOf(ctx, r.Warehouse, reads)
	if err != nil {
		return fmt.Errorf("reading how far tables were compared: %w", err)
	}
	for _, c := range tables {
		mark := marks[verifyConsumer(c.table.ID())].Mark
		if mark == "" {
			continue
		}
		if err := json.Unmarshal([]byte(mark), &c.cycle); err != nil {
			return fmt.Errorf("reading how far %s was compared: %w", c.table.ID(), err)
		}
		c.remembered = c.cycle
	}
	return nil
}

// verifyShare compares the values of as many parts as are due: all of a small
// table that was just copied whole, a share of any other; and before that what
// differed when it was compared last.
func (r *Runner) verifyShare(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	at := c.view.At().Time
	total := max(c.cut.Parts, 1)
	switch {
	case c.still:
		if err := r.compareDue(ctx, load, c, source); err != nil {
			return err
		}
	case c.soup || c.Mode == modeChecksum: // compared already
		c.cycle = cycle{Covered: at, Paid: at}
	case c.Mode == modeFull && c.sourceRows <= r.few(), r.VerifyAll, r.Project.Verify.Days <= 1:
		if err := r.compare(ctx, load, c, source, stretch{c.cut, 0, total - 1}); err != nil {
			return err
		}
		c.cycle = cycle{Covered: at, Paid: at}
	case c.Mode == modeFull && c.table.Sync != modeFull: // compared from the next run on
		c.cycle = cycle{Paid: at}
	default:
		if err := r.compareDue(ctx, load, c, source); err != nil {
			return err
		}
	}
	c.verified.CoveredSince = c.cycle.Covered
	return nil
}

// compareDue compares what is suspect, and the share of this run.
func (r *Runner) compareDue(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	y := &c.cycle
	if c.merge() {
		for _, s := range y.Suspect {
			if err := r.compare(ctx, load, c, source, s); err != nil {
				return err
			}
		}
	}
	if !c.report.Equal() && !c.report.Repaired {
		return nil // it is wrong still; the share would say so twice
	}
	y.Suspect = nil
	if c.Mode == modeFull && c.last.Definition != c.table.Definition() {
		y.Next = 0 // a cut of another key is none of this one
	}
	return r.compareShare(ctx, load, c, source)
}

// compareShare compares the parts that are due.
func (r *Runner) compareShare(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) error {
	d := dues{cut: c.cut, days: r.Project.Verify.Days, at: c.view.At().Time, least: leastParts}
	if c.still {
		d.least = 0 // nothing has come that could be wrong
	}
	if c.cycle.Paid.IsZero() {
		c.cycle.Paid = c.last.At.Time
	}
	if c.cycle.Paid.IsZero() { // this is the first copy: nothing has been due for longer
		c.cycle.Paid = d.at
	}
	for {
		s, ok := c.cycle.next(d)
		if !ok {
			return nil
		}
		if err := r.compare(ctx, load, c, source, s); err != nil {
			return err
		}
		c.cycle.compared(s, d)
		if !c.merge() { // each run makes another copy, of which this was a share
			c.cycle.Covered = time.Time{}
		}
		d.least = 0
	}
}

// compare compares parts; what differs is read again if the run is to repair,
// else it is an error of code Mismatch.
func (r *Runner) compare(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer, of stretch) error {
	comparison := verify.Comparison{Table: c.table.Table, Source: source, Copy: load, Cut: of.Cut, First: of.First, Last: of.Last}
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
	if len(result.Differing) == 0 {
		return nil
	}
	if !r.Repair || c.report.Unkeyed {
		c.suspect = append(c.suspect, stretches(of.Cut, result.Differing)...)
		return nil // the report is the verdict
	}
	c.report.Repaired = true
	if err := c.brake(r.AcceptDeletes); err != nil {
		return err
	}
	return r.equalNow(ctx, c, comparison)
}

// stretches joins parts that lie side by side.
func stretches(cut archwire.Cut, parts []int) []stretch {
	var out []stretch
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].Last == p-1 {
			out[n-1].Last = p
			continue
		}
		out = append(out, stretch{cut, p, p})
	}
	return out
}

// noteSuspects remembers what differs, so that each run compares it first until it
// is equal, or copies it anew where it copies the table whole: a run must not
// publish what is known to be wrong because it compares another share, or because
// the source vouches that nothing has changed there.
func (r *Runner) noteSuspects(ctx context.Context, readings []*reading) error {
	marks := map[string]archwire.Acknowledged{}
	for _, c := range all(readings) {
		if len(c.suspect) == 0 {
			continue
		}
		y := c.remembered
		for _, s := range c.suspect {
			if !slices.Contains(y.Suspect, s) {
				y.Suspect = append(y.Suspect, s)
			}
		}
		text, err := json.Marshal(y)
		if err != nil {
			return fmt.Errorf("writing down what differs in %s: %w", c.table.ID(), err)
		}
		marks[verifyConsumer(c.table.ID())] = archwire.Acknowledged{Mark: string(text)}
	}
	if len(marks) == 0 {
		return nil
	}
	if err := r.Warehouse.Published(ctx, marks); err != nil {
		return fmt.Errorf("writing down what differs: %w", err)
	}
	return nil
}

// compareAsItIs compares a copy that was not brought up to date before, and
// counts what is left of it: the next run's brake goes by that.
func (r *Runner) compareAsItIs(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) (err error) {
	if source != nil && !c.unasked {
		if err := r.compare(ctx, load, c, source, stretch{c.cut, 0, max(c.cut.Parts, 1) - 1}); err != nil {
			return err
		}
	}
	if c.verified.WarehouseRows, err = load.Count(ctx, c.table.Table); err != nil {
		return fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
	}
	return nil
}
