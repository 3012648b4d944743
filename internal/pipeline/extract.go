package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/verify"
)

// A reading is one source, opened as of one instant.
type reading struct {
	project project.Source
	source  archwire.Source
	view    archwire.View
}

// A copying is one table on its way into the warehouse.
type copying struct {
	table      archwire.Table
	view       archwire.View
	chunks     []archwire.Chunk
	expected   int64 // estimate
	staged     atomic.Int64
	sourceRows int64
}

// copyTables extracts and loads all tables of all sources.
//
// Nothing is visible before the commit, which shows all tables at once and
// writes the journal in the same transaction. Rows are counted on both sides
// before it, so that a copy that is not equal never becomes visible.
func (r *Runner) copyTables(ctx context.Context, run *archwire.Run, verified *[]archwire.VerifiedTable) (err error) {
	var copyings []*copying
	var load archwire.Load
	defer func() {
		if load != nil {
			err = errors.Join(err, load.Abort(context.WithoutCancel(ctx)))
		}
	}()
	err = r.step(ctx, run, archwire.Extract, func(ctx context.Context) (n int64, err error) {
		readings, err := r.openViews(ctx)
		defer func() { err = errors.Join(err, closeAll(readings)) }()
		if err != nil {
			return 0, err
		}
		load, err = r.Warehouse.Begin(ctx, run.ID, r.tables())
		if err != nil {
			return 0, fmt.Errorf("opening the load: %w", err)
		}
		copyings, err = r.extract(ctx, load, readings)
		for _, c := range copyings {
			n += c.staged.Load()
		}
		run.Rows = n
		return n, err
	})
	if err != nil {
		return err
	}
	return r.step(ctx, run, archwire.LoadVerb, func(ctx context.Context) (int64, error) {
		*verified, err = counted(ctx, load, copyings)
		if err != nil {
			return 0, err
		}
		err = verify.Counts(*verified)
		if err != nil {
			return 0, err
		}
		run.AsOf, err = load.Commit(ctx, r.businessDate(), journal(run.ID, copyings))
		return run.Rows, err
	})
}

// tables lists all tables that the project declares.
func (r *Runner) tables() []archwire.Table {
	var all []archwire.Table
	for _, s := range r.Project.Sources {
		for _, t := range s.Tables {
			all = append(all, t.Table)
		}
	}
	return all
}

// openViews opens every source and then, close together, a view of each.
func (r *Runner) openViews(ctx context.Context) ([]*reading, error) {
	var readings []*reading
	for _, s := range r.Project.Sources {
		src, err := r.Open(ctx, s)
		if err != nil {
			return readings, fmt.Errorf("opening source %s: %w", s.Name, err)
		}
		readings = append(readings, &reading{project: s, source: src})
	}
	for _, rd := range readings {
		view, err := rd.source.View(ctx)
		if err != nil {
			return readings, fmt.Errorf("opening a view of source %s: %w", rd.project.Name, err)
		}
		rd.view = view
	}
	return readings, nil
}

// closeAll ends all views and closes all sources.
func closeAll(readings []*reading) error {
	var errs []error
	for _, rd := range readings {
		if rd.view != nil {
			errs = append(errs, rd.view.Close())
		}
		errs = append(errs, rd.source.Close())
	}
	return errors.Join(errs...)
}

// extract stages every table of every reading, sources side by side.
func (r *Runner) extract(ctx context.Context, load archwire.Load, readings []*reading) ([]*copying, error) {
	var mu sync.Mutex
	var all []*copying
	group, ctx := errgroup.WithContext(ctx)
	for _, rd := range readings {
		group.Go(func() error {
			copyings, err := r.extractSource(ctx, load, rd)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, copyings...)
			return err
		})
	}
	err := group.Wait()
	slices.SortFunc(all, func(a, b *copying) int { return compare(a.table.ID(), b.table.ID()) })
	return all, err
}

// extractSource stages the tables of one source, chunk by chunk on as many
// connections as the source's budget allows, the largest tables first.
func (r *Runner) extractSource(ctx context.Context, load archwire.Load, rd *reading) ([]*copying, error) {
	copyings := make([]*copying, 0, len(rd.project.Tables))
	for _, t := range rd.project.Tables {
		chunks, err := rd.view.Chunks(ctx, t.Table)
		if err != nil {
			return nil, fmt.Errorf("cutting %s into chunks: %w", t.ID(), err)
		}
		c := &copying{table: t.Table, view: rd.view, chunks: chunks}
		for _, chunk := range chunks {
			c.expected += chunk.Rows
		}
		copyings = append(copyings, c)
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: t.ID(), Of: c.expected})
	}
	largestFirst := slices.Clone(copyings)
	slices.SortStableFunc(largestFirst, func(a, b *copying) int { return compare(b.expected, a.expected) })

	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(rd.project.Connections, 1))
	for _, c := range largestFirst {
		for _, chunk := range c.chunks {
			group.Go(func() error { return r.stage(ctx, load, c, chunk) })
		}
	}
	for _, c := range largestFirst {
		group.Go(func() error {
			n, err := c.view.Count(ctx, c.table)
			c.sourceRows = n
			if err != nil {
				return fmt.Errorf("counting %s in the source: %w", c.table.ID(), err)
			}
			return nil
		})
	}
	return copyings, group.Wait()
}

// stage stages one chunk.
func (r *Runner) stage(ctx context.Context, load archwire.Load, c *copying, chunk archwire.Chunk) error {
	watched := func(yield func(archwire.Batch, error) bool) {
		for batch, err := range c.view.Batches(ctx, c.table, chunk) {
			if batch != nil {
				n := c.staged.Add(batch.NumRows())
				r.Sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: c.table.ID(), Rows: n, Of: c.expected})
			}
			if !yield(batch, err) {
				return
			}
		}
	}
	if _, err := load.Stage(ctx, c.table, watched); err != nil {
		return fmt.Errorf("copying %s: %w", c.table.ID(), err)
	}
	return nil
}

// counted asks the warehouse how many rows it holds of each table.
func counted(ctx context.Context, load archwire.Load, copyings []*copying) ([]archwire.VerifiedTable, error) {
	verified := make([]archwire.VerifiedTable, len(copyings))
	for i, c := range copyings {
		n, err := load.Count(ctx, c.table)
		if err != nil {
			return nil, fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
		}
		verified[i] = archwire.VerifiedTable{
			Table: c.table.ID(), At: c.view.At().Time, SourceRows: c.sourceRows, WarehouseRows: n,
		}
	}
	return verified, nil
}

// journal is what the load writes down about each table.
func journal(run archwire.RunID, copyings []*copying) []archwire.JournalRow {
	rows := make([]archwire.JournalRow, len(copyings))
	for i, c := range copyings {
		rows[i] = archwire.JournalRow{Run: run, Table: c.table.ID(), Mode: "full", At: c.view.At(), Rows: c.sourceRows}
	}
	return rows
}
