package redshift

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// settle makes base what Commit would leave: it applies delta and removed and drops
// marked rows. No reader sees it, and doing it again changes nothing, so it is done
// before the transaction that makes it visible.
func (g *target) settle(ctx context.Context, w *Warehouse) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.flush(ctx, w); err != nil {
		return err
	}
	var statements []string
	name := archwire.Quote(g.stageOf("base"))
	if keys, ok := g.touched(); ok {
		statements = append(statements, g.drop(g.baseName(), name, keys))
	}
	if g.delta {
		columns := stored(g.Table)
		statements = append(statements, "INSERT INTO "+g.baseName()+" ("+columnList("", columns)+") "+g.deltaPart().query(g, columnList("r", columns)))
	}
	for _, condition := range g.notMarked(name) {
		statements = append(statements, "DELETE FROM "+g.baseName()+" WHERE NOT ("+condition+")")
	}
	if len(statements) == 0 {
		return nil
	}
	return w.transact(ctx, g.baseName(), func(s link) error {
		s.later(statements...)
		return nil
	})
}

// replace makes the live table what base is, and says what that changed. A table with
// other columns gives way to base. One with the same is changed where it differs: it
// stays the same table, from which views are refreshed by what changed (Refreshing a
// materialized view).
func (g *target) replace(ctx context.Context, s link) (archwire.Changed, error) {
	if g.live == nil || !sameColumns(g.live, stored(g.Table)) {
		statements := noteColumns(g.Source, g.Name, stored(g.Table))
		if g.live != nil {
			statements = append(statements, retire(g.Source, g.Name, retiredName())...)
		}
		statements = append(statements, "ALTER TABLE "+g.baseName()+" RENAME TO "+archwire.Quote(g.Name))
		s.later(statements...)
		return archwire.Changed{All: true}, nil
	}
	c, err := g.change(ctx, s)
	if err != nil {
		return c, fmt.Errorf("comparing %s: %w", g.ID(), err)
	}
	if !c.None() {
		columns := stored(g.Table)
		s.later(
			"DELETE FROM "+g.liveName()+" USING "+diffTable+" d WHERE "+g.sameRow(archwire.Quote(g.Name), "d"),
			"INSERT INTO "+g.liveName()+" ("+columnList("", columns)+") SELECT "+columnList("r", columns)+" FROM "+g.baseName()+
				" r JOIN "+diffTable+" d ON "+g.sameRow("r", "d"))
	}
	s.later("DROP TABLE " + diffTable)
	return c, nil
}

// change counts the rows that the live table and base do not share, and their tenants.
// Rows count as often as they occur.
func (g *target) change(ctx context.Context, s link) (c archwire.Changed, err error) {
	s.later(g.compare(nil, portion{table: g.baseName()}, portion{table: g.liveName()}))
	const query = "SELECT COALESCE(SUM(CASE WHEN " + diffCount + " > 0 THEN " + diffCount + " ELSE 0 END), 0), COALESCE(SUM(CASE WHEN " + diffCount + " < 0 THEN -" + diffCount + " ELSE 0 END), 0) FROM " + diffTable
	n, err := counts(ctx, s, query, 2)
	if err != nil {
		return c, err
	}
	if c.Inserted, c.Deleted = n[0], n[1]; c.None() {
		return c, nil
	}
	c.Tenants, err = g.tenants(ctx, s)
	return c, err
}

// sameRow is the condition that a row is one that diffTable tells of. All of its copies
// are: they go, and as many come as there are to be.
func (g *target) sameRow(row, diff string) string {
	names := identityNames(g.Columns)
	conditions := make([]string, len(names))
	for i, e := range identity(row, g.Columns) {
		conditions[i] = e + " = " + diff + "." + names[i]
	}
	return strings.Join(conditions, " AND ")
}
