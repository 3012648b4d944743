package database

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"archwire/internal/testdb"
)

// decodeTable has a column of each type that rows may have, and the edges of each.
const decodeTable = `
create table edge (id bigint, small smallint, whole integer, yes boolean, day date, at timestamp, instant timestamptz, word text, words text[], ids bigint[]);
insert into edge values
	(1, 0, 0, false, '2000-01-01', '2000-01-01', '2000-01-01Z', '', '{}', '{}'),
	(9223372036854775807, 32767, 2147483647, true, '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999Z', 'Zoë "O''Neil" \ 𝒳', '{a}', '{9223372036854775807}'),
	(-9223372036854775808, -32768, -2147483648, true, '0001-01-01', '0001-01-01', '0001-01-01Z', ' padded ', '{"a b","q\"",""}', '{-9223372036854775808,0,5}'),
	(4, 4, 4, false, '1999-12-31', '1999-12-31 23:59:59.999999', '2026-03-08 02:30:00.000001-07', 'tab	and
line', '{Zoë}', '{1,2}'),
	(5, null, null, null, null, null, null, null, null, null);`

// asWritten has PostgreSQL write the same rows, NULL aside, in the forms of ISO 8601 and JSON.
const asWritten = `select id::text, small::text, whole::text, yes::text, day::text, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
	to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), word, to_json(words)::text, to_json(ids)::text from edge order by ctid`

var decodeColumns = []column{
	{name: "id", kind: "bigint"},
	{name: "small", kind: "smallint"},
	{name: "whole", kind: "int"},
	{name: "yes", kind: "bit"},
	{name: "day", kind: "date"},
	{name: "at", kind: "datetime2", scale: 6},
	{name: "instant", kind: "datetimeoffset", scale: 6},
	{name: "word", kind: "nvarchar", bytes: -1},
	{name: "words", kind: "nvarchar", bytes: -1},
	{name: "ids", kind: "nvarchar", bytes: -1},
}

// TestRowsAreReadAsPostgreSQLWritesThem compares what is read of a binary COPY with
// PostgreSQL's own text of the same rows.
func TestRowsAreReadAsPostgreSQLWritesThem(t *testing.T) {
	t.Parallel()
	rows, want := copied(t)
	var got [][]string
	for values, err := range rows.decode(decodeColumns) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, written(values))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PostgreSQL's text and what was read (-PostgreSQL, +read):\n%s", diff)
	}
}

// TestRowsThatAreCutOffAreAnError cuts them at every byte that is not the end of a row.
func TestRowsThatAreCutOffAreAnError(t *testing.T) {
	t.Parallel()
	rows, _ := copied(t)
	ends := map[int]bool{}
	for at := 0; at < len(rows); {
		ends[at] = true
		rest, err := decodeRow(rows[at:], decodeColumns, make([]any, len(decodeColumns)))
		if err != nil {
			t.Fatal(err)
		}
		at = len(rows) - len(rest)
	}
	for n := range rows {
		var failed error
		for _, err := range rows[:n].decode(decodeColumns) {
			failed = err
		}
		if (failed == nil) != ends[n] {
			t.Errorf("%d of %d bytes: %v", n, len(rows), failed)
		}
	}
}

// copied copies the table out, and has PostgreSQL write its rows.
func copied(t *testing.T) (rows Rows, texts [][]string) {
	t.Helper()
	dsn := testdb.Postgres(t)
	testdb.Exec(t, dsn, decodeTable)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // nothing left to lose
	var out bytes.Buffer
	if _, err := conn.PgConn().CopyTo(t.Context(), &out, "copy edge to stdout (format binary)"); err != nil {
		t.Fatal(err)
	}
	result := conn.PgConn().ExecParams(t.Context(), asWritten, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	for _, row := range result.Rows {
		text := make([]string, len(row))
		for i, field := range row {
			text[i] = string(field)
			if field == nil {
				text[i] = "NULL"
			}
		}
		texts = append(texts, text)
	}
	return Rows(bytes.TrimSuffix(bytes.TrimPrefix(out.Bytes(), []byte(copyHeader)), []byte(copyTrailer))), texts
}

func written(values []any) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			texts[i] = "NULL"
		case time.Time:
			texts[i] = v.Format("2006-01-02T15:04:05.000000")
			if decodeColumns[i].kind == "date" {
				texts[i] = strings.TrimSuffix(texts[i], "T00:00:00.000000")
			}
		default:
			texts[i] = fmt.Sprint(v)
		}
	}
	return texts
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]column{ // sys.columns: max_length is in bytes, -1 is max
		"bigint":            {kind: "bigint", bytes: 8},
		"nvarchar(40)":      {kind: "nvarchar", bytes: 80},
		"nvarchar(max)":     {kind: "nvarchar", bytes: -1},
		"varchar(12)":       {kind: "varchar", bytes: 12},
		"char(2)":           {kind: "char", bytes: 2},
		"date":              {kind: "date", bytes: 3},
		"datetime2(6)":      {kind: "datetime2", bytes: 8, scale: 6},
		"datetimeoffset(6)": {kind: "datetimeoffset", bytes: 10, scale: 6},
	} {
		if got := c.declaration(); got != want {
			t.Errorf("%+v: got %s, want %s", c, got, want)
		}
	}
}
