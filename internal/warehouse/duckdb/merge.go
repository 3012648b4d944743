package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"archwire"
)

// The tables of one connection that a merge is worked out in: the rows that are
// to go, with their rowid in the live table (mergeRow), those that take their
// place, and those that are in both the same.
const (
	mergeOld  = `temp."archwire merge old"`
	mergeNew  = `temp."archwire merge new"`
	mergeSame = `temp."archwire merge same"`
	mergeRow  = `"archwire row"`
)

// apply merges delta and removed into the live table and says what that
// changed. Rows that are in both the same are left where they are; if all are,
// nothing is written.
func (g *target) apply(ctx context.Context, conn *sql.Conn) (archwire.Changed, error) {
	c := archwire.Changed{All: len(g.grown) > 0}
	for _, column := range g.grown {
		err := execAll(ctx, conn, "ALTER TABLE "+g.liveName()+" ALTER COLUMN "+archwire.Quote(column.Name)+" TYPE "+column.Type.SQL())
		if err != nil {
			return c, err
		}
	}
	keys, ok := g.touched()
	if !ok {
		return c, nil
	}
	if err := g.images(ctx, conn, keys); err != nil {
		return c, err
	}
	if err := g.count(ctx, conn, &c); err != nil {
		return c, err
	}
	if c.Inserted+c.Updated+c.Deleted > 0 {
		columns := columnList(g.Columns)
		err := execAll(ctx, conn,
			"DELETE FROM "+g.liveName()+" WHERE rowid IN (SELECT "+mergeRow+" FROM "+mergeOld+")",
			"INSERT INTO "+g.liveName()+" ("+columns+") SELECT "+columns+" FROM "+mergeNew)
		if err != nil {
			return c, err
		}
	}
	return c, execAll(ctx, conn, "DROP TABLE "+mergeOld, "DROP TABLE "+mergeNew)
}

// images fills mergeOld and mergeNew with the rows that differ.
func (g *target) images(ctx context.Context, conn *sql.Conn, touched string) error {
	columns := columnList(g.Columns)
	create := temporary(createTable(mergeNew, g.Table))
	if g.delta {
		if err := g.uniqueKeys(ctx, conn, g.deltaName()); err != nil {
			return err
		}
		create = "CREATE TEMP TABLE " + mergeNew + " AS " + g.deltaPart().query(columns)
	}
	return execAll(ctx, conn,
		// The widened columns are changed by now.
		"CREATE TEMP TABLE "+mergeOld+" AS "+portion{table: g.liveName()}.in(g, touched).query("r.rowid AS "+mergeRow+", "+columns),
		create,
		"CREATE TEMP TABLE "+mergeSame+" AS SELECT a."+mergeRow+", "+qualified("a", g.KeyTable().Columns)+
			" FROM "+mergeOld+" a JOIN "+mergeNew+" b ON "+g.sameKey("a", "b")+" AND "+identical(g.Columns, "a", "b"),
		g.drop(mergeNew, mergeSame),
		"DELETE FROM "+mergeOld+" WHERE "+mergeRow+" IN (SELECT "+mergeRow+" FROM "+mergeSame+")",
		"DROP TABLE "+mergeSame)
}

func qualified(table string, columns []archwire.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = table + "." + archwire.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// identical is the condition that a and b are the same row, to the bit: 0 and -0
// are equal to DuckDB.
func identical(columns []archwire.Column, a, b string) string {
	var conditions []string
	for _, c := range columns {
		x, y := a+"."+archwire.Quote(c.Name), b+"."+archwire.Quote(c.Name)
		conditions = append(conditions, x+" IS NOT DISTINCT FROM "+y)
		if c.Type.Kind == archwire.Float32 || c.Type.Kind == archwire.Float64 {
			conditions = append(conditions, "signbit("+x+") IS NOT DISTINCT FROM signbit("+y+")")
		}
	}
	return strings.Join(conditions, " AND ")
}

// count says how many rows mergeOld and mergeNew change, and whose.
func (g *target) count(ctx context.Context, conn *sql.Conn, c *archwire.Changed) error {
	var olds, news int64
	err := conn.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM "+mergeOld+"), (SELECT count(*) FROM "+mergeNew+
		"), (SELECT count(*) FROM "+mergeNew+" a WHERE EXISTS (SELECT 1 FROM "+mergeOld+" b WHERE "+g.sameKey("a", "b")+"))").
		Scan(&olds, &news, &c.Updated)
	if err != nil {
		return err
	}
	c.Inserted, c.Deleted = news-c.Updated, olds-c.Updated
	if _, ok := g.Column(g.Tenant); !ok {
		return nil
	}
	tenant := "SELECT CAST(" + archwire.Quote(g.Tenant) + " AS VARCHAR) FROM "
	c.Tenants, err = tenants(ctx, conn, tenant+mergeOld+" UNION "+tenant+mergeNew)
	return err
}

// tenants lists the tenants that a query gives, sorted; nil if one of them is
// NULL: then rows changed that no tenant has.
func tenants(ctx context.Context, conn *sql.Conn, query string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var out []string
	nobodys := false
	for rows.Next() {
		var t sql.Null[string]
		if err := rows.Scan(&t); err != nil {
			return nil, err
		}
		nobodys = nobodys || !t.Valid
		out = append(out, t.V)
	}
	if err := rows.Err(); err != nil || nobodys {
		return nil, err
	}
	slices.Sort(out)
	return out, nil
}
