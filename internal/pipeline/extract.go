package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/verify"
)

// copyTables extracts and loads all tables of all sources, as they are now. If one
// was altered after it was looked at, all are looked at and read again, once.
func (r *Runner) copyTables(ctx context.Context, run *archwire.Run) (*loaded, error) {
	for again := false; ; again = true {
		if err := r.forget(ctx); err != nil { // what an earlier run has loaded is not gone on from any more
			return nil, err
		}
		if err := r.follow(ctx, run); err != nil {
			return nil, err
		}
		if err := r.keepsContracts(ctx, KnownDate(r.Project, r.Now()), archwire.Discover); err != nil {
			return nil, err
		}
		l, err := r.readTables(ctx, run)
		if again || !r.moved(ctx, err) {
			return l, err
		}
		r.note(archwire.Discover, "%s: the source was altered after it was looked at; it is looked at and read again", archwire.MessageOf(err))
		run.Rows = 0 // of what was given up
	}
}

// readTables extracts and loads all tables of all sources, as they were looked at.
//
// Nothing is visible before the commit, which shows all tables at once and
// writes the journal in the same transaction. The copy is compared with the
// source before it, so that one that is not equal never becomes visible.
func (r *Runner) readTables(ctx context.Context, run *archwire.Run) (l *loaded, err error) {
	readings, err := r.decide(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeAll(readings)) }()
	if err := r.spare(ctx, readings); err != nil {
		return nil, err
	}
	load, err := r.Warehouse.Begin(ctx, run.ID, loadTables(readings))
	if err != nil {
		return nil, fmt.Errorf("opening the load: %w", err)
	}
	defer func() { err = errors.Join(err, end(ctx, load, err)) }()

	err = r.step(ctx, run, archwire.Extract, func(ctx context.Context) (int64, error) {
		err := r.extract(ctx, load, readings)
		for _, c := range all(readings) {
			run.Rows += c.staged.Load()
		}
		return run.Rows, err
	})
	if err != nil {
		return nil, err
	}
	if err := r.settleAll(ctx, run, load, readings); err != nil {
		return nil, err
	}
	err = r.step(ctx, run, archwire.LoadVerb, func(ctx context.Context) (int64, error) {
		l, err = r.commit(ctx, run, load, readings)
		return run.Rows, err
	})
	return l, err
}

// end gives a load up. What a table's chunks hold is kept for the next run unless
// what was read is wrong.
func end(ctx context.Context, load archwire.Load, failed error) error {
	ctx = context.WithoutCancel(ctx)
	if wrong(failed) {
		return load.Abort(ctx) //nolint:wrapcheck // names the load
	}
	return load.Leave(ctx) //nolint:wrapcheck // names the load
}

// decide says for every table how it is copied.
func (r *Runner) decide(ctx context.Context) ([]*reading, error) {
	journal, err := r.Warehouse.Loaded(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the load journal: %w", err)
	}
	var readings []*reading
	for _, s := range r.Project.Sources {
		rd := &reading{project: s}
		for _, t := range s.Tables {
			last := journal[t.ID()]
			d, err := DecideIn(ctx, r.Warehouse, journal, t)
			if err != nil {
				return nil, err
			}
			c := &copying{table: t, source: s, last: last, Decision: d, follower: newFollower(t), soup: (s.Gentle || s.ReadCommitted) && d.Mode == modeFull && len(t.Key) > 0}
			rd.tables = append(rd.tables, c)
		}
		readings = append(readings, rd)
	}
	return readings, r.recall(ctx, all(readings))
}

// all lists the tables of all readings.
func all(readings []*reading) []*copying {
	var out []*copying
	for _, rd := range readings {
		out = append(out, rd.tables...)
	}
	return out
}

func loadTables(readings []*reading) []archwire.LoadTable {
	var out []archwire.LoadTable
	for _, c := range all(readings) {
		out = append(out, c.loadTable())
	}
	return out
}

// extract stages what changed in every table. Sources that ask for gentleness are
// first read chunk by chunk, each in a transaction of its own; then a view of each
// is opened, close together, for the rest.
func (r *Runner) extract(ctx context.Context, load archwire.Load, readings []*reading) error {
	for _, rd := range readings {
		if err := r.extractGently(ctx, load, rd); err != nil {
			return err
		}
	}
	if err := r.openViews(ctx, readings); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, rd := range readings {
		group.Go(func() error { return r.extractSource(ctx, load, rd, rd.view, rd.instant()) })
	}
	return group.Wait()
}

// extractSource stages tables of one source, chunk by chunk on as many
// connections as the source's budget allows, the largest tables first.
func (r *Runner) extractSource(ctx context.Context, load archwire.Load, rd *reading, view archwire.View, tables []*copying) error {
	for _, c := range tables {
		if err := c.cutUp(ctx, load, view); err != nil {
			return err
		}
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: c.table.ID(), Of: c.expected})
	}
	largestFirst := slices.Clone(tables)
	slices.SortStableFunc(largestFirst, func(a, b *copying) int { return cmp.Compare(b.expected, a.expected) })
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(rd.project.Connections, 1))
	for _, c := range largestFirst {
		for _, chunk := range c.chunks {
			group.Go(func() error { return r.stage(ctx, load, c, chunk) })
		}
	}
	return group.Wait()
}

// settleAll makes the copies equal to their sources and proves it.
func (r *Runner) settleAll(ctx context.Context, run *archwire.Run, load archwire.Load, readings []*reading) error {
	return r.step(ctx, run, archwire.Verify, func(ctx context.Context) (n int64, err error) {
		if err := r.settleEach(ctx, load, readings); err != nil {
			return 0, err
		}
		var verified []archwire.VerifiedTable
		for _, c := range all(readings) {
			verified = append(verified, c.verified)
			n += c.verified.PrintedRows
		}
		return n, errors.Join(verify.Counts(verified), r.reportOf(readings).Err(), r.noteSuspects(ctx, readings))
	})
}

// settleEach settles all tables, as many of a source at once as it has connections.
func (r *Runner) settleEach(ctx context.Context, load archwire.Load, readings []*reading) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, rd := range readings {
		group.Go(func() error {
			tables, ctx := errgroup.WithContext(ctx)
			tables.SetLimit(max(rd.project.Connections, 1))
			for _, c := range rd.tables {
				c.view = rd.view
				tables.Go(func() error { return r.settle(ctx, load, c) })
			}
			return tables.Wait()
		})
	}
	return group.Wait()
}

// reportOf is what the comparison of values found.
func (r *Runner) reportOf(readings []*reading) verify.Report {
	report := verify.Report{Tables: []verify.TableReport{}}
	for _, c := range all(readings) {
		c.report.Table, c.report.Mode = c.table.ID(), c.Mode
		report.Tables = append(report.Tables, c.report)
	}
	slices.SortFunc(report.Tables, func(a, b verify.TableReport) int { return cmp.Compare(a.Table, b.Table) })
	return report
}
