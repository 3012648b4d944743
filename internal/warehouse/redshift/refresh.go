package redshift

import (
	"context"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/warehouse/redshift/mview"
)

// Refresh recomputes m, checks that its key is one, and only then lets it be seen.
//
// A model that is kept as a table is computed into a table of the session, outside of
// any transaction: what it reads may change meanwhile, and is pending still if it
// does. Then one transaction, which is short, puts the rows of those tenants whose rows
// differ in the place of the old ones, and acknowledges. The table stays the same one,
// so that views over it can be refreshed from what changed. Rows without a tenant are
// nobody's: only a refresh of all recomputes them, and when they change, m has changed
// as a whole.
//
// One that is kept as a view of the warehouse is refreshed by it: see refreshView.
func (w *Warehouse) Refresh(ctx context.Context, m archwire.Model, r archwire.RefreshScope) (archwire.Refreshed, error) {
	started := w.now()
	done, err := w.refresh(ctx, m, r)
	if err != nil {
		return archwire.Refreshed{}, inModel(m, err)
	}
	done.Took = w.now().Sub(started)
	return done, nil
}

func (w *Warehouse) refresh(ctx context.Context, m archwire.Model, r archwire.RefreshScope) (done archwire.Refreshed, err error) {
	if _, _, ok := strings.Cut(m.Name, "."); !ok {
		return done, fmt.Errorf("a model is named folder.file, and this one %s", m.Name)
	}
	p := refreshing{Model: m, scope: r, layout: w.config.Layout[m.Name], retired: retiredName()}
	if p.reads, err = w.parser.Relations(ctx, m.SQL); err != nil {
		return done, err
	}
	if p.asView, err = w.asView(ctx, m); err != nil {
		return done, err
	}
	err = w.session(ctx, func(l link) (err error) {
		p := p
		if p.found, err = shapes(ctx, l, append([]string{strings.ToLower(m.Name)}, p.reads...)...); err != nil {
			return err
		}
		if p.columns, err = w.describe(ctx, withArguments(m.SQL, nil), p.reads, p.found); err != nil {
			return err
		}
		p.Model = withSpelling(p.Model, p.columns)
		if p.views, err = viewsKept(ctx, l); err != nil {
			return err
		}
		if p.asView {
			done, err = w.refreshView(ctx, l, p)
			return err
		}
		done, err = w.refreshTable(ctx, l, p)
		return err
	})
	return done, err
}

// asView says whether a model is kept as a materialized view of the warehouse.
func (w *Warehouse) asView(ctx context.Context, m archwire.Model) (bool, error) {
	switch {
	case m.Materialized == archwire.AsView || m.AutoRefresh:
		return true, nil
	case m.Materialized != archwire.AsFits:
		return false, nil
	}
	tree, err := w.parser.Tree(ctx, m.SQL)
	if err != nil {
		return false, err
	}
	v, err := mview.Of(tree)
	return v.Incremental, err
}

// A refreshing is the refresh of a model, as far as it is known before it begins.
type refreshing struct {
	archwire.Model
	scope   archwire.RefreshScope
	reads   []string          // relations, in lower case
	columns []archwire.Column // of its SQL
	found   map[string]shape  // of what it reads, and its own
	asView  bool
	layout  Layout              // where the planner is not to choose
	retired string              // the name of the table that it was, if it gives way
	views   map[string]keptView // models that are kept as views, by name in lower case
}

// before are the columns that the model has now, nil when there is none of that name.
func (p refreshing) before() []archwire.Column { return p.found[strings.ToLower(p.Name)].columns }

// comparable says whether the rows that it has can be told from new ones.
func (p refreshing) comparable() bool { return sameShape(p.before(), p.columns) }

// sameShape says whether rows with the columns a fit a table with the columns b.
func sameShape(a, b []archwire.Column) bool {
	if len(a) == 0 || len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type {
			return false
		}
	}
	return true
}

// refreshTable recomputes a model that is kept as a table.
func (w *Warehouse) refreshTable(ctx context.Context, l link, p refreshing) (done archwire.Refreshed, err error) {
	_, wasView := p.views[strings.ToLower(p.Name)]
	stays := !wasView && p.comparable()
	rec := recompute{Model: p.Model, columns: p.columns}
	if p.scope.Tenants != nil && stays {
		if rec.part, err = w.partly(ctx, l, p, &rec); err != nil {
			return done, err
		}
	}
	if !rec.part {
		if rec.query, err = spell(p.SQL, nil); err != nil {
			return done, err
		}
		rec.query = unterminated(rec.query)
	}
	nobody := rec.part && len(p.scope.Tenants) == 0
	if !nobody {
		if done.Written, err = rec.run(ctx, l); err != nil {
			return done, err
		}
	}
	err = w.landing(ctx, l, p, func() (change archwire.Changed, err error) {
		switch {
		case nobody:
		case stays:
			change, err = rec.put(ctx, l)
		default:
			change, err = archwire.Changed{All: true}, remake(l, p, rec)
		}
		return change, err
	})
	if err != nil {
		return done, err
	}
	if !stays {
		sweep(ctx, l, p.Name, p.views[strings.ToLower(p.Name)].number+1)
	}
	if !nobody {
		l.later(rec.forget(stays))
	}
	done.Rows, err = count(ctx, l, "SELECT COUNT(*) FROM "+archwire.QuoteName(p.Name))
	return done, err
}

// landing runs f in one transaction with what tells of it: whose rows changed, and that
// the refresh is acknowledged.
func (w *Warehouse) landing(ctx context.Context, l link, p refreshing, f func() (archwire.Changed, error)) error {
	return w.changing(ctx, l, func() (map[string]archwire.Changed, error) {
		change, err := f()
		if err != nil {
			return nil, err
		}
		acknowledge(l, map[string]archwire.Acknowledged{p.Name: {Seq: p.scope.Seq, Mark: p.scope.Mark}})
		return map[string]archwire.Changed{p.Name: change}, nil
	})
}

// partly makes the query one for the rows of some tenants, who are listed in
// wantedTable then. ok is false where all rows must be recomputed: the SQL cannot be
// restricted to them.
func (w *Warehouse) partly(ctx context.Context, l link, p refreshing, rec *recompute) (ok bool, err error) {
	tenant, ok := columnNamed(p.columns, p.Tenant)
	if !ok {
		return false, nil
	}
	if err := tenantKind(p.Name, tenant); err != nil {
		return false, err
	}
	narrow, wide := map[string]string{}, map[string]string{}
	for relation, column := range p.scope.Filter {
		is := p.found[strings.ToLower(relation)]
		c, ok := columnNamed(is.columns, column)
		if !ok || c.Type.Kind != tenant.Type.Kind {
			return false, nil
		}
		from := "(SELECT * FROM " + is.sql()
		narrow[relation] = from + " WHERE " + among(archwire.Quote(column), c.Type, wantedTable) + ")"
		wide[relation] = from + ")"
	}
	text, ok, err := w.parser.Substitute(ctx, p.SQL, narrow)
	if err != nil || !ok {
		return false, err
	}
	// The subqueries may be in the way of how the query names things.
	same, ok, err := w.parser.Substitute(ctx, p.SQL, wide)
	if err != nil || !ok {
		return false, err
	}
	columns, err := w.describe(ctx, same, p.reads, p.found)
	if archwire.CodeOf(err) == archwire.Invalid || err == nil && !sameShape(columns, p.columns) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if rec.query, err = spell(text, nil); err != nil || len(p.scope.Tenants) == 0 {
		return err == nil, err
	}
	return true, want(l, p.scope.Tenants, tenant.Type)
}
