package pulltest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire/internal/testdb"
)

// A target is what a partner keeps, as the test looks at it: with SQL of its own.
type target interface {
	into() string

	// unlike says how it differs from an expectation; "" when it does not.
	unlike(t *testing.T, h *history, e expectation) string

	// held is everything that it holds: files as they are, and rows as texts.
	held(t *testing.T, h *history) []byte
}

// rowsOf are the numbers of rows that only the one or only the other relation has.
func differing(t *testing.T, db *sql.DB, one, other string) string {
	t.Helper()
	var more, less int
	must(t, db.QueryRowContext(t.Context(), "select (select count(*) from (select * from "+one+" except all select * from "+other+")), "+
		"(select count(*) from (select * from "+other+" except all select * from "+one+"))").Scan(&more, &less))
	if more+less > 0 {
		return fmt.Sprintf("%d rows too many, %d too few", more, less)
	}
	return ""
}

// sorted is a relation with its columns in the order of their names.
func sorted(t *testing.T, db *sql.DB, relation string) string {
	t.Helper()
	var names []string
	for _, c := range columns(t, db, relation) {
		name, _, _ := strings.Cut(c, " ")
		names = append(names, name)
	}
	return "(select " + strings.Join(names, ", ") + " from " + relation + ")"
}

// plain are the columns of a relation, each as its type there.
func plain(t *testing.T, db *sql.DB, relation string) (out []string) {
	t.Helper()
	for _, c := range columns(t, db, relation) {
		name, kind, _ := strings.Cut(c, " ")
		out = append(out, name+"::"+kind)
	}
	return out
}

// A fileTarget is a DuckDB file.
type fileTarget struct{ path string }

func (f fileTarget) into() string { return "duckdb:" + f.path }

func (f fileTarget) unlike(t *testing.T, h *history, e expectation) string {
	t.Helper()
	ctx := t.Context()
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return unlikeNothing(e)
	}
	_, err := h.judge.ExecContext(ctx, "attach '"+f.path+"' as partner (read_only)")
	must(t, err)
	defer func() {
		_, err := h.judge.ExecContext(context.WithoutCancel(ctx), "detach partner")
		must(t, err)
	}()
	tables := texts(t, h.judge, "select table_name from duckdb_tables() where database_name = 'partner' order by 1")
	if len(tables) == 0 {
		return unlikeNothing(e)
	}
	if diff := unlikeTables(e, tables); diff != "" {
		return diff
	}
	if p := texts(t, h.judge, "select publication from partner.archwire_pull"); !slices.Equal(p, []string{string(e.publication)}) {
		return fmt.Sprintf("it holds publication %v", p)
	}
	for _, d := range e.datasets() {
		got, want := "partner."+d, e.relation(d)
		if a, b := columns(t, h.judge, got), columns(t, h.judge, want); !slices.Equal(a, b) {
			return fmt.Sprintf("%s has the columns %v, not %v", d, a, b)
		}
		if diff := differing(t, h.judge, sorted(t, h.judge, got), sorted(t, h.judge, want)); diff != "" {
			return d + ": " + diff
		}
	}
	return ""
}

// unlikeNothing says how nothing at all differs from an expectation.
func unlikeNothing(e expectation) string {
	if e.publication == "" {
		return ""
	}
	return "nothing is there"
}

func unlikeTables(e expectation, tables []string) string {
	want := append([]string{"archwire_pull", "archwire_pull_slice"}, e.datasets()...)
	slices.Sort(want)
	if !slices.Equal(tables, want) {
		return fmt.Sprintf("it has the tables %v, not %v", tables, want)
	}
	return ""
}

func texts(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close() //nolint:errcheck // read to its end
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		out = append(out, text)
	}
	must(t, rows.Err())
	return out
}

// A folderTarget is a folder.
type folderTarget struct{ dir string }

func (f folderTarget) into() string { return f.dir }

func (f folderTarget) unlike(t *testing.T, h *history, e expectation) string {
	t.Helper()
	current := filepath.Join(f.dir, "current")
	if _, err := os.Stat(current); errors.Is(err, fs.ErrNotExist) {
		return unlikeNothing(e)
	}
	if p := texts(t, h.judge, "select publication from read_json('"+current+"/manifest.json', columns = {publication: 'VARCHAR'})"); !slices.Equal(p, []string{string(e.publication)}) {
		return fmt.Sprintf("it holds publication %v", p)
	}
	var want, got []string
	for _, d := range e.datasets() {
		for _, x := range e.files[d] {
			want = append(want, d+"/"+x.practice+".parquet")
			if diff := unlikeFile(t, h, filepath.Join(current, d, x.practice+".parquet"), x); diff != "" {
				return fmt.Sprintf("%s of %s %s", d, x.practice, diff)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(current, "*", "*"))
	must(t, err)
	for _, path := range files {
		name, err := filepath.Rel(current, path)
		must(t, err)
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Sprintf("it has the files %v, not %v", got, want)
	}
	for _, d := range e.datasets() {
		glob := "read_parquet('" + current + "/" + d + "/*.parquet', union_by_name = true)"
		if diff := differing(t, h.judge, sorted(t, h.judge, glob), "(select "+strings.Join(plain(t, h.judge, glob), ", ")+" from "+e.relation(d)+")"); diff != "" {
			return d + ": " + diff
		}
	}
	return ""
}

// unlikeFile says how a file differs from what is expected: in its bytes or, where it is
// made for the partner, in its columns, its rows or the order of either.
func unlikeFile(t *testing.T, h *history, path string, x expected) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		return "is not there"
	}
	if !x.made {
		if kept, err := os.ReadFile(x.path); err != nil || string(kept) != string(content) {
			return "has other bytes"
		}
		return ""
	}
	shape := func(path string) []string {
		return texts(t, h.judge, "select column_name || ' ' || column_type from (describe select * from '"+path+"')")
	}
	if got, want := shape(path), shape(x.path); !slices.Equal(got, want) {
		return fmt.Sprintf("has the columns %v, not %v", got, want)
	}
	return differing(t, h.judge, "read_parquet('"+path+"', file_row_number = true)", "read_parquet('"+x.path+"', file_row_number = true)")
}

