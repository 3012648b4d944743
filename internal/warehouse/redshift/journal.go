package redshift

import (
	"context"
	"fmt"
	"strings"
	"time"

	"archwire"
)

// journalRows is the statement that adds rows to the journal of loads.
func journalRows(journal []archwire.JournalRow) string {
	rows := make([]string, len(journal))
	for i, j := range journal {
		rows[i] = "(" + strings.Join([]string{
			literal(string(j.Run)), literal(j.Table), literal(j.Mode), instant(j.At.Time), literal(j.At.Mark),
			bigint(j.Rows), literal(j.Position), literal(j.Definition), "CAST(SYSDATE AS TIMESTAMPTZ)",
		}, ", ") + ")"
	}
	return `INSERT INTO archwire.load_journal (run_id, table_name, mode, source_at, source_mark, "rows", "position", definition, loaded_at) VALUES ` +
		strings.Join(rows, ", ")
}

// newestLoads gives the newest row of each table.
const newestLoads = `SELECT run_id, table_name, mode, source_at, source_mark, "rows", COALESCE("position", ''), COALESCE(definition, ''), loaded_at FROM ` +
	`(SELECT *, ROW_NUMBER() OVER (PARTITION BY table_name ORDER BY loaded_at DESC, run_id DESC) AS newest FROM archwire.load_journal) j WHERE newest = 1`

// Loaded lists the newest journal row of each table.
func (w *Warehouse) Loaded(ctx context.Context) (map[string]archwire.JournalRow, error) {
	var loaded map[string]archwire.JournalRow
	err := w.session(ctx, func(l link) error {
		loaded = map[string]archwire.JournalRow{}
		return l.rows(ctx, newestLoads, func(v [][]byte) error {
			j, err := journalRow(v)
			loaded[j.Table] = j
			return err
		})
	})
	return loaded, classify("reading the load journal", err)
}

func journalRow(v [][]byte) (j archwire.JournalRow, err error) {
	j = archwire.JournalRow{
		Run: archwire.RunID(v[0]), Table: string(v[1]), Mode: string(v[2]), At: archwire.Instant{Mark: string(v[4])},
		Position: string(v[6]), Definition: string(v[7]),
	}
	if j.Rows, err = whole(v[5]); err != nil {
		return j, err
	}
	if j.At.Time, err = parseInstant(string(v[3])); err != nil {
		return j, err
	}
	j.LoadedAt, err = parseInstant(string(v[8]))
	return j, err
}

// parseInstant reads a TIMESTAMPTZ in ISO form; the session's time zone is UTC.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse("2006-01-02 15:04:05.999999", strings.TrimSuffix(s, "+00"))
	if err != nil {
		return t, fmt.Errorf("reading a timestamp: %w", errUnreadable)
	}
	return t, nil
}
