package redshift

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"archwire"
)

// A load is a run's tables on their way in.
type load struct {
	w       *Warehouse
	run     archwire.RunID
	targets map[string]*target // by table ID
	dealing dealing            // of rows to files

	// gate is held for reading by all that uses the load, for writing by what ends it.
	gate sync.RWMutex
	done bool
}

// Begin opens the load of a run. It ends, by sweeping, a load that was begun before and
// not ended; of that one, and of one whose process died, the files of chunks staged for
// tables to be replaced are kept. Tables for rows on their way are made when they are
// needed: most tables of most nights have nothing to stage.
func (w *Warehouse) Begin(ctx context.Context, run archwire.RunID, tables []archwire.LoadTable) (archwire.Load, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range tables {
		if err := fits(t.Table); err != nil {
			return nil, err
		}
	}
	if w.active != nil {
		w.active.end()
		w.active = nil
	}
	l := &load{w: w, run: run, targets: map[string]*target{}}
	if err := l.survey(ctx, tables); err != nil {
		return nil, classify("preparing staging", err)
	}
	w.active = l
	return l, nil
}

// survey looks at what the warehouse has of the tables, and sweeps what is not kept of
// earlier loads.
func (l *load) survey(ctx context.Context, tables []archwire.LoadTable) error {
	schemas := map[string]bool{}
	for _, t := range tables {
		schemas[t.Source] = true
	}
	var live map[string][]archwire.Column
	err := l.w.session(ctx, func(s link) (err error) {
		if l.dealing, err = l.w.deal(ctx, s); err != nil {
			return err
		}
		for _, schema := range slices.Sorted(maps.Keys(schemas)) {
			s.later("CREATE SCHEMA IF NOT EXISTS " + archwire.Quote(schema))
		}
		if live, err = copied(ctx, s); err != nil {
			return err
		}
		return sweepTables(ctx, s, tables, live)
	})
	if err != nil {
		return err
	}
	plans, waste, err := l.w.plansLeft(ctx, tables)
	if err != nil {
		return err
	}
	have := map[string][]archwire.Column{}
	for id, columns := range live {
		have[folded(id)] = columns
	}
	for _, t := range tables {
		g, err := newTarget(t, have[folded(t.ID())], l.w.config.Layout[t.ID()])
		if err != nil {
			return err
		}
		g.kept = plans[t.ID()]
		l.targets[t.ID()] = g
	}
	if err := l.w.sweepObjects(ctx, waste); err != nil {
		return err
	}
	return errors.Join(l.w.removeAll(ctx, unloads), l.w.sweepScratch())
}

// copied are the columns of what archwire has made, by schema.name.
func copied(ctx context.Context, l link) (map[string][]archwire.Column, error) {
	live := map[string][]archwire.Column{}
	query := "SELECT schema_name, table_name, column_name, type FROM archwire.copied ORDER BY schema_name, table_name, ordinal"
	err := l.rows(ctx, query, func(v [][]byte) error {
		name := string(v[0]) + "." + string(v[1])
		t, err := archwire.ParseType(string(v[3]))
		if err != nil {
			return fmt.Errorf("reading archwire.copied: %w", err)
		}
		live[name] = append(live[name], archwire.Column{Name: string(v[2]), Type: t, Nullable: true})
		return nil
	})
	return live, err
}

// sweepTables drops what loads that have ended left in Redshift of tables that are known,
// and forgets transactions of which nobody can ask any more.
func sweepTables(ctx context.Context, l link, tables []archwire.LoadTable, live map[string][]archwire.Column) error {
	names := map[string]bool{}
	stages := func(t archwire.Table) {
		g := target{LoadTable: archwire.LoadTable{Table: t}}
		for _, what := range []string{"base", "delta", "removed"} {
			names[g.stageName(what)] = true
		}
	}
	for _, t := range tables {
		stages(t.Table)
	}
	for id := range live {
		schema, name, _ := strings.Cut(id, ".")
		stages(archwire.Table{Source: schema, Name: name})
	}
	if err := dropTables(ctx, l, slices.Sorted(maps.Keys(names))); err != nil {
		return err
	}
	l.later("DELETE FROM archwire.landed WHERE at < DATEADD(day, -7, GETDATE())")
	return sweepRetired(ctx, l)
}

// dropTables drops tables that may not be there, as their schemas may not: IF EXISTS is
// about the table, and somebody may have dropped the schema by hand.
func dropTables(ctx context.Context, l link, names []string) error {
	if len(names) == 0 {
		return nil
	}
	_, err := l.exec(ctx, "DROP TABLE IF EXISTS "+strings.Join(names, ", "))
	if !isNoSuchRelation(err) || len(names) == 1 {
		return unlessNoSuchRelation(err)
	}
	for _, name := range names {
		if _, err := l.exec(ctx, "DROP TABLE IF EXISTS "+name); unlessNoSuchRelation(err) != nil {
			return err
		}
	}
	return nil
}

// end makes the load useless: further calls are refused.
func (l *load) end() {
	l.gate.Lock()
	defer l.gate.Unlock()
	l.done = true
}

// enter finds the target of t and keeps the load from ending until leave is called.
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

// Leave ends the load. What it keeps lies in the staging place already; the rest is
// swept by the next load.
func (l *load) Leave(context.Context) error {
	return l.finish(func() error { return nil })
}

// Abort ends the load and drops what was staged.
func (l *load) Abort(ctx context.Context) error {
	return l.finish(func() error { return l.clear(ctx) })
}

// clear drops what lies on its way in, in Redshift and in the staging place.
func (l *load) clear(ctx context.Context) error {
	var drop, waste []string
	for _, id := range slices.Sorted(maps.Keys(l.targets)) {
		g := l.targets[id]
		for name, made := range map[string]bool{g.stageName("base"): g.base, g.deltaName(): g.delta, g.removedName(): g.removed} {
			if made {
				drop = append(drop, name)
			}
		}
		objects, err := l.w.store.List(ctx, g.folder+"/")
		if err != nil {
			return err
		}
		for _, o := range objects {
			waste = append(waste, o.Name)
		}
	}
	slices.Sort(drop)
	err := l.w.sweepObjects(ctx, waste)
	if len(drop) == 0 {
		return err
	}
	return errors.Join(err, l.w.session(ctx, func(s link) error { return dropTables(ctx, s, drop) }))
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
