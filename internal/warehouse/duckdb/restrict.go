package duckdb

import (
	"context"
	"slices"
	"strings"

	"archwire"
)

// A restricted query reads some relations as if they held some tenants' rows
// only: wherever it names one, it names a subquery instead. So no join, window or
// subquery of it ever sees another row.
type restricted struct {
	sql     string            // with hole in the place of each list of tenants
	columns map[string]string // by hole: the type of the tenant column
}

// text is the query for these tenants.
func (r restricted) text(tenants []string) string {
	var pairs []string
	for hole, kind := range r.columns {
		pairs = append(pairs, hole, constants(tenants, kind))
	}
	return strings.NewReplacer(pairs...).Replace(r.sql) // in one pass: a tenant may be called like a hole
}

// fewTenants is up to how many tenants DuckDB looks for in a row's place. It
// turns IN into a hash join above the scan, for which it unpacks all columns of
// all rows; a list is looked through within the scan, which then unpacks the rows
// it lets pass only. IN stands beside it to skip blocks by their least and greatest
// values. A long list takes longer to look through than the rest is worth.
const fewTenants = 128

// within is the condition that a column holds one of the constants of list, n in
// number.
func within(column, list string, n int) string {
	in := archwire.Quote(column) + " IN (" + list + ")"
	if n > fewTenants {
		return in
	}
	return in + " AND list_contains([" + list + "], " + archwire.Quote(column) + ")"
}

// constants lists tenants as values of a type. One that is no value of it has no
// rows where the column has that type.
func constants(tenants []string, kind string) string {
	if len(tenants) == 0 {
		return "CAST(NULL AS " + kind + ")"
	}
	list := make([]string, len(tenants))
	for i, t := range tenants {
		list[i] = "TRY_CAST(" + textConstant(t) + " AS " + kind + ")"
	}
	return strings.Join(list, ", ")
}

// restrict makes a query read the relations of filter, which gives the tenant
// column of each, for some tenants only. The names are replaced in the text, and
// ok says that the result's syntax tree is that of the query with these nodes
// replaced, and nothing else. The query is one of trimmed, the tenants will be n.
func (w *Warehouse) restrict(ctx context.Context, query string, filter map[string]string, n int) (r restricted, ok bool, err error) {
	if dialect(query) != query { // parse would count positions in another text
		return restricted{}, false, nil
	}
	t, err := parse(ctx, w.db, query)
	if err != nil {
		return restricted{}, false, err
	}
	found, err := t.references(filter)
	if err != nil {
		return restricted{}, false, err
	}
	r = restricted{sql: query, columns: map[string]string{}}
	subqueries := make([]string, len(found))
	for i, f := range slices.Backward(found) { // the last first: positions before it stay
		hole := literal("archwire tenants of " + f.relation)
		if strings.Contains(query, hole) {
			return restricted{}, false, nil
		}
		if r.columns[hole], err = w.columnType(ctx, f.relation, filter[f.relation]); err != nil {
			return restricted{}, false, err
		}
		subqueries[i] = f.inner(within(filter[f.relation], hole, n))
		if r.sql, ok = f.splice(r.sql, subqueries[i]); !ok {
			return restricted{}, false, nil
		}
	}
	result, nodes, err := parseBeside(ctx, w.db, r.sql, subqueries)
	if err != nil {
		return restricted{}, false, err
	}
	for i, f := range found {
		f.replace(nodes[i])
	}
	return r, equalTrees(t.root, result), nil
}

// columnType is DuckDB's name of a column's type.
func (w *Warehouse) columnType(ctx context.Context, relation, name string) (string, error) {
	columns, err := w.shapes.of(ctx, w.db, everything(relation))
	if err != nil {
		return "", err
	}
	c, ok := column(columns, name)
	if !ok {
		return "", &archwire.Error{Code: archwire.Invalid, Message: relation + " has no column " + name}
	}
	return c.Origin, nil
}
