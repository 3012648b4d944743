package redshift

import (
	"context"
	"slices"
	"strings"

	"archwire"
)

// A portion is some rows of one table, called r: those whose keys are among keys, if
// that is given, and not among hidden, and that fulfil conditions. Keys are joined, by
// equations: Redshift plans no correlated subquery with conditions of another form
// (Correlated subqueries).
type portion struct {
	table  string
	keys   string // a subquery of distinct keys, as distinctKeys gives it
	hidden string // the same
	where  []string
}

// query selects list from p, where further conditions hold.
func (p portion) query(g *target, list string, further ...string) string {
	query, conditions := "SELECT "+list+" FROM "+p.table+" r", slices.Concat(p.where, further)
	key := g.KeyTable().Columns
	if p.keys != "" {
		query += " JOIN " + p.keys + " i ON " + sameKey(key, "r", "i")
	}
	if p.hidden != "" {
		query += " LEFT JOIN " + p.hidden + " o ON " + sameKey(key, "r", "o")
		conditions = append([]string{"o.archwire_hit IS NULL"}, conditions...)
	}
	if len(conditions) > 0 {
		query += " WHERE " + strings.Join(conditions, " AND ")
	}
	return query
}

// in is p less the rows whose keys are not among those of a table.
func (p portion) in(g *target, table string) portion {
	p.keys = g.distinctKeys("", table)
	return p
}

// distinctKeys is a subquery of the keys of tables, each once, with a column that tells
// a row that was joined from one that was not. Texts that differ in blanks at their end
// are grouped apart.
func (g *target) distinctKeys(where string, tables ...string) string {
	key := g.KeyTable().Columns
	queries := make([]string, len(tables))
	for i, t := range tables {
		queries[i] = "SELECT " + columnList("", key) + " FROM " + t + where
	}
	return "(SELECT " + columnList("u", key) + ", 1 AS archwire_hit FROM (" + strings.Join(queries, " UNION ALL ") + ") u GROUP BY " + groupKey("u", key) + ")"
}

// groupKey are the expressions to group by so that only equal keys meet.
func groupKey(of string, key []archwire.Column) string {
	list := []string{columnList(of, key)}
	for _, c := range key {
		switch c.Type.Kind { //nolint:exhaustive // the others have no blanks at their end
		case archwire.Text, archwire.JSON, archwire.UUID:
			list = append(list, "OCTET_LENGTH("+of+"."+archwire.Quote(c.Name)+")")
		}
	}
	return strings.Join(list, ", ")
}

// left are the rows of g as Commit would leave them. Hold mu.
func (g *target) left() []portion {
	base := g.basePart()
	base.hidden, _ = g.touched()
	if !g.delta {
		return []portion{base}
	}
	return []portion{base, g.deltaPart()}
}

// staged are the rows that Stage has written. Hold mu.
func (g *target) staged() []portion {
	switch {
	case !g.merge:
		return []portion{g.basePart()}
	case g.delta:
		return []portion{g.deltaPart()}
	}
	return nil
}

// touched are the keys that hide rows of base; ok is false if none does. Hold mu.
func (g *target) touched() (keys string, ok bool) {
	var tables []string
	if g.delta {
		tables = append(tables, g.deltaName())
	}
	if g.removed {
		tables = append(tables, g.removedName())
	}
	if len(tables) == 0 {
		return "", false
	}
	return g.distinctKeys("", tables...), true
}

// basePart are the rows of base. Those of a live table are not marked: no commit leaves
// such rows.
func (g *target) basePart() portion {
	if g.merge {
		return portion{table: g.baseName()}
	}
	return portion{table: g.baseName(), where: g.notMarked("r")}
}

func (g *target) deltaPart() portion { return portion{table: g.deltaName(), where: g.notMarked("r")} }

// union is one query of what list is in portions.
func union(g *target, portions []portion, list string, further ...string) string {
	queries := make([]string, len(portions))
	for i, p := range portions {
		queries[i] = p.query(g, list, further...)
	}
	return strings.Join(queries, " UNION ALL ")
}

// Count counts the rows of t as Commit would leave them.
func (l *load) Count(ctx context.Context, t archwire.Table) (n int64, err error) {
	err = l.reading(ctx, t, func(g *target, s link) error {
		n, err = count(ctx, s, "SELECT COUNT(*) FROM ("+union(g, g.left(), "1 AS one")+") t")
		return err
	})
	return n, classify("counting "+t.ID(), err)
}

// Span is the least and the greatest key. Keys of a decimal type are no whole numbers
// here, even if they have no decimals.
func (l *load) Span(ctx context.Context, t archwire.Table) (low, high int64, ok bool, err error) {
	err = l.reading(ctx, t, func(g *target, s link) error {
		key, whole1 := g.wholeKey()
		if !whole1 {
			return nil
		}
		// Of whole tables, without what is taken out of them: that needs no join.
		plus := g.left()
		plus[0].hidden = ""
		query := "SELECT MIN(low), MAX(high) FROM (" + union(g, plus, "MIN("+key+") AS low, MAX("+key+") AS high") + ") t"
		return s.rows(ctx, query, func(v [][]byte) (err error) {
			ok = v[0] != nil
			if low, err = whole(v[0]); err != nil {
				return err
			}
			high, err = whole(v[1])
			return err
		})
	})
	return low, high, ok, classify("reading the keys of "+t.ID(), err)
}

// wholeKey is the key's column of a row r in SQL, if it is one whole number.
func (g *target) wholeKey() (string, bool) {
	if len(g.Key) != 1 {
		return "", false
	}
	c, ok := g.Column(g.Key[0])
	return "r." + archwire.Quote(c.Name), ok && c.Type.Kind >= archwire.Int16 && c.Type.Kind <= archwire.Int64
}

// reading runs f, which reads t as it would become, when all that was staged of it is
// in Redshift.
func (l *load) reading(ctx context.Context, t archwire.Table, f func(*target, link) error) error {
	g, leave, err := l.enter(t)
	if err != nil {
		return err
	}
	defer leave()
	g.mu.Lock()
	err = g.flush(ctx, l.w)
	g.mu.Unlock()
	if err != nil {
		return err
	}
	return l.w.session(ctx, func(s link) error { return f(g, s) })
}
