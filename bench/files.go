package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/source/files"
)

// fileColumns are those of the ledger, which is written to files.
var fileColumns = []struct{ name, kind, sql, value string }{
	{"id", "int64", "BIGINT", "i"},
	{"practice_id", "int64", "BIGINT", "1 + i % 550"},
	{"account_id", "int64", "BIGINT", "1 + (i * 7919) % 400000"},
	{"kind", "text", "VARCHAR", "['patient_payment','insurance_payment','contract_charge','contract_fee','refund','discount'][1 + i % 6]"},
	{"amount", "decimal(12,2)", "DECIMAL(12,2)", "(((i * 104729) % 2000000 - 500000)::DECIMAL(18,2) / 100)::DECIMAL(12,2)"},
	{"posting_date", "date", "DATE", "DATE '2021-01-01' + (i % 2100)::INTEGER"},
	{"entered_at", "timestamp", "TIMESTAMP", "TIMESTAMP '2021-01-01 08:00:00' + to_days((i % 2100)::INTEGER) + to_microseconds((i % 36000) * 1000001)"},
	{"reverses_id", "int64", "BIGINT", "CASE WHEN i % 50 = 0 THEN i - 1 END"},
	{"memo", "text", "VARCHAR", "CASE WHEN i % 4 = 0 THEN 'posted by batch ' || (i // 1000) END"},
}

// measureFiles reads a ledger of CSV and of Parquet, by DuckDB, into a
// table in memory, and as a source, which makes batches of it.
func measureFiles(ctx context.Context, o options) (figures []figure, err error) {
	dir := filepath.Join(o.dir, "files")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	db, err := sql.Open("duckdb", "?threads=2&memory_limit=1GB")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows := min(o.rows, 2_000_000)
	say("writing %d rows of CSV and of Parquet", rows)
	if err := writeLedgerFiles(ctx, db, dir, rows); err != nil {
		return nil, err
	}
	for _, format := range []string{fileform.CSV, fileform.Parquet} {
		theirs, ours, err := paceOfFiles(ctx, db, dir, format, int64(rows), o.pairs)
		if err != nil {
			return nil, err
		}
		ratio := theirs.Seconds() / ours.Seconds()
		figures = append(figures, figure{
			what:     fmt.Sprintf("%d rows of %s into batches, as a share of the rows that DuckDB reads into a table in the same processor time", rows, strings.ToUpper(format)),
			measured: fmt.Sprintf("%.0f %% (%s to %s)", 100*ratio, ours.Round(time.Millisecond), theirs.Round(time.Millisecond)),
			bar:      ">= 80 %", met: ratio >= 0.8,
		})
	}
	return figures, nil
}

func writeLedgerFiles(ctx context.Context, db *sql.DB, dir string, rows int) error {
	var list []string
	for _, c := range fileColumns {
		list = append(list, c.value+" AS "+c.name)
	}
	for _, to := range []string{"ledger.csv' (FORMAT csv, HEADER)", "ledger.parquet' (FORMAT parquet, COMPRESSION zstd)"} {
		_, err := db.ExecContext(ctx, fmt.Sprintf("COPY (SELECT %s FROM range(1, %d) t(i)) TO '%s/%s", strings.Join(list, ", "), rows+1, dir, to))
		if err != nil {
			return fmt.Errorf("writing %s: %w", to, err)
		}
	}
	return nil
}

// paceOfFiles is how much processor time each side takes, by turns; the medians. Both
// work in this process, and on a busy machine the time of the clock says little.
func paceOfFiles(ctx context.Context, db *sql.DB, dir, format string, rows int64, pairs int) (theirs, ours time.Duration, err error) {
	var a, b []time.Duration
	for i := range pairs + 1 {
		start := ownCPU()
		if err := readByDuckDB(ctx, db, dir, format, rows); err != nil {
			return 0, 0, err
		}
		between := ownCPU()
		if err := readAsSource(ctx, dir, format, rows); err != nil {
			return 0, 0, err
		}
		if i > 0 { // the first has warmed the disk's cache
			a, b = append(a, between-start), append(b, ownCPU()-between)
		}
	}
	return median(a), median(b), nil
}

// ownCPU is the processor time that this process has taken.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// readByDuckDB has DuckDB read all values, of types that it is told, and keep them.
func readByDuckDB(ctx context.Context, db *sql.DB, dir, format string, rows int64) error {
	var names, types []string
	for _, c := range fileColumns {
		names = append(names, c.name)
		types = append(types, "'"+c.name+"': '"+c.sql+"'")
	}
	from := "read_parquet('" + dir + "/ledger.parquet')"
	if format == fileform.CSV {
		from = "read_csv('" + dir + "/ledger.csv', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {" + strings.Join(types, ", ") + "})"
	}
	query := "CREATE OR REPLACE TABLE ledger AS SELECT " + strings.Join(names, ", ") + " FROM " + from //nolint:gosec // of the bench's own names
	if _, err := db.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("reading by DuckDB: %w", err)
	}
	var n int64
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM ledger").Scan(&n); err != nil {
		return fmt.Errorf("counting what DuckDB has read: %w", err)
	}
	if n != rows {
		return fmt.Errorf("reading by DuckDB: %d rows came", n)
	}
	return nil
}

// readAsSource reads the file as a run does.
func readAsSource(ctx context.Context, dir, format string, rows int64) (err error) {
	form := fileform.Form{Snapshots: "ledger." + format, Format: format}.Default()
	table := archwire.Table{Source: "bench", Name: "ledger", Schema: files.Schema, Origin: "ledger", Form: form.String(), Key: []string{"id"}}
	for _, c := range fileColumns {
		t, err := archwire.ParseType(c.kind)
		if err != nil {
			return err
		}
		table.Columns = append(table.Columns, archwire.Column{Name: c.name, Type: t, Nullable: true})
	}
	source, err := files.Open(files.Config{
		Name: "bench", Store: object.NewDir(dir), Tables: []files.Table{{Table: table, Form: form}}, Connections: 2, Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	view, err := source.View(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	return drain(ctx, view, table, rows)
}

// drain reads all batches of a table.
func drain(ctx context.Context, view archwire.View, table archwire.Table, rows int64) error {
	chunks, err := view.Chunks(ctx, table)
	if err != nil {
		return err
	}
	for _, c := range chunks {
		for batch, err := range view.Batches(ctx, table, c) {
			if err != nil {
				return err
			}
			rows -= batch.NumRows()
		}
	}
	if rows != 0 {
		return fmt.Errorf("reading as a source: %d rows are missing", rows)
	}
	return nil
}
