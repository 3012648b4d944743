package duckdb

import (
	"context"
	"database/sql"
	"strings"

	"archwire"
)

// stagePrefix begins the name of every table that is not to be seen. Such a
// table lies in the schema of the table it will replace: DuckDB can rename a
// table within its schema without touching a row, and cannot move one between
// schemas at all. The space keeps it clear of every name that a query may use
// (see wholeNames).
const stagePrefix = "archwire stage "

// A relation is the name of a table.
type relation struct{ schema, name string }

func (r relation) sql() string    { return archwire.Quote(r.schema) + "." + archwire.Quote(r.name) }
func (r relation) isHidden() bool { return strings.HasPrefix(r.name, stagePrefix) }

// relations lists the tables of the warehouse and their columns. A column whose
// type none of ours is has no Type.
func relations(ctx context.Context, conn *sql.Conn) (map[relation][]archwire.Column, error) {
	rows, err := conn.QueryContext(ctx, `SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
		WHERE database_name = current_database() AND NOT internal ORDER BY schema_name, table_name, column_index`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	out := map[relation][]archwire.Column{}
	for rows.Next() {
		var r relation
		var column, kind string
		if err := rows.Scan(&r.schema, &r.name, &column, &kind); err != nil {
			return nil, err
		}
		t, err := typeOf(column, kind)
		if err != nil {
			t = archwire.Type{}
		}
		out[r] = append(out[r], archwire.Column{Name: column, Type: t, Origin: kind})
	}
	return out, rows.Err()
}

// sweepAside drops the hidden tables in memory.
func sweepAside(ctx context.Context, db *sql.DB) error {
	return inTransaction(ctx, db, "BEGIN", func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, `SELECT table_name FROM duckdb_tables()
			WHERE database_name = $1 AND starts_with(table_name, $2)`, aside, stagePrefix)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // read to its end below
		var drops []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			drops = append(drops, "DROP TABLE "+inMemory(name))
		}
		if err := rows.Err(); err != nil {
			return err
		}
		return execAll(ctx, conn, drops...)
	})
}

// inMemory is a table of the database that no file keeps.
func inMemory(name string) string { return aside + ".main." + archwire.Quote(name) }
