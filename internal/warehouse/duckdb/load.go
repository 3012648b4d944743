package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"archwire"
)

// A load is a run's tables on their way in.
type load struct {
	w       *Warehouse
	run     archwire.RunID
	targets map[string]*target // by table ID

	// gate is held for reading by all that uses the load, for writing by what ends
	// it, so that nothing is staged into tables that are being renamed.
	gate sync.RWMutex
	done bool
}

// Begin opens the load of a run. It ends, by sweeping, a load that was begun
// before and not ended; of that one, and of one whose process died, the chunks
// staged for tables to be replaced are kept. Hidden tables are made when they are
// needed: most tables of most nights have nothing to stage.
func (w *Warehouse) Begin(ctx context.Context, run archwire.RunID, tables []archwire.LoadTable) (archwire.Load, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	schemas := map[string]bool{}
	for _, t := range tables {
		if err := fits(t.Table); err != nil {
			return nil, err
		}
		schemas[t.Source] = true
	}
	if w.active != nil {
		w.active.end()
		w.active = nil
	}
	for _, schema := range slices.Sorted(maps.Keys(schemas)) {
		if err := w.ensureSchema(ctx, schema); err != nil {
			return nil, classify("preparing staging", err)
		}
	}
	l := &load{w: w, run: run, targets: map[string]*target{}}
	if err := l.survey(ctx, tables); err != nil {
		return nil, classify("preparing staging", err)
	}
	w.active = l
	return l, nil
}

// survey looks at what the warehouse has of the tables, and sweeps what is not
// kept of earlier loads.
func (l *load) survey(ctx context.Context, tables []archwire.LoadTable) error {
	if err := sweepAside(ctx, l.w.db); err != nil {
		return err
	}
	return inTransaction(ctx, l.w.db, "BEGIN", func(conn *sql.Conn) error {
		present, err := relations(ctx, conn)
		if err != nil {
			return err
		}
		plans, err := plansLeft(ctx, conn)
		if err != nil {
			return err
		}
		for _, t := range tables {
			g, err := newTarget(t, present)
			if err != nil {
				return err
			}
			if g.kept = plans[t.ID()]; g.kept != nil {
				_, staged := present[g.hidden()]
				if t.Merge || !staged || g.kept.definition != t.Definition() || !g.kept.begun() {
					g.kept = nil
				}
			}
			l.targets[t.ID()] = g
		}
		return l.sweep(ctx, conn, present, plans)
	})
}

// sweep drops what loads that have ended left and this one does not keep.
func (l *load) sweep(ctx context.Context, conn *sql.Conn, present map[relation][]archwire.Column, plans map[string]*plan) error {
	keep := map[relation]bool{}
	for _, g := range l.targets {
		if g.kept != nil {
			keep[g.hidden()] = true
		}
	}
	for r := range present {
		if r.isHidden() && !keep[r] {
			if err := execAll(ctx, conn, "DROP TABLE "+r.sql()); err != nil {
				return err
			}
		}
	}
	for table := range plans {
		if g := l.targets[table]; g == nil || g.kept == nil {
			if err := forgetPlan(ctx, conn, table); err != nil {
				return err
			}
		}
	}
	return nil
}

// ensureSchema makes a schema that may exist. DuckDB lets one of two
// transactions that make the same schema fail, so this is done apart from them,
// one at a time.
func (w *Warehouse) ensureSchema(ctx context.Context, name string) error {
	w.schemas.Lock()
	defer w.schemas.Unlock()
	_, err := w.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+archwire.Quote(name))
	return err
}

// end makes the load useless: further calls are refused.
func (l *load) end() {
	l.gate.Lock()
	defer l.gate.Unlock()
	l.done = true
}

// enter finds the target of t and keeps the load from ending until leave is
// called.
func (l *load) enter(t archwire.Table) (g *target, leave func(), err error) {
	l.gate.RLock()
	g, ok := l.targets[t.ID()]
	switch {
	case l.done:
		err = l.ended()
	case !ok:
		err = &archwire.Error{
			Code: archwire.Internal, Message: fmt.Sprintf("the load of run %s was not begun for %s", l.run, t.ID()),
		}
	}
	if err != nil {
		l.gate.RUnlock()
		return nil, nil, err
	}
	return g, l.gate.RUnlock, nil
}

// ended is the error of a load that may not be used any more.
func (l *load) ended() error {
	return &archwire.Error{
		Code: archwire.Conflict, Message: fmt.Sprintf("the load of run %s has ended", l.run),
		Hint: "Another load was begun, or this one was committed or aborted; start a new run.",
	}
}

// Leave ends the load. What it keeps lies in the warehouse already; the rest is
// swept by the next load.
func (l *load) Leave(ctx context.Context) error {
	return l.finish(func() error { return sweepAside(ctx, l.w.db) })
}

// Abort ends the load and drops what was staged.
func (l *load) Abort(ctx context.Context) error {
	return l.finish(func() error {
		err := inTransaction(ctx, l.w.db, "BEGIN", func(conn *sql.Conn) error {
			present, err := relations(ctx, conn)
			if err != nil {
				return err
			}
			plans, err := plansLeft(ctx, conn)
			if err != nil {
				return err
			}
			for _, g := range l.targets {
				g.kept = nil
			}
			return l.sweep(ctx, conn, present, plans)
		})
		return errors.Join(err, sweepAside(ctx, l.w.db))
	})
}

// finish ends the load, once, and does what is left to do.
func (l *load) finish(do func() error) error {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	if l.w.active != l {
		return nil
	}
	l.end()
	l.w.active = nil
	return classify("dropping what was staged", do())
}
