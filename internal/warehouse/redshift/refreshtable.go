package redshift

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// run computes the new rows, checks them and returns how many there are.
func (r recompute) run(ctx context.Context, l link) (int64, error) {
	statements, err := r.compute()
	if err != nil {
		return 0, err
	}
	l.later(statements...)
	return r.check(ctx, l, recomputedTable)
}

// check counts rows of the model and finds out whether its key tells them apart: a join
// that multiplies rows would otherwise be published as money. Of a part it makes sure,
// too, that no row came out for anybody else, and that none has the key of another
// tenant's row.
func (r recompute) check(ctx context.Context, l link, from string) (int64, error) {
	n, err := counts(ctx, l, r.checks(from), 5)
	if err != nil {
		return 0, err
	}
	rows, missing, keys, foreign, shared := n[0], n[1], n[2], n[3], n[4]
	switch {
	case missing > 0:
		return 0, keyError(r.Model, fmt.Sprintf("%d rows have NULL in it", missing))
	case keys != rows:
		return 0, keyError(r.Model, fmt.Sprintf("%d rows share one with another", rows-keys))
	case foreign > 0:
		return 0, &archwire.Error{
			Code: archwire.Internal,
			Message: fmt.Sprintf("%s was recomputed for some tenants, and %d rows of others came out: it is not computed tenant by tenant",
				r.Name, foreign),
			Hint: "Nothing was changed. Report this model; a change of its SQL, a comment even, computes it in full.",
		}
	case shared > 0:
		return 0, keyError(r.Model, fmt.Sprintf("%d rows share one with another", shared))
	}
	return rows, nil
}

func keyError(m archwire.Model, what string) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("%s: the key (%s) is not a key: %s", m.Name, strings.Join(m.Key, ", "), what),
		Hint: fmt.Sprintf("Look for a join that multiplies rows in %s, or correct the key.", m.File),
	}
}

// put puts the new rows of those tenants whose rows differ in the place of their old
// ones. How many rows these are nobody asks: the change counts them as one each.
func (r recompute) put(ctx context.Context, l link) (c archwire.Changed, err error) {
	l.later(r.differ())
	differing, err := lines(ctx, l, "SELECT tenant FROM "+differingTable)
	if err != nil || len(differing) == 0 {
		return c, err
	}
	c = changedOf(differing)
	l.later(r.replace(c.All)...)
	return c, nil
}

// changedOf is the change of the tenants that a query lists; one that is NULL is
// nobody's.
func changedOf(tenants [][][]byte) (c archwire.Changed) {
	for _, v := range tenants {
		if v[0] == nil {
			c.All = true
			continue
		}
		c.Tenants = append(c.Tenants, string(v[0]))
	}
	slices.Sort(c.Tenants)
	c.Updated = int64(len(tenants))
	return c
}

// remake makes a new table for the model, in the place of one with other columns or of
// a view.
func remake(l link, p refreshing, rec recompute) error {
	schema, name, _ := strings.Cut(p.Name, ".")
	create, err := rec.create(rec.kept(), modelLayout(p.Model, p.columns, p.layout))
	if err != nil {
		return err
	}
	statements := []string{"CREATE SCHEMA IF NOT EXISTS " + archwire.Quote(schema)}
	statements = append(statements, p.makeRoom()...)
	names := quotedColumns(p.columns)
	statements = append(statements, create, "INSERT INTO "+rec.kept()+" ("+names+") SELECT "+names+" FROM "+recomputedTable)
	l.later(append(statements, noteColumns(schema, name, p.columns)...)...)
	return nil
}

// makeRoom are the statements that take away what has the model's name: a view, or a
// table, which is kept under another name.
func (p refreshing) makeRoom() []string {
	schema, name, _ := strings.Cut(p.Name, ".")
	if _, wasView := p.views[strings.ToLower(p.Name)]; wasView {
		return []string{"DROP VIEW IF EXISTS " + archwire.QuoteName(p.Name), "DELETE FROM archwire.view WHERE model = " + literal(strings.ToLower(p.Name))}
	}
	if p.before() != nil {
		return retire(schema, name, p.retired)
	}
	return nil
}

// noteColumns are the statements that note what a relation holds, by our types. What was
// noted of its name in another case was of the same relation.
func noteColumns(schema, name string, columns []archwire.Column) []string {
	rows := make([]string, len(columns))
	for i, c := range columns {
		rows[i] = fmt.Sprintf("(%s, %s, %d, %s, %s)", literal(schema), literal(name), i, literal(c.Name), literal(c.Type.String()))
	}
	return []string{
		"DELETE FROM archwire.copied WHERE LOWER(schema_name || '.' || table_name) = " + literal(strings.ToLower(schema+"."+name)),
		"INSERT INTO archwire.copied VALUES " + strings.Join(rows, ", "),
	}
}

// modelLayout lays the rows of one tenant side by side on one node, unless over says
// otherwise: they are computed, compared and unloaded together.
func modelLayout(m archwire.Model, columns []archwire.Column, over Layout) string {
	var l Layout
	for _, name := range append([]string{m.Tenant}, m.Key...) {
		c, ok := columnNamed(columns, name)
		if ok && sortable(c.Type) && !slices.Contains(l.Sort, c.Name) {
			l.Sort = append(l.Sort, c.Name)
		}
	}
	return l.by(columns, m.Tenant).under(over).attributes()
}

// inModel says in which model an error arose and, if its SQL is at fault, where in its
// file.
func inModel(m archwire.Model, err error) error {
	err = classify("refreshing "+m.Name, err)
	e, ok := errors.AsType[*archwire.Error](err)
	s, isSQL := errors.AsType[*archwire.SQLError](err)
	if !ok || !isSQL || m.File == "" {
		return err
	}
	where := m.File
	if s.Line > 0 && m.Line > 0 {
		where += fmt.Sprintf(":%d", m.Line+s.Line-1)
	}
	return &archwire.Error{Code: e.Code, Message: m.Name + " (" + where + "): " + s.Message, Hint: e.Hint, Err: e.Err}
}
