package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// recomputed holds the new rows of a refresh of some tenants, out of sight of
// everybody else.
const recomputed = `temp.main."archwire recomputed"`

// When more than a quarter of a model's rows, and more than DuckDB keeps in one
// block, were written out of order, all are put in order again. Until then a
// tenant's rows lie where they were or at the end, and who reads them reads the
// end as well.
const (
	rewriteShare = 4
	blockRows    = 122_880
)

// A part is the refresh of some tenants' rows.
type part struct {
	archwire.Model
	archwire.RefreshScope
	query   string // gives their rows
	columns []archwire.Column
	in      string // says that a row is one of theirs
}

// part is the refresh that r asks for. ok is false where all rows must be
// recomputed: m's columns, before, are not those of its SQL, or the SQL cannot be
// restricted.
func (w *Warehouse) part(ctx context.Context, m archwire.Model, r archwire.RefreshScope, before []archwire.Column) (p part, ok bool, err error) {
	p = part{Model: m, RefreshScope: r, columns: before}
	tenant, ok := column(before, m.Tenant)
	if !ok {
		return p, false, nil
	}
	narrow, ok, err := w.restrict(ctx, trimmed(m.SQL), r.Filter, len(r.Tenants))
	if err != nil || !ok {
		return p, false, onlyCancelled(err)
	}
	columns, err := w.shapes.of(ctx, w.db, narrow.text(nil))
	if err != nil || !sameColumns(before, columns) {
		return p, false, onlyCancelled(err)
	}
	p.in = within(m.Tenant, constants(r.Tenants, tenant.Origin), len(r.Tenants))
	p.query = normal(narrow.text(r.Tenants), columns) + order(m)
	return p, true, nil
}

// onlyCancelled drops errors of SQL: a refresh of all has the same, with the
// lines of the model.
func onlyCancelled(err error) error {
	if archwire.CodeOf(err) == archwire.Invalid {
		return nil
	}
	return err
}

func column(columns []archwire.Column, name string) (archwire.Column, bool) {
	return archwire.Table{Columns: columns}.Column(name)
}

// refreshPart recomputes the rows of some tenants.
func (w *Warehouse) refreshPart(ctx context.Context, p part) (archwire.Refreshed, error) {
	var done archwire.Refreshed
	err := w.changing(ctx, func(conn *sql.Conn) (map[string]archwire.Changed, error) {
		change, written, err := p.recompute(ctx, conn)
		if err != nil {
			return nil, err
		}
		done.Written = written
		if done.Rows, err = countRows(ctx, conn, p.Name); err != nil {
			return nil, err
		}
		rewritten, err := p.settle(ctx, conn, done.Rows, change)
		if err != nil {
			return nil, err
		}
		err = acknowledge(ctx, conn, p.Name, archwire.Acknowledged{Seq: p.Seq, Mark: p.Mark}, rewritten)
		return map[string]archwire.Changed{p.Name: change}, err
	})
	return done, err
}

// recompute makes the new rows, checks them and puts them in the place of the old
// ones where they differ.
func (p part) recompute(ctx context.Context, conn *sql.Conn) (c archwire.Changed, written int64, err error) {
	if len(p.Tenants) == 0 {
		return c, 0, nil
	}
	if written, err = p.compute(ctx, conn); err != nil {
		return c, 0, err
	}
	if c, err = p.replace(ctx, conn); err != nil {
		return c, 0, err
	}
	return c, written, execAll(ctx, conn, "DROP TABLE "+recomputed)
}

// compute makes the new rows and checks them.
func (p part) compute(ctx context.Context, conn *sql.Conn) (int64, error) {
	if err := execAll(ctx, conn, "CREATE OR REPLACE TEMP TABLE "+recomputed+" AS "+p.query); err != nil {
		return 0, inModel(p.Model, err)
	}
	n, err := checkKey(ctx, conn, p.Model, recomputed)
	if err != nil {
		return 0, err
	}
	return n, errors.Join(p.checkTenants(ctx, conn), p.checkOthers(ctx, conn))
}

// checkTenants makes sure that no row came out for anybody else.
func (p part) checkTenants(ctx context.Context, conn *sql.Conn) error {
	var foreign int64
	err := conn.QueryRowContext(ctx, "SELECT count(*) FROM "+recomputed+" WHERE ("+p.in+") IS NOT TRUE").Scan(&foreign)
	if err != nil || foreign == 0 {
		return err
	}
	return &archwire.Error{
		Code: archwire.Internal,
		Message: fmt.Sprintf("%s was recomputed for some tenants, and %d rows of others came out: it is not computed tenant by tenant",
			p.Name, foreign),
		Hint: "Nothing was changed. Report this model; a change of its SQL, a comment even, computes it in full.",
	}
}

