package pipeline

import (
	"context"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/verify"
)

// A current says what a copy was brought up to, and in which way.
type current struct {
	Mark string `json:"mark"` // of the view
	Way  string `json:"way"`
}

// current is what the copy is when it was settled.
func (c *copying) current() current {
	t := c.table
	way := strings.Join([]string{t.Sync, t.Cursor, t.Deletes, t.Definition()}, " ")
	return current{Mark: c.view.At().Mark, Way: way}
}

// spare finds the tables that need not be read: their sources vouch that they are
// as they were when they were copied, in the way that is still declared. Their
// views are open then. Where something is to be read gently first, nothing is
// spared, since views do not stay open for that long.
func (r *Runner) spare(ctx context.Context, readings []*reading) error {
	if r.VerifyAll || r.Repair {
		return nil
	}
	if err := r.openViews(ctx, readings); err != nil {
		return err
	}
	var still []*copying
	for _, rd := range readings {
		for _, c := range rd.tables {
			c.view = rd.view
			ok, err := c.unchanged(ctx)
			if err != nil {
				return fmt.Errorf("asking whether %s has changed: %w", c.table.ID(), err)
			}
			if ok {
				still = append(still, c)
			}
		}
	}
	if err := r.keptWhole(ctx, still); err != nil {
		return err
	}
	for _, c := range all(readings) {
		if c.soup && !c.still {
			for _, other := range still {
				other.still = false
			}
			return closeAll(readings)
		}
	}
	for _, rd := range readings {
		rd.tellStill(r)
	}
	return nil
}

// unchanged asks the source whether the copy of c is what this run would make of it.
func (c *copying) unchanged(ctx context.Context) (bool, error) {
	witness, ok := c.view.(archwire.Witness)
	was := c.cycle.Current
	if !ok || c.first || c.Mode != c.table.Sync || was != c.current() || len(c.cycle.Suspect) > 0 {
		return false, nil
	}
	return witness.Unchanged(ctx, c.table.Table, archwire.Instant{Time: c.last.At.Time, Mark: was.Mark}) //nolint:wrapcheck // the caller names the table
}

// keptWhole spares the tables of which the warehouse has as many rows as were
// loaded. All are counted in one query; where one cannot be, all are read.
func (r *Runner) keptWhole(ctx context.Context, tables []*copying) error {
	if len(tables) == 0 {
		return nil
	}
	counts := make([]string, len(tables))
	for i, c := range tables {
		counts[i] = "(select count(*) from " + archwire.QuoteName(c.table.ID()) + ")"
	}
	rows, err := r.numbers(ctx, "select "+strings.Join(counts, ", "))
	if archwire.CodeOf(err) == archwire.Invalid {
		return nil // a copy is gone
	}
	if err != nil {
		return fmt.Errorf("counting the copies: %w", err)
	}
	for i, c := range tables {
		c.verified.WarehouseRows = rows[i]
		c.still = rows[i] == c.last.Rows
	}
	return nil
}

// tellStill says how much of a source need not be read.
func (rd *reading) tellStill(r *Runner) {
	n := 0
	for _, c := range rd.tables {
		if c.still {
			n++
			c.Why = "its source vouches that it has not changed since it was copied"
		}
	}
	switch {
	case n == 0:
	case n == len(rd.tables):
		r.note(archwire.Extract, "source %s has not changed since it was copied: nothing of it is read but for verification", rd.project.Name)
	default:
		r.note(archwire.Extract, "source %s: %d of %d tables have not changed since they were copied", rd.project.Name, n, len(rd.tables))
	}
}

// settleStill proves a table equal that was not read: it was when it was copied,
// and the share of its values that is due is compared again.
func (r *Runner) settleStill(ctx context.Context, load archwire.Load, c *copying, source archwire.Printer) (err error) {
	c.verified.Table, c.verified.At, c.verified.Mode = c.table.ID(), c.view.At().Time, c.Mode
	c.sourceRows, c.verified.SourceRows, c.verified.Vouched = c.last.Rows, c.last.Rows, true
	if source == nil {
		return nil
	}
	if c.cut, err = verify.CutOf(ctx, load, c.table.Table, c.last.Rows); err != nil {
		return err
	}
	return r.verifyShare(ctx, load, c, source)
}
