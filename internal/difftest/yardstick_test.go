// Package difftest compares every metric that the product serves with the same
// metric computed by independent SQL from the rows of the source databases.
//
// The SQL lies in testdata/sql, one file a metric. A file gives one row for each
// thing that counts: the practice, the day it counts on, the dimensions, the
// numerator and, of a ratio, the denominator; $1 is the business date. The files
// say what the definitions say, as plainly as SQL can, and share nothing with
// the project under test.
package difftest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire/internal/demo"
	"archwire/internal/testdb"
	"archwire/internal/testdb/sqlserver"
)

// A yardstick is a database of its own that holds the rows of both sources, in
// schemas of their names. The sources stay as they are.
type yardstick struct {
	conn *pgx.Conn
	asOf string // the business date

	since string // month ends up to it are not kept; "" keeps all

	firstMonth   string            // the first day of the month with the first entry in the ledger
	firstPosting map[string]string // the day of that entry, by practice; "" for all

	hasDenominator bool // whether the metric counted last has one
}

// newYardstick makes an empty one.
func newYardstick(t *testing.T) *yardstick {
	t.Helper()
	y := &yardstick{conn: connect(t, testdb.Postgres(t))}
	for schema, ddl := range map[string]string{"rcm": demo.RCMSchema, "pms": demo.PMSSchema} {
		y.exec(t, "create schema "+schema+"; set search_path = "+schema+";"+ddl)
	}
	y.exec(t, "set search_path = public; set jit = off;"+readFile(t, "testdata/setup.sql"))
	return y
}

// fill replaces all rows by those of the two databases.
func (y *yardstick) fill(t *testing.T, rcm, pms string) {
	t.Helper()
	for schema, url := range map[string]string{"rcm": rcm, "pms": pms} {
		if demo.OnSQLServer(url) {
			y.copyServer(t, url, schema)
			continue
		}
		source := connect(t, url)
		for table, columns := range y.tables(t, schema) {
			y.copyTable(t, source, schema+"."+table, table, columns)
		}
	}
	filled := strings.ReplaceAll(readFile(t, "testdata/filled.sql"), ":since", cmp.Or(y.since, "-infinity"))
	for statement := range strings.SplitSeq(filled, ";\n") {
		y.exec(t, statement)
	}
	y.exec(t, "create or replace function reconciled(as_of date) returns table (practice_id text, month text, location_id text, comparison text, cause text, value text) stable language sql as $fn$"+
		readFile(t, "testdata/reconcile.sql")+"$fn$")
	y.asOf = y.value(t, `select max(as_of)::text from rcm.demo_clock`)
	y.firstPosting = map[string]string{}
	y.each(t, `select coalesce(practice_id::text, ''), min(posting_date)::text from rcm.ledger_transaction group by rollup (practice_id)`,
		func(row []string) { y.firstPosting[row[0]] = row[1] })
	y.firstMonth = y.firstPosting[""][:len("2006-01")] + "-01"
}

// tables gives the column lists of those tables of a schema that the SQL reads.
func (y *yardstick) tables(t *testing.T, schema string) map[string]string {
	t.Helper()
	rows, err := y.conn.Query(t.Context(), `select table_name::text, string_agg(quote_ident(column_name), ', ' order by ordinal_position)
		from information_schema.columns where table_schema = $1 group by table_name`, schema)
	if err != nil {
		t.Fatalf("listing the tables of %s: %v", schema, err)
	}
	columns := map[string]string{}
	var table, list string
	if _, err := pgx.ForEachRow(rows, []any{&table, &list}, func() error { columns[table] = list; return nil }); err != nil {
		t.Fatalf("listing the tables of %s: %v", schema, err)
	}
	used := readAll(t)
	maps.DeleteFunc(columns, func(table, _ string) bool { return !strings.Contains(used, schema+"."+table) })
	return columns
}

// readAll is all the SQL.
func readAll(t *testing.T) string {
	t.Helper()
	all := "rcm.practice rcm.demo_clock" + readFile(t, "testdata/setup.sql")
	for _, list := range lists(t) {
		all += readFile(t, filepath.Join("testdata/lists", list+".sql"))
	}
	for _, metric := range metrics(t) {
		all += readFile(t, filepath.Join("testdata/sql", metric+".sql"))
	}
	return all
}

