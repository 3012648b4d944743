package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// settle makes the hidden table what Commit would leave: it applies delta and
// removed and drops marked rows. No reader sees it, and doing it again changes
// nothing, so it is done before the transaction that makes it visible.
func (g *target) settle(ctx context.Context, db *sql.DB) error {
	if err := g.ensureBase(ctx, db); err != nil {
		return err
	}
	var statements []string
	if keys, ok := g.touched(); ok {
		statements = append(statements, g.drop(g.baseName(), keys))
	}
	columns := columnList(g.Columns)
	if g.delta {
		statements = append(statements, "INSERT INTO "+g.baseName()+" ("+columns+") "+g.deltaPart().query(columns))
	}
	for _, condition := range g.notMarked() {
		statements = append(statements, "DELETE FROM "+g.baseName()+" WHERE NOT ("+condition+")")
	}
	if len(statements) == 0 {
		return nil
	}
	return inTransaction(ctx, db, "BEGIN", func(conn *sql.Conn) error { return execAll(ctx, conn, statements...) })
}

// replace gives the hidden table its name and says what that changed. If it has
// the rows of the old one, that one stays. Its cost without an old one does not
// depend on its rows.
func (g *target) replace(ctx context.Context, conn *sql.Conn) (archwire.Changed, error) {
	c := archwire.Changed{All: true}
	if g.sameColumns() {
		var err error
		if c, err = g.compare(ctx, conn); err != nil {
			return c, fmt.Errorf("comparing %s: %w", g.ID(), err)
		}
	}
	if c.None() {
		return c, execAll(ctx, conn, "DROP TABLE "+g.baseName())
	}
	return c, execAll(ctx, conn, "DROP TABLE IF EXISTS "+g.liveName(),
		"ALTER TABLE "+g.baseName()+" RENAME TO "+archwire.Quote(g.Name))
}

// sameColumns says whether the live table has the declared columns in their
// order.
func (g *target) sameColumns() bool {
	if len(g.Columns) == 0 {
		return len(g.live) == 1 && g.live[0].Name == archwire.NoColumns
	}
	return slices.EqualFunc(g.live, g.Columns, func(a, b archwire.Column) bool {
		return a.Name == b.Name && a.Type.Kind != 0 && a.Type.SQL() == b.Type.SQL()
	})
}

// buckets is how many heaps compare sorts rows into by their hashes. Only heaps
// that differ are looked at row by row.
const buckets = 4096

// compare counts the rows that the live table and the hidden one do not share,
// and their tenants. Rows count as often as they occur.
func (g *target) compare(ctx context.Context, conn *sql.Conn) (archwire.Changed, error) {
	both := "(SELECT *, 1 AS side FROM (" + g.hashed(g.baseName()) + ") UNION ALL SELECT *, -1 FROM (" + g.hashed(g.liveName()) + "))"
	differ := "SELECT h % " + fmt.Sprint(buckets) + " AS bucket FROM " + both +
		" GROUP BY bucket HAVING sum(side) <> 0 OR sum(CAST(h AS HUGEINT) * side) <> 0"
	rows := "SELECT h, tenant, sum(side) AS n FROM " + both + " WHERE h % " + fmt.Sprint(buckets) + " IN (" + differ + ") GROUP BY h, tenant HAVING n <> 0"
	const differing = `temp."archwire differing rows"`
	if err := execAll(ctx, conn, "CREATE TEMP TABLE "+differing+" AS "+rows); err != nil {
		return archwire.Changed{}, err
	}
	var c archwire.Changed
	err := conn.QueryRowContext(ctx, "SELECT CAST(coalesce(sum(greatest(n, 0)), 0) AS BIGINT), CAST(coalesce(sum(greatest(-n, 0)), 0) AS BIGINT) FROM "+differing).
		Scan(&c.Inserted, &c.Deleted)
	if err != nil {
		return c, err
	}
	if _, ok := g.Column(g.Tenant); ok {
		if c.Tenants, err = tenants(ctx, conn, "SELECT DISTINCT tenant FROM "+differing); err != nil {
			return c, err
		}
	}
	return c, execAll(ctx, conn, "DROP TABLE "+differing)
}

// hashed gives a hash of each row of a table, and its tenant. DuckDB's hash is
// the same for 0 and -0, so the sign goes in as well.
func (g *target) hashed(name string) string {
	values := []string{columnList(g.Columns)}
	for _, c := range g.Columns {
		if c.Type.Kind == archwire.Float32 || c.Type.Kind == archwire.Float64 {
			values = append(values, "signbit("+archwire.Quote(c.Name)+")")
		}
	}
	tenant := "NULL"
	if _, ok := g.Column(g.Tenant); ok {
		tenant = archwire.Quote(g.Tenant)
	}
	return "SELECT hash(" + strings.Join(values, ", ") + ") AS h, CAST(" + tenant + " AS VARCHAR) AS tenant FROM " + name
}
