package redshift

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// refreshView brings the view of a model up to date: it has Redshift refresh it, or
// makes it anew beside the old one where it is to be another, where what it reads was
// made anew, or where Redshift can refresh it no more. Then the key is checked, and
// consumers are told whose rows are not those that they were told of last.
//
// Readers see what Redshift shows: a refresh whole, or not at all. That a key is none
// shows only after a refresh of the view in service; a view made anew is not put into
// service then.
func (w *Warehouse) refreshView(ctx context.Context, l link, p refreshing) (done archwire.Refreshed, err error) {
	v, err := w.viewOf(ctx, p)
	if err != nil {
		return done, err
	}
	number, stays, err := w.bringUp(ctx, l, p, v)
	if err != nil {
		return done, err
	}
	below, err := columnsBelow(ctx, l, p, number)
	if err != nil {
		return done, err
	}
	rec := recompute{Model: p.Model, columns: p.columns}
	if done.Rows, err = rec.checkKeyOf(ctx, l, numberedSQL(p.Name, number), below); err != nil {
		return done, err
	}
	done.Written = done.Rows
	err = w.landing(ctx, l, p, func() (archwire.Changed, error) {
		if !stays {
			l.later(p.putIntoService(v, number, below)...)
		}
		change, err := rec.tell(ctx, l)
		_, wasView := p.kept()
		change.All = change.All || !p.comparable() || !wasView
		return change, err
	})
	if err == nil && !stays {
		sweep(ctx, l, p.Name, number)
		for _, r := range p.reads { // the view from before may have been the last that read what these were
			sweep(ctx, l, r, p.views[r].number)
		}
	}
	return done, err
}

// kept is the view that the model is kept as; ok is false where it is kept as none.
func (p refreshing) kept() (v keptView, ok bool) {
	v, ok = p.views[strings.ToLower(p.Name)]
	return v, ok
}

// bringUp makes a materialized view hold what v gives now: the one in service, which
// stays then, or a new one beside it, which has another number.
func (w *Warehouse) bringUp(ctx context.Context, l link, p refreshing, v view) (number int64, stays bool, err error) {
	kept, isView := p.kept()
	if isView && kept.definition == v.definition() {
		stays, err = refreshInPlace(ctx, l, p.Name, w.viewPlace(p.Name, kept.number))
	}
	if err != nil || stays {
		return kept.number, stays, err
	}
	number, err = makeBeside(ctx, l, v, kept.number+1)
	return number, false, err
}

// putIntoService are the statements that make consumers read another materialized view.
func (p refreshing) putIntoService(v view, number int64, below []string) []string {
	schema, name, _ := strings.Cut(p.Name, ".")
	return slices.Concat([]string{"CREATE SCHEMA IF NOT EXISTS " + archwire.Quote(schema)},
		p.front(v, number, below), v.note(number), noteColumns(schema, name, p.columns))
}

func schemaOf(model string) string {
	schema, _, _ := strings.Cut(model, ".")
	return schema
}

// refreshInPlace refreshes a view. ok is false where Redshift can refresh it no more.
func refreshInPlace(ctx context.Context, l link, model string, p viewPlace) (ok bool, err error) {
	state, err := viewState(ctx, l, p)
	if err != nil || state > lostStates {
		return false, err
	}
	err = refreshed(ctx, l, model, p)
	if err == nil {
		return true, nil
	}
	if isNoSuchRelation(err) {
		return false, nil // somebody has dropped it
	}
	if isLost(err) || ctx.Err() != nil {
		return false, err
	}
	// The state tells of what became of the tables below once a refresh met it.
	if state, again := viewState(ctx, l, p); again == nil && state > lostStates {
		return false, nil
	}
	return false, err
}

// makeBeside makes the materialized view under the first number from number on that
// nothing has: a process that ended may have left one behind.
func makeBeside(ctx context.Context, l link, v view, number int64) (int64, error) {
	if _, err := l.exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+archwire.Quote(schemaOf(v.Name))); err != nil {
		return 0, err
	}
	for range refreshes {
		if _, err := l.exec(ctx, "DROP MATERIALIZED VIEW IF EXISTS "+numberedSQL(v.Name, number)); err == nil {
			_, err := l.exec(ctx, v.create(number))
			return number, err
		} else if isLost(err) || ctx.Err() != nil {
			return 0, err
		}
		number++ // it is there, and something reads it
	}
	return 0, fmt.Errorf("there is no free name for the view of %s", v.Name)
}

