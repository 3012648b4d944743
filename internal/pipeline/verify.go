package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/verify"
)

// modeCompare is how a table that each run copies whole, or by fingerprints, is
// verified: as it is.
const modeCompare = "compare"

// Verify compares every row of tables, by their IDs, with their sources; no name
// means all tables. Copies that are kept current by what changed are first brought
// up to the instant of comparison, out of sight, so that only what a run would not
// have found differs. A table that is copied whole each time, or by fingerprints,
// is compared as it is: what has changed in its source since the last run differs,
// too. Sources whose tables are not as declared are followed as in a run.
//
// With r.Repair rows that differ are read again, compared again and made visible,
// and a table without a key is copied whole; the next run refreshes and publishes
// what follows from them.
func (r *Runner) Verify(ctx context.Context, id archwire.RunID, tables []string) (report verify.Report, err error) {
	r.VerifyAll = true
	run := &archwire.Run{ID: id}
	if err := r.follow(ctx, run); err != nil {
		return report, err
	}
	readings, err := r.decide(ctx)
	if err != nil {
		return report, err
	}
	if err := choose(readings, tables, r.Repair); err != nil {
		return report, err
	}
	if !r.Repair { // else all tables become visible together, as of one instant
		for _, rd := range readings {
			rd.tables = slices.DeleteFunc(rd.tables, func(c *copying) bool { return c.unasked })
		}
	}
	load, err := r.Warehouse.Begin(ctx, id, loadTables(readings))
	if err != nil {
		return report, fmt.Errorf("opening the load: %w", err)
	}
	defer func() { err = errors.Join(err, load.Leave(context.WithoutCancel(ctx))) }()
	defer func() { err = errors.Join(err, closeAll(readings)) }()
	if err := r.extract(ctx, load, readings); err != nil {
		return report, err
	}
	if err := r.settleEach(ctx, load, readings); err != nil {
		return report, err
	}
	if err := r.noteSuspects(ctx, readings); err != nil {
		return report, err
	}
	report = r.reportOf(readings)
	report.Tables = slices.DeleteFunc(report.Tables, func(t verify.TableReport) bool { return t.Parts == 0 })
	if r.Repair {
		_, err = r.commit(ctx, run, load, readings)
		if err == nil {
			err = r.forget(ctx) // it is for the next run to bring all else up to date
		}
	}
	return report, err
}

// choose leaves out the comparison of tables that were not asked for. A table
// without a key, whose rows cannot be told apart, is repaired by copying it whole.
func choose(readings []*reading, ids []string, repair bool) error {
	tables := all(readings)
	for _, id := range ids {
		if !slices.ContainsFunc(tables, func(c *copying) bool { return c.table.ID() == id }) {
			return &archwire.Error{
				Code: archwire.NotFound, Message: fmt.Sprintf("there is no copied table %q", id),
				Hint: "Name tables as source.table; archwire plan lists them.",
			}
		}
	}
	for _, c := range tables {
		c.unasked = len(ids) > 0 && !slices.Contains(ids, c.table.ID())
		switch {
		case c.first:
			return &archwire.Error{
				Code: archwire.NotFound, Message: fmt.Sprintf("%s was never copied, so there is nothing to verify", c.table.ID()),
				Hint: "Run archwire run first.",
			}
		case repair && len(c.table.Key) == 0: // it is full
		case c.Mode == modeChecksum, c.Mode == modeFull && c.last.Definition == c.table.Definition():
			c.Mode, c.soup = modeCompare, false
		}
	}
	return nil
}

// A ModelReport says whether a model that is kept by what changed is what a full
// computation gives.
type ModelReport struct {
	Model  string `json:"model"`
	Rows   int64  `json:"rows"`
	Differ int64  `json:"differ"` // rows that are in one of the two only
}

// VerifyModels computes models in full and compares them, row by row and to the
// last digit, with what is kept of them. No name means all models.
func (r *Runner) VerifyModels(ctx context.Context, names []string) ([]ModelReport, error) {
	reports := []ModelReport{}
	for _, name := range names {
		if _, ok := r.Project.Model(name); !ok {
			return nil, &archwire.Error{Code: archwire.NotFound, Message: fmt.Sprintf("there is no model %q", name), Hint: "archwire plan lists them."}
		}
	}
	for _, m := range r.Project.Models {
		if len(names) > 0 && !slices.Contains(names, m.Name) {
			continue
		}
		report, err := r.verifyModel(ctx, m)
		if err != nil {
			return nil, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}

func (r *Runner) verifyModel(ctx context.Context, m archwire.Model) (ModelReport, error) {
	c, err := r.Warehouse.CompareModel(ctx, m)
	if err != nil {
		return ModelReport{}, fmt.Errorf("computing %s in full: %w", m.Name, err)
	}
	return ModelReport{Model: m.Name, Rows: c.Rows, Differ: c.Differ}, nil
}

// numbers is the one row of a query for whole numbers.
func (r *Runner) numbers(ctx context.Context, sql string) ([]int64, error) {
	var out []int64
	for batch, err := range r.Warehouse.Query(ctx, archwire.Query{SQL: sql}) {
		if err != nil {
			return nil, err
		}
		for _, c := range batch.Columns() {
			numbers, ok := c.(*array.Int64)
			if !ok || numbers.Len() != 1 {
				return nil, fmt.Errorf("a count is %d values of type %s", c.Len(), c.DataType())
			}
			out = append(out, numbers.Value(0))
		}
	}
	return out, nil
}

// WrongModels is the error for models that are not what a full computation gives;
// nil when all are.
func WrongModels(reports []ModelReport) error {
	var wrong []string
	for _, m := range reports {
		if m.Differ > 0 {
			wrong = append(wrong, fmt.Sprintf("%s: %d rows are not what a full computation gives", m.Model, m.Differ))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Mismatch, Message: strings.Join(wrong, "; "),
		Hint: "If a run was interrupted before its models were refreshed, archwire run brings them up to date; else this is a fault of ours: please tell us. The next run computes them in full.",
	}
}
