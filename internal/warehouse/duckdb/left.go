package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"archwire"
)

// A portion is some rows of one table, called r: those that joins leave and that
// fulfil conditions. Joins are SEMI and ANTI: of a correlated EXISTS DuckDB makes a
// plan that sorts out the rows of a large table one time too many.
type portion struct {
	table string
	joins []string
	where []string
}

// query selects list from p, where further conditions hold.
func (p portion) query(list string, further ...string) string {
	query := "SELECT " + list + " FROM " + p.table + " r" + strings.Join(p.joins, "")
	if conditions := slices.Concat(p.where, further); len(conditions) > 0 {
		query += " WHERE " + strings.Join(conditions, " AND ")
	}
	return query
}

// in is p less the rows whose keys are not among those of a table. It is joined
// first: that leaves few rows for the others.
func (p portion) in(g *target, table string) portion {
	p.joins = slices.Concat([]string{" SEMI JOIN " + table + " k ON " + g.sameKey("k", "r")}, p.joins)
	return p
}

// notIn is p less the rows whose keys are among those of a table.
func (p portion) notIn(g *target, table string) portion {
	p.joins = append(slices.Clone(p.joins), " ANTI JOIN "+table+" k ON "+g.sameKey("k", "r"))
	return p
}

// left are the rows of g as Commit would leave them.
func (g *target) left() []portion {
	g.mu.Lock()
	defer g.mu.Unlock()
	base := g.basePart()
	if keys, ok := g.touched(); ok {
		base = base.notIn(g, keys)
	}
	if !g.delta {
		return []portion{base}
	}
	return []portion{base, g.deltaPart()}
}

// balance are rows that are counted and those that are to be taken off: what
// left gives, for sums. Sums of a whole table and of few of its rows cost less than
// one of the table without these rows.
func (g *target) balance() (plus, minus []portion) {
	g.mu.Lock()
	defer g.mu.Unlock()
	plus = []portion{g.basePart()}
	if keys, ok := g.touched(); ok {
		minus = []portion{g.basePart().in(g, keys)}
	}
	if g.delta {
		plus = append(plus, g.deltaPart())
	}
	return plus, minus
}

// sums adds up what list gives of each portion, as n and s by part: those of plus
// less those of minus.
func sums(plus, minus []portion, list string, further ...string) string {
	var queries []string
	for i, portions := range [][]portion{plus, minus} {
		for _, p := range portions {
			queries = append(queries, "SELECT part, n * "+[]string{"1", "-1"}[i]+" AS n, s * "+[]string{"1", "-1"}[i]+
				" AS s FROM ("+p.query(list, further...)+")")
		}
	}
	return "SELECT part, CAST(sum(n) AS BIGINT) AS n, CAST(sum(s) AS HUGEINT) AS s FROM (" + strings.Join(queries, " UNION ALL ") + ") GROUP BY part"
}

// staged are the rows that Stage has written.
func (g *target) staged() []portion {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !g.merge:
		return []portion{g.basePart()}
	case g.delta:
		return []portion{g.deltaPart()}
	}
	return nil
}

// touched is the table of the keys that hide rows of base; ok is false if none
// does. Hold mu.
func (g *target) touched() (table string, ok bool) {
	var queries []string
	keys := "SELECT " + columnList(g.KeyTable().Columns) + " FROM "
	if g.delta {
		queries = append(queries, keys+g.deltaName())
	}
	if g.removed {
		queries = append(queries, keys+g.removedName())
	}
	return "(" + strings.Join(queries, " UNION ALL ") + ")", len(queries) > 0
}

// basePart are the rows of base. Those of a live table are not marked: no commit
// leaves such rows.
func (g *target) basePart() portion {
	switch {
	case !g.merge:
		return portion{table: g.baseName(), where: g.notMarked()}
	case len(g.grown) == 0:
		return portion{table: g.baseName()}
	}
	casts := make([]string, len(g.Columns))
	for i, c := range g.Columns {
		casts[i] = "CAST(" + archwire.Quote(c.Name) + " AS " + c.Type.SQL() + ") AS " + archwire.Quote(c.Name)
	}
	return portion{table: "(SELECT rowid, " + strings.Join(casts, ", ") + " FROM " + g.baseName() + ")"}
}

func (g *target) deltaPart() portion { return portion{table: g.deltaName(), where: g.notMarked()} }

// Count counts the rows of t as Commit would leave them.
func (l *load) Count(ctx context.Context, t archwire.Table) (int64, error) {
	g, leave, err := l.reading(ctx, t)
	if err != nil {
		return 0, err
	}
	defer leave()
	var n int64
	plus, minus := g.balance()
	query := "SELECT n FROM (" + sums(plus, minus, "0 AS part, count(*) AS n, 0 AS s") + ")"
	if err := l.w.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return 0, classify("counting "+t.ID(), err)
	}
	return n, nil
}

// Span is the least and the greatest key. Keys of a decimal type are no whole
// numbers here, even if they have no decimals.
func (l *load) Span(ctx context.Context, t archwire.Table) (low, high int64, ok bool, err error) {
	g, leave, err := l.reading(ctx, t)
	if err != nil {
		return 0, 0, false, err
	}
	defer leave()
	key, ok := g.wholeKey()
	if !ok {
		return 0, 0, false, nil
	}
	var least, greatest sql.Null[int64]
	// Of whole tables, without what is taken out of them: that DuckDB knows without
	// reading a row.
	var spans []string
	plus, _ := g.balance()
	for _, p := range plus {
		spans = append(spans, p.query("min("+key+") AS low, max("+key+") AS high"))
	}
	query := "SELECT min(low), max(high) FROM (" + strings.Join(spans, " UNION ALL ") + ")"
	if err := l.w.db.QueryRowContext(ctx, query).Scan(&least, &greatest); err != nil {
		return 0, 0, false, classify("reading the keys of "+t.ID(), err)
	}
	return least.V, greatest.V, least.Valid, nil
}

// wholeKey is the key's column in SQL, if it is one whole number.
func (g *target) wholeKey() (string, bool) {
	if len(g.Key) != 1 {
		return "", false
	}
	c, ok := g.Column(g.Key[0])
	return archwire.Quote(c.Name), ok && c.Type.Kind >= archwire.Int16 && c.Type.Kind <= archwire.Int64
}

// reading is enter for what reads t.
func (l *load) reading(ctx context.Context, t archwire.Table) (*target, func(), error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return nil, nil, err
	}
	if err := g.ensureBase(ctx, l.w.db); err != nil {
		leave()
		return nil, nil, classify("preparing "+t.ID(), err)
	}
	return g, leave, nil
}