// columnsBelow are the names of the materialized view's columns, as Redshift folded
// them.
func columnsBelow(ctx context.Context, l link, p refreshing, number int64) ([]string, error) {
	names, err := l.(*session).columnNames(ctx, "SELECT * FROM "+numberedSQL(p.Name, number)+" WHERE false") //nolint:forcetypeassert // there is no other
	if err == nil && len(names) != len(p.columns) {
		err = fmt.Errorf("the view of %s has %d columns instead of %d", p.Name, len(names), len(p.columns))
	}
	return names, err
}

// columnNames are what the columns of a query are called.
func (s *session) columnNames(ctx context.Context, query string) (names []string, err error) {
	message, err := s.message(ctx, query)
	if err != nil {
		return nil, err
	}
	results := s.conn.Exec(ctx, message)
	for results.NextResult() {
		for _, f := range results.ResultReader().FieldDescriptions() {
			names = append(names, f.Name)
		}
	}
	return names, s.explain(ctx, results.Close())
}

// checkKeyOf counts the rows of a materialized view and makes sure that the model's key
// is one.
func (r recompute) checkKeyOf(ctx context.Context, l link, view string, below []string) (int64, error) {
	names := make([]string, len(below))
	for i, c := range r.columns {
		names[i] = archwire.Quote(below[i]) + " AS " + archwire.Quote(c.Name)
	}
	from := "(SELECT " + strings.Join(names, ", ") + " FROM " + view + ") AS fresh"
	return r.check(ctx, l, from)
}

// tell compares the rows of the plain view with what consumers were told of, and notes
// what they are told now.
func (r recompute) tell(ctx context.Context, l link) (c archwire.Changed, err error) {
	model := literal(strings.ToLower(r.Name))
	l.later(r.digests())
	told, err := lines(ctx, l, "SELECT MIN(tenant) FROM (SELECT tenant, n, h1, h2, 1 AS sign FROM "+differingTable+
		" UNION ALL SELECT tenant, n, h1, h2, -1 AS sign FROM archwire.view_print WHERE model = "+model+
		") AS both_sides GROUP BY tenant || '.' HAVING SUM(sign * n) <> 0 OR SUM(sign * h1) <> 0 OR SUM(sign * h2) <> 0")
	if err != nil {
		return c, err
	}
	l.later("DELETE FROM archwire.view_print WHERE model = "+model,
		"INSERT INTO archwire.view_print SELECT "+model+", tenant, n, h1, h2 FROM "+differingTable, "DROP TABLE "+differingTable)
	return changedOf(told), nil
}

// digests makes the table of what stands for each tenant's rows, in the plain view.
func (r recompute) digests() string {
	tenant, by := "CAST(NULL AS VARCHAR(1))", "tenant"
	if c, ok := r.tenantColumn(); ok {
		tenant = "CAST(" + archwire.Quote(c.Name) + " AS VARCHAR(65535))"
		by = "tenant || '.'"
	}
	return "CREATE TEMP TABLE " + differingTable + " AS SELECT MIN(tenant) AS tenant, COUNT(*) AS n, SUM(STRTOL(SUBSTRING(h, 1, 15), 16)) AS h1, " +
		"SUM(STRTOL(SUBSTRING(h, 17, 15), 16)) AS h2 FROM (SELECT " + tenant + " AS tenant, MD5(" + rowText(r.columns) + ") AS h FROM " + r.kept() +
		") AS hashed GROUP BY " + by
}

// sweep drops what a model was before, as far as nothing reads it any more: what is
// left is dropped when the view that reads it has been made anew. number is that of the
// view in service; 0 if there is none.
func sweep(ctx context.Context, l link, model string, number int64) {
	sweepRetired(ctx, l) //nolint:errcheck // the next sweep tries again
	for n := number - 1; n > 0 && n >= number-refreshes; n-- {
		lines(ctx, l, "DROP MATERIALIZED VIEW IF EXISTS "+numberedSQL(model, n)) //nolint:errcheck // a view above it is not made anew yet
	}
}
