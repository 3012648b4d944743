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

// constants lists tenants as values of a type. One that is no value of it has no
// rows where the column has that type.
func constants(tenants []string, kind string) string {
	if len(tenants) == 0 {
		return "NULL"
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
// replaced, and nothing else. The query is one of trimmed.
func (w *Warehouse) restrict(ctx context.Context, query string, filter map[string]string) (r restricted, ok bool, err error) {
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
	for _, f := range slices.Backward(found) { // the last first: positions before it stay
		hole := literal("archwire tenants of " + f.relation)
		if strings.Contains(query, hole) {
			return restricted{}, false, nil
		}
		if r.columns[hole], err = w.columnType(ctx, f.relation, filter[f.relation]); err != nil {
			return restricted{}, false, err
		}
		subquery := f.inner(filter[f.relation], hole)
		if r.sql, ok = f.splice(r.sql, subquery); !ok {
			return restricted{}, false, nil
		}
		node, err := subqueryNode(ctx, w.db, subquery)
		if err != nil {
			return restricted{}, false, err
		}
		f.replace(node)
	}
	result, err := parse(ctx, w.db, r.sql)
	return r, err == nil && equalTrees(t.root, result.root), err
}

// columnType is DuckDB's name of a column's type.
func (w *Warehouse) columnType(ctx context.Context, relation, column string) (string, error) {
	columns, err := w.shapes.of(ctx, w.db, "SELECT "+archwire.Quote(column)+" FROM "+archwire.QuoteName(relation))
	if err != nil {
		return "", err
	}
	return columns[0].Origin, nil
}
