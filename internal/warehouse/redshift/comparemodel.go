package redshift

import (
	"context"
	"strings"

	"archwire"
)

// CompareModel computes m in full into a table of the session, and counts how often
// each row is in one of the two only: Redshift has no EXCEPT ALL (UNION, INTERSECT, and
// EXCEPT).
func (w *Warehouse) CompareModel(ctx context.Context, m archwire.Model) (c archwire.ModelComparison, err error) {
	reads, err := w.parser.Relations(ctx, m.SQL)
	if err != nil {
		return c, inModel(m, err)
	}
	name := strings.ToLower(m.Name)
	err = w.session(ctx, func(l link) (err error) {
		found, err := shapes(ctx, l, append([]string{name}, reads...)...)
		if err != nil {
			return err
		}
		r := recompute{Model: withSpelling(m, found[name].columns), columns: found[name].columns}
		fresh, err := w.describe(ctx, withArguments(m.SQL, nil), reads, found)
		if err != nil {
			return err
		}
		if !sameShape(r.columns, fresh) {
			return &archwire.Error{Code: archwire.Invalid, Message: "what is kept of " + m.Name + " has not the columns of its SQL, or there is nothing kept", Hint: "Run archwire refresh."}
		}
		if r.query, err = spell(m.SQL, nil); err != nil {
			return err
		}
		r.query = unterminated(r.query)
		statements, err := r.compute()
		if err != nil {
			return err
		}
		l.later(statements...)
		n, err := counts(ctx, l, r.compare(), 2)
		if err == nil {
			c.Rows, c.Differ = n[0], n[1]
		}
		l.later("DROP TABLE " + recomputedTable)
		return err
	})
	if err != nil {
		return archwire.ModelComparison{}, inModel(m, err)
	}
	return c, nil
}
