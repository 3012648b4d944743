package redshift

import (
	"strconv"
	"strings"
	"time"

	"archwire"
)

// literal writes a text as a constant. Redshift reads a backslash in one as an escape,
// as PostgreSQL 8.0 did, and knows no setting against it.
func literal(s string) string {
	return "'" + literalEscapes.Replace(s) + "'"
}

var literalEscapes = strings.NewReplacer("'", "''", `\`, `\\`)

// bigint writes a whole number. The least one would be read as a minus before a number
// that is none.
func bigint(n int64) string {
	if n < 0 {
		return "CAST(" + literal(strconv.FormatInt(n, 10)) + " AS BIGINT)"
	}
	return "CAST(" + strconv.FormatInt(n, 10) + " AS BIGINT)"
}

// instant writes a time, in UTC.
func instant(t time.Time) string {
	return "CAST(" + literal(t.UTC().Format("2006-01-02 15:04:05.999999+00")) + " AS TIMESTAMPTZ)"
}

// relation is the name of a table in SQL.
func relation(schema, name string) string {
	return archwire.Quote(schema) + "." + archwire.Quote(name)
}
