package redshift

import (
	"context"

	"archwire"
)

// apply merges delta and removed into the live table and says what that changed. Rows
// that are in both the same are left where they are; if all are, nothing is written.
// MERGE would write all of them again, and delete none (MERGE).
func (g *target) apply(ctx context.Context, s link) (c archwire.Changed, err error) {
	keys, ok := g.touched()
	if !ok {
		return c, nil
	}
	now, doubles := portion{table: g.liveName(), where: []string{"false"}}, "0"
	if g.delta {
		now, doubles = g.deltaPart(), "("+g.doubles(g.deltaName())+")"
	}
	key := g.KeyTable().Columns
	s.later(g.compare(key, now, portion{table: g.liveName(), keys: keys}))
	n, err := counts(ctx, s, "SELECT "+doubles+", COALESCE(SUM(CASE WHEN "+diffCount+" < 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "+diffCount+" > 0 THEN 1 ELSE 0 END), 0), "+
		"(SELECT COUNT(*) FROM (SELECT 1 AS one FROM "+diffTable+" d GROUP BY "+groupKey("d", key)+" HAVING COUNT(*) > 1) t) FROM "+diffTable, 4)
	if err == nil {
		err = g.noneOf(n[0])
	}
	if err != nil {
		return c, err
	}
	olds, news := n[1], n[2]
	if olds+news == 0 {
		s.later("DROP TABLE " + diffTable)
		return c, nil
	}
	c.Updated = n[3]
	c.Inserted, c.Deleted = news-c.Updated, olds-c.Updated
	if c.Tenants, err = g.tenants(ctx, s); err != nil {
		return c, err
	}
	if olds > 0 {
		s.later(g.drop(g.liveName(), archwire.Quote(g.Name), g.distinctKeys(" WHERE "+diffCount+" < 0", diffTable)))
	}
	if news > 0 {
		columns := stored(g.Table)
		changed := portion{table: g.deltaName(), where: g.notMarked("r"), keys: g.distinctKeys(" WHERE "+diffCount+" > 0", diffTable)}
		s.later("INSERT INTO " + g.liveName() + " (" + columnList("", columns) + ") " + changed.query(g, columnList("r", columns)))
	}
	s.later("DROP TABLE " + diffTable)
	return c, nil
}