// checkOthers makes sure that the new rows share no key with rows of other
// tenants, where the key does not name the tenant.
func (p part) checkOthers(ctx context.Context, conn *sql.Conn) error {
	if len(p.Key) == 0 || slices.Contains(p.Key, p.Tenant) {
		return nil
	}
	quoted := make([]string, len(p.Key))
	for i, k := range p.Key {
		quoted[i] = archwire.Quote(k)
	}
	key := strings.Join(quoted, ", ")
	var shared int64
	err := conn.QueryRowContext(ctx, "SELECT count(*) FROM "+recomputed+" SEMI JOIN (SELECT "+key+" FROM "+archwire.QuoteName(p.Name)+
		" WHERE ("+p.in+") IS NOT TRUE) USING ("+key+")").Scan(&shared)
	if err != nil || shared == 0 {
		return err
	}
	return keyError(p.Model, fmt.Sprintf("%d rows share one with another", shared))
}

// replace puts the new rows of those tenants whose rows differ in the place of
// their old ones.
func (p part) replace(ctx context.Context, conn *sql.Conn) (archwire.Changed, error) {
	name, columns := archwire.QuoteName(p.Name), strings.Join(quotedNames(p.columns), ", ")
	tenants, err := p.differing(ctx, conn)
	if err != nil || len(tenants) == 0 {
		return archwire.Changed{}, err
	}
	tenant, _ := column(p.columns, p.Tenant) // part has found it
	where := " WHERE " + within(p.Tenant, constants(tenants, tenant.Origin), len(tenants))
	deleted, err := conn.ExecContext(ctx, "DELETE FROM "+name+where) //nolint:gosec // quoted names and constants
	if err != nil {
		return archwire.Changed{}, err
	}
	inserted, err := conn.ExecContext(ctx, "INSERT INTO "+name+" SELECT "+columns+" FROM "+recomputed+where) //nolint:gosec // quoted names and constants
	if err != nil {
		return archwire.Changed{}, err
	}
	c := archwire.Changed{Tenants: tenants}
	c.Deleted, err = deleted.RowsAffected()
	if err != nil {
		return c, err
	}
	c.Inserted, err = inserted.RowsAffected()
	return c, err
}

// differing lists the tenants whose new rows are not their old ones.
func (p part) differing(ctx context.Context, conn *sql.Conn) ([]string, error) {
	// Old rows count against new ones, so that equal ones leave nothing.
	side := func(sign int, from string) string {
		return fmt.Sprintf("SELECT %s AS tenant, %d AS n, %s AS h FROM %s", tenantText(p.Model), sign, rowHash(p.columns), from)
	}
	rows, err := conn.QueryContext(ctx, "SELECT tenant FROM ("+side(1, recomputed)+" UNION ALL "+ //nolint:gosec // quoted names and constants
		side(-1, archwire.QuoteName(p.Name)+" WHERE "+p.in)+") GROUP BY tenant HAVING sum(n) <> 0 OR sum(n * h) <> 0 ORDER BY tenant")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var tenants []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return nil, err
		}
		tenants = append(tenants, t)
	}
	return tenants, rows.Err()
}

// settle puts all rows in order once enough of them lie out of it, and returns
// how many do.
func (p part) settle(ctx context.Context, conn *sql.Conn, rows int64, c archwire.Changed) (int64, error) {
	var rewritten int64
	err := conn.QueryRowContext(ctx, "SELECT coalesce(max(rewritten), 0) FROM archwire.consumer WHERE name = $1", p.Name).Scan(&rewritten)
	if err != nil {
		return 0, err
	}
	rewritten += max(c.Inserted, c.Deleted)
	if rewritten <= max(rows/rewriteShare, blockRows) {
		return rewritten, nil
	}
	name := archwire.QuoteName(p.Name)
	return 0, execAll(ctx, conn, "CREATE OR REPLACE TABLE "+name+" AS SELECT * FROM "+name+order(p.Model))
}

func countRows(ctx context.Context, conn *sql.Conn, relation string) (n int64, err error) {
	err = conn.QueryRowContext(ctx, "SELECT count(*) FROM "+archwire.QuoteName(relation)).Scan(&n)
	return n, err
}
