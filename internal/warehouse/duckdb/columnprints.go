package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/warehouse/duckdb/rowfunc"
)

// teach makes an engine know the print of a row.
func teach(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(c any) error { return rowfunc.Register(c.(driver.Conn)) }) //nolint:forcetypeassert // every connection is one
	return errors.Join(err, conn.Close())
}

// columnPrints adds up the prints of rows in DuckDB.
func (l *load) columnPrints(ctx context.Context, g *target, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	if err := rowhash.Check(g.Table, p); err != nil {
		return nil, err
	}
	key := printSQL(g.KeyTable().Columns)
	value := printSQL(g.Columns)
	if p.Keys {
		value = key
	}
	whole, _ := g.wholeKey()
	switch {
	case p.Cut.Width > 0:
		parts := ranges(whole, p)
		if p.First == 0 {
			parts = append(parts, keyRange{whole + " IS NULL", "0"})
		}
		return l.addUp(ctx, g, p.Staged, value, parts)
	case p.Cut.Parts > 1:
		part := fmt.Sprintf("CAST((CAST(%s AS HUGEINT) + CASE WHEN %s < 0 THEN 18446744073709551616 ELSE 0 END) %% %d AS BIGINT)", key, key, p.Cut.Parts)
		return l.addUp(ctx, g, p.Staged, value, []keyRange{{fmt.Sprintf("%s BETWEEN %d AND %d", part, p.First, p.Last), part}})
	}
	if p.First > 0 {
		return nil, nil
	}
	return l.addUp(ctx, g, p.Staged, value, []keyRange{{"true", "0"}})
}

// printSQL is the print of a row of columns.
func printSQL(columns []archwire.Column) string {
	var letters strings.Builder
	for _, c := range columns {
		if c.Type.Kind == archwire.UUID {
			letters.WriteByte('u')
		} else {
			letters.WriteByte('-')
		}
	}
	return rowfunc.Name + "(" + strings.Join(append([]string{literal(letters.String())}, quotedNames(columns)...), ", ") + ")"
}
