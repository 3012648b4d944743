package pipeline

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// shownRows is how many rows of a failing check a person is shown.
const shownRows = 5

// check runs the project's checks and returns their number. The first that
// finds a row is an error of code Mismatch whose cause is a CheckFailure.
func (r *Runner) check(ctx context.Context) (int64, error) {
	for _, c := range r.Project.Checks {
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
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Verify, What: c.Name, Rows: 1, Of: 1, Done: true})
	}
	return int64(len(r.Project.Checks)), nil
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