func (y *yardstick) copyTable(t *testing.T, source *pgx.Conn, to, from, columns string) {
	t.Helper()
	ctx := t.Context()
	y.exec(t, "truncate "+to)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := source.PgConn().CopyTo(ctx, w, fmt.Sprintf("copy %s (%s) to stdout (format binary)", from, columns))
		w.CloseWithError(err)
		done <- err
	}()
	_, err := y.conn.PgConn().CopyFrom(ctx, r, fmt.Sprintf("copy %s (%s) from stdin (format binary)", to, columns))
	r.CloseWithError(err)
	if sent := <-done; sent != nil {
		t.Fatalf("reading %s: %v", to, sent)
	}
	if err != nil {
		t.Fatalf("writing %s: %v", to, err)
	}
}

// copyServer replaces the rows of a schema by those of a database of SQL Server.
func (y *yardstick) copyServer(t *testing.T, url, schema string) {
	t.Helper()
	server := sqlserver.Open(t, url)
	for table := range y.tables(t, schema) {
		y.exec(t, "truncate "+schema+"."+table)
		sqlserver.CopyToPostgres(t, server, table, y.conn, schema, table)
	}
}

// count computes what counts for a metric and keeps it, as table fact, for
// answers; it returns the metric's dimensions. What is summed is kept as a sum of
// each day.
func (y *yardstick) count(t *testing.T, metric string) (dimensions []string) {
	t.Helper()
	sql := strings.ReplaceAll(readFile(t, filepath.Join("testdata/sql", metric+".sql")), "$1::date", "date '"+y.asOf+"'")
	columns := y.columns(t, sql)
	y.hasDenominator = slices.Contains(columns, "denominator")
	denominator := "null::numeric"
	if y.hasDenominator {
		denominator = "denominator"
	}
	dimensions = slices.DeleteFunc(columns, func(c string) bool {
		return slices.Contains([]string{"practice_id", "day", "numerator", "denominator"}, c)
	})
	by := strings.Join(append([]string{"practice_id", "day"}, dimensions...), ", ")
	fact := by + ", numerator, " + denominator + " as denominator from (" + sql + ") counted"
	if methodOf(metric).percentile == "" {
		fact = by + ", sum(numerator) as numerator, sum(" + denominator + ") as denominator from (" + sql + ") counted group by " + by
	}
	y.exec(t, "drop table if exists fact; create temp table fact as select "+fact)
	return dimensions
}

// columns are those that a query gives, which is not carried out.
func (y *yardstick) columns(t *testing.T, sql string) (names []string) {
	t.Helper()
	described, err := y.conn.Prepare(t.Context(), "", sql)
	if err != nil {
		t.Fatalf("describing %.300s: %v", sql, err)
	}
	for _, f := range described.Fields {
		names = append(names, f.Name)
	}
	return names
}

// practices lists the practices.
func (y *yardstick) practices(t *testing.T) []string {
	t.Helper()
	return y.list(t, "select practice_id::text from rcm.practice order by practice_id")
}

// list is the one column that a query gives.
func (y *yardstick) list(t *testing.T, sql string) []string {
	t.Helper()
	rows, err := y.conn.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatalf("asking %.300s: %v", sql, err)
	}
	column, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("asking %.300s: %v", sql, err)
	}
	return column
}

// exec runs statements, by the simple protocol.
func (y *yardstick) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := y.conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatalf("running %.300s: %v", sql, err)
	}
}

// value is the one value that a query gives.
func (y *yardstick) value(t *testing.T, sql string) string {
	t.Helper()
	var v string
	if err := y.conn.QueryRow(t.Context(), sql, pgx.QueryExecModeSimpleProtocol).Scan(&v); err != nil {
		t.Fatalf("asking %.300s: %v", sql, err)
	}
	return v
}

// metrics lists the metrics that have SQL.
func metrics(t *testing.T) []string {
	t.Helper()
	return named(t, "testdata/sql/*.sql")
}

// named are the names of the SQL files of a pattern; there are some.
func named(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("listing %s: %v, %d files", pattern, err, len(files))
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".sql")
	}
	return files
}

// lists lists the lists of rows that have SQL.
func lists(t *testing.T) []string {
	t.Helper()
	return named(t, "testdata/lists/*.sql")
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connecting: %v", err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // nothing left to lose
	return conn
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
