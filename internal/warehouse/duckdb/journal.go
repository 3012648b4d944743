package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"archwire"
)

// The journal of loads. Files that earlier versions wrote lack the last columns.
const (
	createJournal = `CREATE TABLE IF NOT EXISTS archwire.load_journal (
		run_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, mode VARCHAR NOT NULL,
		source_at TIMESTAMPTZ NOT NULL, source_mark VARCHAR NOT NULL, rows BIGINT NOT NULL, loaded_at TIMESTAMPTZ NOT NULL)`
	addPosition   = `ALTER TABLE archwire.load_journal ADD COLUMN IF NOT EXISTS "position" VARCHAR`
	addDefinition = "ALTER TABLE archwire.load_journal ADD COLUMN IF NOT EXISTS definition VARCHAR"
)

// writeJournal adds rows to the journal.
func writeJournal(ctx context.Context, conn *sql.Conn, journal []archwire.JournalRow) error {
	for _, j := range journal {
		_, err := conn.ExecContext(ctx, `INSERT INTO archwire.load_journal
			(run_id, table_name, mode, source_at, source_mark, rows, "position", definition, loaded_at)
			VALUES ($1, $2, $3, $4::TIMESTAMPTZ, $5, $6, $7, $8, now())`,
			string(j.Run), j.Table, j.Mode, j.At.Time.UTC().Format("2006-01-02 15:04:05.999999+00"), j.At.Mark, j.Rows, j.Position, j.Definition)
		if err != nil {
			return err
		}
	}
	return nil
}

// Loaded lists the newest journal row of each table.
func (w *Warehouse) Loaded(ctx context.Context) (map[string]archwire.JournalRow, error) {
	rows, err := w.db.QueryContext(ctx, `SELECT run_id, table_name, mode, source_at, source_mark, rows,
		coalesce("position", ''), coalesce(definition, ''), loaded_at FROM archwire.load_journal
		QUALIFY row_number() OVER (PARTITION BY table_name ORDER BY loaded_at DESC, run_id DESC) = 1`)
	if err != nil {
		return nil, classify("reading the load journal", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	loaded := map[string]archwire.JournalRow{}
	for rows.Next() {
		var j archwire.JournalRow
		if err := rows.Scan(&j.Run, &j.Table, &j.Mode, &j.At.Time, &j.At.Mark, &j.Rows, &j.Position, &j.Definition, &j.LoadedAt); err != nil {
			return nil, fmt.Errorf("reading the load journal: %w", err)
		}
		j.At.Time, j.LoadedAt = j.At.Time.UTC(), j.LoadedAt.UTC()
		loaded[j.Table] = j
	}
	return loaded, classify("reading the load journal", rows.Err())
}
