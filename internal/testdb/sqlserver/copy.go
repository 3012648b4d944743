package sqlserver

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// CopyToPostgres copies a table of schema dbo, as the driver reads it, into a table of
// PostgreSQL with the columns of the same names. Lists of PostgreSQL are JSON in SQL
// Server.
func CopyToPostgres(tb testing.TB, server *sql.DB, from string, to *pgx.Conn, schema, table string) {
	tb.Helper()
	ctx := tb.Context()
	columns := columnsOf(tb, to, schema)[table]
	names := make([]string, len(columns))
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		names[i], into[i] = c.name, &values[i]
	}
	rows, err := server.QueryContext(ctx, "select ["+strings.Join(names, "], [")+"] from [dbo].["+from+"]")
	if err != nil {
		tb.Fatalf("reading %s: %v", from, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var text bytes.Buffer
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			tb.Fatalf("reading %s: %v", from, err)
		}
		for i, c := range columns {
			text.WriteString(c.text(tb, values[i]))
			text.WriteByte("\t\n"[min(1, (i+1)/len(columns))])
		}
	}
	if err := rows.Err(); err != nil {
		tb.Fatalf("reading %s: %v", from, err)
	}
	if _, err := to.PgConn().CopyFrom(ctx, &text, fmt.Sprintf("copy %s.%s (%s) from stdin", schema, table, strings.Join(names, ", "))); err != nil {
		tb.Fatalf("writing %s.%s: %v", schema, table, err)
	}
}

// A typedColumn is a column of PostgreSQL.
type typedColumn struct{ name, typ string }

// columnsOf lists the columns of all tables of a schema.
func columnsOf(tb testing.TB, conn *pgx.Conn, schema string) map[string][]typedColumn {
	tb.Helper()
	rows, err := conn.Query(tb.Context(), `select table_name::text, column_name::text, udt_name::text
		from information_schema.columns where table_schema = $1 order by ordinal_position`, schema)
	if err != nil {
		tb.Fatalf("listing columns: %v", err)
	}
	tables := map[string][]typedColumn{}
	var table string
	var c typedColumn
	if _, err := pgx.ForEachRow(rows, []any{&table, &c.name, &c.typ}, func() error { tables[table] = append(tables[table], c); return nil }); err != nil {
		tb.Fatalf("listing columns: %v", err)
	}
	return tables
}

var escapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// text writes a value of the driver as COPY reads it.
func (c typedColumn) text(tb testing.TB, value any) string {
	tb.Helper()
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
			return escapes.Replace(listed(tb, v))
		}
		return escapes.Replace(v)
	}
	tb.Fatalf("%s has a value of %T", c.name, value)
	return ""
}

// listed writes a list, which SQL Server keeps as JSON, as an array of PostgreSQL.
func listed(tb testing.TB, text string) string {
	tb.Helper()
	var elements []json.RawMessage
	if err := json.Unmarshal([]byte(text), &elements); err != nil {
		tb.Fatal(err)
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = string(e)
	}
	return "{" + strings.Join(texts, ",") + "}"
}