// A databaseTarget is a PostgreSQL database.
type databaseTarget struct{ url string }

func (d databaseTarget) into() string { return "postgres:${PARTNER_URL}" }

func (d databaseTarget) unlike(t *testing.T, h *history, e expectation) string {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, d.url)
	must(t, err)
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	list := func(query string) (out []string) {
		rows, err := conn.Query(ctx, query)
		must(t, err)
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		return out
	}
	tables := list("select tablename::text from pg_tables where schemaname = 'public' order by 1")
	if len(tables) == 0 {
		return unlikeNothing(e)
	}
	if diff := unlikeTables(e, tables); diff != "" {
		return diff
	}
	if p := list("select publication from archwire_pull"); !slices.Equal(p, []string{string(e.publication)}) {
		return fmt.Sprintf("it holds publication %v", p)
	}
	for _, dataset := range e.datasets() {
		want := columns(t, h.judge, e.relation(dataset))
		got := list("select column_name::text || ' ' || format_type(a.atttypid, a.atttypmod) from information_schema.columns c join pg_attribute a on a.attrelid = '" +
			dataset + "'::regclass and a.attname = c.column_name where table_schema = 'public' and table_name = '" + dataset + "' order by column_name collate \"C\"")
		for i := range want {
			name, kind, _ := strings.Cut(want[i], " ")
			want[i] = name + " " + inPostgres(kind)
		}
		if !slices.Equal(got, want) {
			return fmt.Sprintf("%s has the columns %v, not %v", dataset, got, want)
		}
		if diff := d.rows(t, h, conn, e, dataset); diff != "" {
			return dataset + ": " + diff
		}
	}
	return ""
}

// rows compares a table with the rows expected, which come into the database by
// DuckDB's CSV, all as PostgreSQL reads the text of their types.
func (d databaseTarget) rows(t *testing.T, h *history, conn *pgx.Conn, e expectation, dataset string) string {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "expected.csv")
	var names, values, same []string
	for _, c := range columns(t, h.judge, e.relation(dataset)) {
		name, kind, _ := strings.Cut(c, " ")
		names = append(names, name)
		value, text := name, name
		switch kind {
		case "BLOB":
			value = `'\x' || hex(` + name + ")"
		case "JSON":
			text = name + "::text"
		}
		values, same = append(values, value), append(same, text)
	}
	_, err := h.judge.ExecContext(ctx, "set TimeZone = 'UTC'; copy (select "+strings.Join(values, ", ")+" from "+e.relation(dataset)+") to '"+path+
		"' (format csv, header false, force_quote *, nullstr 'NOTHING')")
	must(t, err)
	_, err = conn.Exec(ctx, "drop table if exists pg_temp.expected; create temp table expected as select "+strings.Join(names, ", ")+" from public."+dataset+" limit 0")
	must(t, err)
	f, err := os.Open(path)
	must(t, err)
	defer f.Close() //nolint:errcheck // opened for reading
	_, err = conn.PgConn().CopyFrom(ctx, f, "copy pg_temp.expected from stdin (format csv, null 'NOTHING')")
	must(t, err)
	var more, less int
	one, other := "select "+strings.Join(same, ", ")+" from public."+dataset, "select "+strings.Join(same, ", ")+" from pg_temp.expected"
	must(t, conn.QueryRow(ctx, "select (select count(*) from ("+one+" except all "+other+") x), (select count(*) from ("+other+" except all "+one+") x)").Scan(&more, &less))
	if more+less > 0 {
		return fmt.Sprintf("%d rows too many, %d too few", more, less)
	}
	return ""
}

// inPostgres is PostgreSQL's type for DuckDB's.
func inPostgres(kind string) string {
	if rest, ok := strings.CutPrefix(kind, "DECIMAL"); ok {
		return "numeric" + rest
	}
	return map[string]string{
		"VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "integer", "SMALLINT": "smallint", "BOOLEAN": "boolean", "DOUBLE": "double precision", "FLOAT": "real",
		"DATE": "date", "TIME": "time without time zone", "TIMESTAMP": "timestamp without time zone", "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
		"BLOB": "bytea", "UUID": "uuid", "JSON": "json",
	}[kind]
}

// targets are one of each kind.
func targets(t *testing.T) []target {
	t.Helper()
	dir := t.TempDir()
	return []target{folderTarget{filepath.Join(dir, "folder")}, fileTarget{filepath.Join(dir, "partner.duckdb")}, databaseTarget{testdb.Postgres(t)}}
}
