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
	now := portion{table: g.deltaName(), where: g.notMarked("r")}
	if g.delta {
		if err := g.uniqueKeys(ctx, s, g.deltaName()); err != nil {
			return c, err
		}
	} else {
		now = portion{table: g.liveName(), where: []string{"false"}}
	}
	key := g.KeyTable().Columns
	if _, err := s.exec(ctx, g.compare(key, now, portion{table: g.liveName(), keys: keys})); err != nil {
		return c, err
	}
	olds, news, err := two(ctx, s, "SELECT COALESCE(SUM(CASE WHEN "+diffCount+" < 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN "+diffCount+" > 0 THEN 1 ELSE 0 END), 0) FROM "+diffTable)
	if err != nil {
		return c, err
	}
	c.Updated, err = count(ctx, s, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM "+diffTable+" d GROUP BY "+groupKey("d", key)+" HAVING COUNT(*) > 1) t")
	if err != nil {
		return c, err
	}
	c.Inserted, c.Deleted = news-c.Updated, olds-c.Updated
	if c.Tenants, err = g.tenants(ctx, s); err != nil {
		return c, err
	}
	var statements []string
	if olds > 0 {
		statements = append(statements, g.drop(g.liveName(), archwire.Quote(g.Name), g.distinctKeys(" WHERE "+diffCount+" < 0", diffTable)))
	}
	if news > 0 {
		columns := stored(g.Table)
		changed := portion{table: g.deltaName(), where: g.notMarked("r"), keys: g.distinctKeys(" WHERE "+diffCount+" > 0", diffTable)}
		statements = append(statements, "INSERT INTO "+g.liveName()+" ("+columnList("", columns)+") "+changed.query(g, columnList("r", columns)))
	}
	return c, execEach(ctx, s, append(statements, "DROP TABLE "+diffTable)...)
}
