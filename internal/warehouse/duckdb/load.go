package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"archwire"
)

// stagePrefix begins the name of every table that is not to be seen. Such a
// table lies in the schema of the table it will replace: DuckDB can rename a
// table within its schema without touching a row, and cannot move one between
// schemas at all. The space keeps it clear of every name that a query may use
// (see checkNames).
const stagePrefix = "archwire stage "

// noColumns stands in for the columns of a table that has none: DuckDB has no
// such tables. It is NULL in every row, so that rows are still counted.
const noColumns = "archwire_no_columns"

// A load is a run's tables on their way in.
type load struct {
	w      *Warehouse
	run    archwire.RunID
	tables []archwire.Table

	// gate is held for reading by Stage and Count, for writing by what ends the
	// load, so that nothing is staged into tables that are being renamed.
	gate sync.RWMutex
	done bool
}

// Begin opens the load of a run. It ends, by sweeping, a load that was begun
// before and neither committed nor aborted.
func (w *Warehouse) Begin(ctx context.Context, run archwire.RunID, tables []archwire.Table) (archwire.Load, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range tables {
		if err := fits(t); err != nil {
			return nil, err
		}
	}
	if w.active != nil {
		w.active.end()
		w.active = nil
	}
	l := &load{w: w, run: run, tables: tables}
	for _, t := range tables {
		if err := w.ensureSchema(ctx, t.Source); err != nil {
			return nil, classify("preparing staging", err)
		}
	}
	err := inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		if err := sweep(ctx, conn); err != nil {
			return err
		}
		for _, t := range tables {
			if _, err := conn.ExecContext(ctx, createTable(l.staging(t), t)); err != nil {
				return fmt.Errorf("preparing %s: %w", t.ID(), err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, classify("preparing staging", err)
	}
	w.active = l
	return l, nil
}

// ensureSchema makes a schema that may exist. DuckDB lets one of two
// transactions that make the same schema fail, so this is done apart from them,
// one at a time.
func (w *Warehouse) ensureSchema(ctx context.Context, name string) error {
	w.schemas.Lock()
	defer w.schemas.Unlock()
	_, err := w.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+archwire.Quote(name))
	return err
}

// sweep drops what loads that never ended have left.
func sweep(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `SELECT schema_name, table_name FROM duckdb_tables()
		WHERE database_name = current_database() AND starts_with(table_name, $1)`, stagePrefix)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var drops []string
	for rows.Next() {
		var schema, table string
		if err := rows.Scan(&schema, &table); err != nil {
			return err
		}
		drops = append(drops, "DROP TABLE "+archwire.Quote(schema)+"."+archwire.Quote(table))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return execAll(ctx, conn, drops...)
}

// staging is the hidden table of t in this load.
func (l *load) staging(t archwire.Table) string {
	return archwire.Quote(t.Source) + "." + archwire.Quote(stagePrefix+string(l.run)+" "+t.Name)
}

// end makes the load useless: further calls are refused.
func (l *load) end() {
	l.gate.Lock()
	defer l.gate.Unlock()
	l.done = true
}

// open says whether the load may still be used. Hold gate.
func (l *load) open() error {
	if l.done {
		return &archwire.Error{
			Code: archwire.Conflict, Message: fmt.Sprintf("the load of run %s has ended", l.run),
			Hint: "Another load was begun, or this one was committed or aborted; start a new run.",
		}
	}
	return nil
}

// holds says whether t is one of the load's tables.
func (l *load) holds(t archwire.Table) error {
	for _, o := range l.tables {
		if o.ID() == t.ID() {
			return nil
		}
	}
	return &archwire.Error{
		Code: archwire.Internal, Message: fmt.Sprintf("the load of run %s was not begun for %s", l.run, t.ID()),
	}
}

// Abort drops what was staged.
func (l *load) Abort(ctx context.Context) error {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	if l.w.active != l {
		return nil
	}
	l.end()
	l.w.active = nil
	err := inTransaction(ctx, l.w.db, "BEGIN", func(conn *sql.Conn) error { return sweep(ctx, conn) })
	return classify("dropping what was staged", err)
}
