package redshift

import (
	"strings"

	"archwire"
)

// rowText is a text that stands for a row: rows that differ have different ones, but
// for what MD5 does not tell apart. Each value is preceded by its length in bytes, and
// NULL is told from ”. Texts and bytes count by their MD5, so that the whole fits a
// VARCHAR however long they are. It is for comparing rows within one warehouse;
// docs/format/fingerprint.md has the one that sources share.
func rowText(columns []archwire.Column) string {
	return framed(columns, func(c archwire.Column) (name, value string) {
		name = archwire.Quote(c.Name)
		return name, valueText(c.Type.Kind, name)
	})
}

// framed joins the texts of columns: N for NULL, else the text's length in bytes, a colon
// and the text.
func framed(columns []archwire.Column, of func(archwire.Column) (name, value string)) string {
	if len(columns) == 0 {
		return "''"
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		name, value := of(c)
		values[i] = "CASE WHEN " + name + " IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH(" + value + ") AS VARCHAR(20)) || ':' || " + value + " END"
	}
	return strings.Join(values, " || ")
}

// valueText is the text of a value: one for each, and none for two.
func valueText(kind archwire.Kind, name string) string {
	switch kind { //nolint:exhaustive // the rest are whole numbers and decimals
	case archwire.Text, archwire.JSON, archwire.UUID:
		return "OCTET_LENGTH(" + name + ") || MD5(" + name + ")"
	case archwire.Bytes:
		return "MD5(TO_HEX(" + name + "))"
	case archwire.Bool, archwire.Float32, archwire.Float64, archwire.Date, archwire.Time, archwire.Timestamp, archwire.TimestampTZ:
		return plainText(kind, name)
	}
	return "CAST(" + name + " AS VARCHAR(64))"
}

// plainText is the text of a value as the embedded engine reads it back: instants in
// UTC, which is the session's time zone.
func plainText(kind archwire.Kind, name string) string {
	switch kind { //nolint:exhaustive // the rest need no text
	case archwire.Bool:
		return "CASE WHEN " + name + " THEN 'true' ELSE 'false' END"
	case archwire.Float32, archwire.Float64:
		return floatText("CAST(" + name + " AS DOUBLE PRECISION)")
	case archwire.Date:
		return "TO_CHAR(" + name + ", 'YYYY-MM-DD')"
	case archwire.Time:
		return "CAST(" + name + " AS VARCHAR(32))"
	case archwire.Timestamp, archwire.TimestampTZ:
		return "TO_CHAR(" + name + ", 'YYYY-MM-DD HH24:MI:SS.US')"
	case archwire.Bytes:
		return "TO_HEX(" + name + ")"
	}
	return name
}

// floatText is a text of a float that no other float has. That of a cast may leave
// the last digits out (extra_float_digits): what it leaves out follows it, which is a
// small multiple of the last bit and is written in full. Very large numbers are
// divided first, so that their text is not rounded to one that is none.
func floatText(value string) string {
	both := func(v string) string {
		text := "CAST(" + v + " AS VARCHAR(32))"
		return text + " || '~' || CAST(" + v + " - CAST(" + text + " AS DOUBLE PRECISION) AS VARCHAR(32))"
	}
	return "CASE WHEN ABS(" + value + ") > 1e300 THEN 'L' || " + both(value+" * 0.0625") + " ELSE " + both(value) + " END"
}
