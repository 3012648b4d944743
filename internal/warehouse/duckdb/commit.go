package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"archwire"
)

// The tables of ours that a query may read.
const (
	createArchwire = "CREATE SCHEMA IF NOT EXISTS archwire"
	createRun      = `CREATE TABLE IF NOT EXISTS archwire.run (
		as_of DATE NOT NULL, run_id VARCHAR NOT NULL, loaded_at TIMESTAMPTZ NOT NULL)`
	createJournal = `CREATE TABLE IF NOT EXISTS archwire.load_journal (
		run_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, mode VARCHAR NOT NULL,
		source_at TIMESTAMPTZ NOT NULL, source_mark VARCHAR NOT NULL, rows BIGINT NOT NULL, loaded_at TIMESTAMPTZ NOT NULL)`
)

// Commit makes the load visible. Tables take the place of their predecessors
// by name, so that its cost does not depend on their rows.
func (l *load) Commit(ctx context.Context, asOf archwire.Query, journal []archwire.JournalRow) (archwire.Day, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.gate.Lock()
	defer l.gate.Unlock()
	if err := l.open(); err != nil {
		return "", err
	}
	if err := l.w.checkReadOnly(ctx, asOf.SQL); err != nil {
		return "", fmt.Errorf("reading the business date: %w", err)
	}
	var day archwire.Day
	err := inTransaction(ctx, l.w.db, "BEGIN", func(conn *sql.Conn) (err error) {
		if err := l.replace(ctx, conn); err != nil {
			return err
		}
		if day, err = businessDate(ctx, conn, asOf); err != nil {
			return err
		}
		return l.record(ctx, conn, day, journal)
	})
	if err != nil {
		return "", classify("making the load visible", err)
	}
	l.done, l.w.active = true, nil
	l.w.shapes.changed()
	return day, nil
}

// replace gives the staged tables their names.
func (l *load) replace(ctx context.Context, conn *sql.Conn) error {
	for _, t := range l.tables {
		name := archwire.Quote(t.Source) + "." + archwire.Quote(t.Name)
		err := execAll(ctx, conn, "DROP TABLE IF EXISTS "+name,
			"ALTER TABLE "+l.staging(t)+" RENAME TO "+archwire.Quote(t.Name))
		if err != nil {
			return fmt.Errorf("replacing %s: %w", t.ID(), err)
		}
	}
	return nil
}

// businessDate asks q for its one date.
func businessDate(ctx context.Context, conn *sql.Conn, q archwire.Query) (archwire.Day, error) {
	text, err := bind(q)
	if err != nil {
		return "", err
	}
	rows, err := conn.QueryContext(ctx, "SELECT CAST(COLUMNS(*) AS DATE) FROM ("+text+"\n)") //nolint:gosec // text was checked to be one query
	if err != nil {
		return "", classify("reading the business date", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	noDate := &archwire.Error{
		Code:    archwire.Invalid,
		Message: "the query for the business date does not give one date",
		Hint:    "Write business_date in archwire.yaml as a query that gives one row with one date.",
	}
	if columns, err := rows.Columns(); err != nil || len(columns) != 1 {
		return "", noDate
	}
	var days []sql.Null[time.Time]
	for rows.Next() {
		var d sql.Null[time.Time]
		if err := rows.Scan(&d); err != nil {
			return "", fmt.Errorf("reading the business date: %w", err)
		}
		days = append(days, d)
	}
	if err := rows.Err(); err != nil {
		return "", classify("reading the business date", err)
	}
	if len(days) != 1 || !days[0].Valid {
		return "", noDate
	}
	return archwire.DayOf(days[0].V), nil
}

// record writes the rows that say what was loaded.
func (l *load) record(ctx context.Context, conn *sql.Conn, day archwire.Day, journal []archwire.JournalRow) error {
	if err := execAll(ctx, conn, "DELETE FROM archwire.run"); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "INSERT INTO archwire.run VALUES ($1::DATE, $2, now())", string(day), string(l.run))
	if err != nil {
		return err
	}
	for _, j := range journal {
		_, err := conn.ExecContext(ctx, "INSERT INTO archwire.load_journal VALUES ($1, $2, $3, $4::TIMESTAMPTZ, $5, $6, now())",
			string(j.Run), j.Table, j.Mode, j.At.Time.UTC().Format("2006-01-02 15:04:05.999999+00"), j.At.Mark, j.Rows)
		if err != nil {
			return err
		}
	}
	return nil
}

// Loaded lists the newest journal row of each table.
func (w *Warehouse) Loaded(ctx context.Context) (map[string]archwire.JournalRow, error) {
	rows, err := w.db.QueryContext(ctx, `SELECT run_id, table_name, mode, source_at, source_mark, rows, loaded_at FROM archwire.load_journal
		QUALIFY row_number() OVER (PARTITION BY table_name ORDER BY loaded_at DESC, run_id DESC) = 1`)
	if err != nil {
		return nil, classify("reading the load journal", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	loaded := map[string]archwire.JournalRow{}
	for rows.Next() {
		var j archwire.JournalRow
		if err := rows.Scan(&j.Run, &j.Table, &j.Mode, &j.At.Time, &j.At.Mark, &j.Rows, &j.LoadedAt); err != nil {
			return nil, fmt.Errorf("reading the load journal: %w", err)
		}
		j.At.Time, j.LoadedAt = j.At.Time.UTC(), j.LoadedAt.UTC()
		loaded[j.Table] = j
	}
	return loaded, classify("reading the load journal", rows.Err())
}
