package pipeline

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// shownRows is how many rows of a failing check a person is shown.
const shownRows = 5

// check runs checks and returns their number. One that passed, and
// whose tables and models have not changed since, has passed still. The first
// that finds a row is an error of code Mismatch whose cause is a CheckFailure.
func (r *Runner) check(ctx context.Context, run *archwire.Run, checks []archwire.Check) (int64, error) {
	for _, c := range checks {
		passed, seen, err := r.passed(ctx, c)
		if err != nil {
			return 0, err
		}
		if passed {
			run.Details = append(run.Details, archwire.Detail{
				Verb: archwire.Verify, What: c.Name, Skipped: true, Note: "it passed, and nothing that it reads has changed",
			})
			continue
		}
		failure, err := r.runCheck(ctx, c)
		if err != nil {
			return 0, fmt.Errorf("running check %s: %w", c.Name, err)
		}
		if failure != nil {
			return 0, &archwire.Error{
				Code:    archwire.Mismatch,
				Message: failure.Error(),
				Hint:    fmt.Sprintf("Nothing was published; the last publication stays in service. Look at %s and at the rows it finds.", c.File),
				Err:     failure,
			}
		}
		if err := r.Warehouse.Published(ctx, map[string]archwire.Acknowledged{checkConsumer(c): seen}); err != nil {
			return 0, fmt.Errorf("writing down that check %s passed: %w", c.Name, err)
		}
		run.Details = append(run.Details, archwire.Detail{Verb: archwire.Verify, What: c.Name})
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Verify, What: c.Name, Rows: 1, Of: 1, Done: true})
	}
	return int64(len(checks)), nil
}

// checkConsumer is the name under which the warehouse remembers that a check passed.
func checkConsumer(c archwire.Check) string { return "check:" + c.Name }

// passed says whether a check need not be run again, and what to acknowledge once
// it has.
func (r *Runner) passed(ctx context.Context, c archwire.Check) (bool, archwire.Acknowledged, error) {
	reads, err := r.Engine.Reads(ctx, c.SQL)
	if err != nil {
		return false, archwire.Acknowledged{}, fmt.Errorf("reading check %s: %w", c.Name, err)
	}
	p, err := r.Warehouse.Pending(ctx, checkConsumer(c), reads)
	if err != nil {
		return false, archwire.Acknowledged{}, fmt.Errorf("finding out what changed for check %s: %w", c.Name, err)
	}
	digest := r.definition(archwire.Model{SQL: c.SQL})
	return p.None() && p.Mark == digest, archwire.Acknowledged{Seq: p.Seq, Mark: digest}, nil
}

// runCheck returns nil when the check finds no row.
func (r *Runner) runCheck(ctx context.Context, c archwire.Check) (*CheckFailure, error) {
	failure := &CheckFailure{Check: c.Name, File: c.File}
	for batch, err := range r.Warehouse.Query(ctx, archwire.Query{SQL: c.SQL}) {
		if err != nil {
			return nil, err
		}
		if failure.Columns == nil {
			for _, f := range batch.Schema().Fields() {
				failure.Columns = append(failure.Columns, strings.Clone(f.Name))
			}
		}
		for row := range int(batch.NumRows()) {
			if len(failure.Rows) == shownRows {
				return failure, nil
			}
			values := make([]string, batch.NumCols())
			for col := range values {
				values[col] = text(batch, col, row)
			}
			failure.Rows = append(failure.Rows, values)
		}
	}
	if len(failure.Rows) == 0 {
		return nil, nil //nolint:nilnil // no failure and no error is what passing means
	}
	return failure, nil
}
