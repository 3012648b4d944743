package difftest

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"archwire/examples/orthodontics"
	"archwire/internal/demo"
	"archwire/internal/demo/database"
	"archwire/internal/testdb"
	"archwire/internal/testdb/sqlserver"
)

// onSQLServer says whether all comparisons are made with pms in SQL Server.
func onSQLServer(t *testing.T) bool {
	t.Helper()
	where := cmp.Or(os.Getenv("DIFFTEST_PMS"), "postgres")
	if where != "postgres" && where != "sqlserver" {
		t.Fatalf("DIFFTEST_PMS=%s is neither postgres nor sqlserver", where)
	}
	return where == "sqlserver"
}

// moveToSQLServer gives the product an empty database of SQL Server for pms.
func (p *product) moveToSQLServer(t *testing.T) {
	t.Helper()
	p.PMS = sqlserver.Database(t)
	p.pms = p.PMS
	if err := os.WriteFile(filepath.Join(p.dir, orthodontics.PMSFile), orthodontics.PMSOnSQLServer, 0o600); err != nil {
		t.Fatal(err)
	}
}

// inPMS changes pms by statements of PostgreSQL. Where it lies in SQL Server its rows
// are changed in a database of PostgreSQL, and all of them take the place of those
// that were there.
func (p *product) inPMS(t *testing.T, statements ...string) {
	t.Helper()
	if !demo.OnSQLServer(p.pms) {
		testdb.Exec(t, p.pms, statements...)
		return
	}
	twin, server := testdb.Postgres(t), sqlserver.Open(t, p.pms)
	testdb.Exec(t, twin, demo.PMSSchema)
	conn := connect(t, twin)
	tables := slices.Sorted(maps.Keys(columnsOf(t, conn, "public")))
	for _, table := range tables {
		copyFromServer(t, server, conn, table, "public", table)
		if _, err := server.ExecContext(t.Context(), "truncate table [dbo].["+table+"]"); err != nil {
			t.Fatalf("emptying %s: %v", table, err)
		}
	}
	testdb.Exec(t, twin, statements...)
	for _, table := range tables {
		p.copyToServer(t, conn, table)
	}
}

// createPMS makes the tables of pms, empty.
func (p *product) createPMS(t *testing.T) {
	t.Helper()
	if !demo.OnSQLServer(p.pms) {
		testdb.Exec(t, p.pms, demo.PMSSchema)
		return
	}
	db, err := database.SQLServer(p.pms)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Create(t.Context(), demo.PMSSQLServerSchema); err != nil {
		t.Fatal(err)
	}
	if err := db.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// copyToServer copies a table of PostgreSQL into pms.
func (p *product) copyToServer(t *testing.T, from *pgx.Conn, table string) {
	t.Helper()
	var out bytes.Buffer
	if _, err := from.PgConn().CopyTo(t.Context(), &out, "copy "+table+" to stdout (format binary)"); err != nil {
		t.Fatalf("reading %s: %v", table, err)
	}
	const header, trailer = 19, 2 // as the format says
	db, err := database.SQLServer(p.pms)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // nothing left to lose
	if err := conn.Copy(t.Context(), table, out.Bytes()[header:out.Len()-trailer]); err != nil {
		t.Fatal(err)
	}
}

// copyFromServer copies a table of SQL Server, as its driver reads it, into one of
// PostgreSQL.
func copyFromServer(t *testing.T, server *sql.DB, to *pgx.Conn, from, schema, table string) {
	t.Helper()
	columns := columnsOf(t, to, schema)[table]
	names := make([]string, len(columns))
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		names[i], into[i] = c.name, &values[i]
	}
	rows, err := server.QueryContext(t.Context(), "select ["+strings.Join(names, "], [")+"] from [dbo].["+from+"]")
	if err != nil {
		t.Fatalf("reading %s: %v", from, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var text bytes.Buffer
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("reading %s: %v", from, err)
		}
		for i, c := range columns {
			text.WriteString(c.text(t, values[i]))
			text.WriteByte("\t\n"[min(1, (i+1)/len(columns))])
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("reading %s: %v", from, err)
	}
	if _, err := to.PgConn().CopyFrom(t.Context(), &text, fmt.Sprintf("copy %s.%s (%s) from stdin", schema, table, strings.Join(names, ", "))); err != nil {
		t.Fatalf("writing %s.%s: %v", schema, table, err)
	}
}

// A typedColumn is a column of PostgreSQL.
type typedColumn struct{ name, typ string }

// columnsOf lists the columns of all tables of a schema.
func columnsOf(t *testing.T, conn *pgx.Conn, schema string) map[string][]typedColumn {
	t.Helper()
	rows, err := conn.Query(t.Context(), `select table_name::text, column_name::text, udt_name::text
		from information_schema.columns where table_schema = $1 order by ordinal_position`, schema)
	if err != nil {
		t.Fatalf("listing columns: %v", err)
	}
	tables := map[string][]typedColumn{}
	var table string
	var c typedColumn
	if _, err := pgx.ForEachRow(rows, []any{&table, &c.name, &c.typ}, func() error { tables[table] = append(tables[table], c); return nil }); err != nil {
		t.Fatalf("listing columns: %v", err)
	}
	return tables
}

var escapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// text writes a value of the driver as COPY reads it.
func (c typedColumn) text(t *testing.T, value any) string {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return `\N`
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format("2006-01-02 15:04:05.999999Z07:00") // a date and a plain timestamp leave out what they have not
	case string:
		if strings.HasPrefix(c.typ, "_") {
			return escapes.Replace(listed(t, v))
		}
		return escapes.Replace(v)
	}
	t.Fatalf("%s has a value of %T", c.name, value)
	return ""
}

// listed writes a list, which SQL Server keeps as JSON, as an array of PostgreSQL.
func listed(t *testing.T, text string) string {
	t.Helper()
	var elements []json.RawMessage
	if err := json.Unmarshal([]byte(text), &elements); err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = string(e)
	}
	return "{" + strings.Join(texts, ",") + "}"
}
