package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	mssql "github.com/microsoft/go-mssqldb"
)

// deletedAtOnce is how many keys one statement names: a server refuses lists of
// many thousands (error 8632).
const deletedAtOnce = 1000

// Copy adds rows by the bulk load.
func (c *sqlServerConn) Copy(ctx context.Context, table string, rows Rows) error {
	columns, err := c.columnsOf(ctx, table)
	if err != nil {
		return err
	}
	return load(ctx, c.conn, inDBO(table), columns, rows)
}

// A preparer is a connection, or a transaction on it.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// load sends rows to a table. The server says in the end how many it took.
func load(ctx context.Context, on preparer, table string, columns []column, rows Rows) (err error) {
	stmt, err := on.PrepareContext(ctx, mssql.CopyIn(table, mssql.BulkOptions{}, names(columns)...))
	if err != nil {
		return fmt.Errorf("loading %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	sent := int64(0)
	for values, err := range rows.decode(columns) {
		if err != nil {
			return fmt.Errorf("loading %s: %w", table, err)
		}
		if _, err := stmt.ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("loading %s: %w", table, err)
		}
		sent++
	}
	result, err := stmt.ExecContext(ctx) // without values: the end
	if err != nil {
		return fmt.Errorf("loading %s: %w", table, err)
	}
	if taken, err := result.RowsAffected(); err != nil || taken != sent {
		return errors.Join(fmt.Errorf("loading %s: the server took %d of %d rows", table, taken, sent), err)
	}
	return nil
}

// Apply makes changes in one transaction.
func (c *sqlServerConn) Apply(ctx context.Context, changes []Change) (err error) {
	for _, change := range changes { // the catalogue is asked outside of the transaction
		if _, err := c.columnsOf(ctx, change.Table); err != nil {
			return err
		}
	}
	tx, err := c.conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for _, change := range changes {
		columns := c.columns[change.Table]
		if err := upsert(ctx, tx, change, columns); err != nil {
			return fmt.Errorf("writing %s: %w", change.Table, err)
		}
		for keys := range slices.Chunk(change.Deleted, deletedAtOnce) {
			if _, err := tx.ExecContext(ctx, deleteSQL(change.Table, columns, keys)); err != nil {
				return fmt.Errorf("deleting from %s: %w", change.Table, err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// upsert updates the rows that exist and inserts those that are new, by way of a
// temporary table.
func upsert(ctx context.Context, tx *sql.Tx, change Change, columns []column) error {
	if len(change.Rows) == 0 {
		return nil
	}
	stage := "#night_" + change.Table
	if _, err := tx.ExecContext(ctx, createSQL(stage, columns)); err != nil {
		return err
	}
	if err := load(ctx, tx, stage, columns, change.Rows); err != nil {
		return err
	}
	for _, statement := range []string{updateSQL(change.Table, stage, columns), insertSQL(change.Table, stage, columns), "drop table " + stage} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func createSQL(stage string, columns []column) string {
	return "create table " + stage + " (" + list(columns, ", ", func(c column) string { return bracket(c.name) + " " + c.declaration() + " null" }) + ")"
}

func updateSQL(table, stage string, columns []column) string {
	others := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.key })
	sets := list(others, ", ", func(c column) string { return bracket(c.name) + " = s." + bracket(c.name) })
	return "update t set " + sets + " from " + inDBO(table) + " as t join " + stage + " as s on " + sameKey(columns)
}

func insertSQL(table, stage string, columns []column) string {
	return "insert into " + inDBO(table) + " (" + list(columns, ", ", func(c column) string { return bracket(c.name) }) +
		") select " + list(columns, ", ", func(c column) string { return "s." + bracket(c.name) }) + " from " + stage +
		" as s where not exists (select 1 from " + inDBO(table) + " as t where " + sameKey(columns) + ")"
}

func deleteSQL(table string, columns []column, keys []int64) string {
	key := columns[slices.IndexFunc(columns, func(c column) bool { return c.key })]
	return "delete from " + inDBO(table) + " where " + bracket(key.name) + " in (" + numbers(keys) + ")"
}

// sameKey is the condition that t and s have the same key.
func sameKey(columns []column) string {
	keys := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !c.key })
	return list(keys, " and ", func(c column) string { return "t." + bracket(c.name) + " = s." + bracket(c.name) })
}

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

func list(columns []column, between string, write func(column) string) string {
	texts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = write(c)
	}
	return strings.Join(texts, between)
}

func inDBO(table string) string { return "[dbo]." + bracket(table) }

func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }
