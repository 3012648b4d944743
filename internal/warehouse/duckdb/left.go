package duckdb

import (
	"context"
	"database/sql"
	"strings"

	"archwire"
)

// A portion is some of the rows that Commit would leave of a table, or that Stage
// wrote: those of one table, called r, that fulfil conditions.
type portion struct {
	table string
	where []string
}

// query selects list from p, where further conditions hold.
func (p portion) query(list string, further ...string) string {
	query := "SELECT " + list + " FROM " + p.table + " r"
	for i, condition := range append(p.where[:len(p.where):len(p.where)], further...) {
		query += []string{" WHERE ", " AND "}[min(i, 1)] + condition
	}
	return query
}

// union selects list from parts, where further conditions hold.
func union(parts []portion, list string, further ...string) string {
	queries := make([]string, len(parts))
	for i, p := range parts {
		queries[i] = p.query(list, further...)
	}
	return strings.Join(queries, " UNION ALL ")
}

// left are the rows of g as Commit would leave them.
func (g *target) left() []portion {
	g.mu.Lock()
	defer g.mu.Unlock()
	base := g.basePart()
	for _, hides := range g.touched() {
		base.where = append(base.where, "NOT EXISTS (SELECT 1 FROM "+hides+" k WHERE "+g.sameKey("k", "r")+")")
	}
	if !g.delta {
		return []portion{base}
	}
	return []portion{base, g.deltaPart()}
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

// touched are the tables whose keys hide rows of base. Hold mu.
func (g *target) touched() (names []string) {
	if g.delta {
		names = append(names, g.deltaName())
	}
	if g.removed {
		names = append(names, g.removedName())
	}
	return names
}

// basePart are the rows of base. Those of a live table are not marked: no commit
// leaves such rows.
func (g *target) basePart() portion {
	switch {
	case !g.merge:
		return portion{g.baseName(), g.notMarked()}
	case len(g.grown) == 0:
		return portion{g.baseName(), nil}
	}
	casts := make([]string, len(g.Columns))
	for i, c := range g.Columns {
		casts[i] = "CAST(" + archwire.Quote(c.Name) + " AS " + c.Type.SQL() + ") AS " + archwire.Quote(c.Name)
	}
	return portion{"(SELECT rowid, " + strings.Join(casts, ", ") + " FROM " + g.baseName() + ")", nil}
}

func (g *target) deltaPart() portion { return portion{g.deltaName(), g.notMarked()} }

// Count counts the rows of t as Commit would leave them.
func (l *load) Count(ctx context.Context, t archwire.Table) (int64, error) {
	g, leave, err := l.reading(ctx, t)
	if err != nil {
		return 0, err
	}
	defer leave()
	var n int64
	query := "SELECT CAST(sum(n) AS BIGINT) FROM (" + union(g.left(), "count(*) AS n") + ")"
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
	query := "SELECT min(low), max(high) FROM (" + union(g.left(), "min("+key+") AS low, max("+key+") AS high") + ")"
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
