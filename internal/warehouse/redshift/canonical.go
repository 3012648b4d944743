package redshift

import (
	"fmt"
	"strings"

	"archwire"
)

// canonicalText is the text of a row whose MD5 is its print: see
// docs/format/fingerprint.md. of is the relation that has the columns. Floating-point
// numbers have no such text here: SQL does not tell their bits.
func canonicalText(of string, columns []archwire.Column) string {
	return framed(columns, func(c archwire.Column) (name, value string) {
		name = of + "." + archwire.Quote(c.Name)
		return name, canonicalValue(c.Type, name)
	})
}

// canonicalValue is the text of a value that is not NULL. Dates and instants are
// counted, not written: DATEDIFF counts whole units between two of them.
func canonicalValue(t archwire.Type, name string) string {
	switch t.Kind { //nolint:exhaustive // the rest are numbers
	case archwire.Bool:
		return "CASE WHEN " + name + " THEN 't' ELSE 'f' END"
	case archwire.Text, archwire.JSON, archwire.UUID:
		return name
	case archwire.Bytes:
		return "LOWER(TO_HEX(" + name + "))"
	case archwire.Date:
		return "CAST(DATEDIFF(day, DATE '1970-01-01', " + name + ") AS VARCHAR(20))"
	case archwire.Time:
		return "CAST(DATEDIFF(microsecond, TIME '00:00:00', " + name + ") AS VARCHAR(20))"
	case archwire.Timestamp:
		return "CAST(DATEDIFF(microsecond, TIMESTAMP '1970-01-01 00:00:00', " + name + ") AS VARCHAR(20))"
	case archwire.TimestampTZ:
		return "CAST(DATEDIFF(microsecond, TIMESTAMP '1970-01-01 00:00:00', " + name + " AT TIME ZONE 'UTC') AS VARCHAR(20))"
	}
	return "CAST(" + name + " AS VARCHAR(64))"
}

// hashes15 is the print of a row: the first 15 hexadecimal digits of the MD5, a number
// below 2^60.
func hashes15(text string) string { return "STRTOL(LEFT(MD5(" + text + "), 15), 16)" }

// hasFloats says whether a column is a floating-point number.
func hasFloats(columns []archwire.Column) bool {
	for _, c := range columns {
		if isFloat(c.Type) {
			return true
		}
	}
	return false
}

func isFloat(t archwire.Type) bool { return t.Kind == archwire.Float32 || t.Kind == archwire.Float64 }

// identity are the expressions by which two rows are the same row, and only then: the
// MD5 of what has a text, and the floating-point numbers themselves, of which each is
// equal to itself alone (exact.go). Long texts and bytes count by their own MD5, so that
// the whole fits a VARCHAR however long they are.
func identity(of string, columns []archwire.Column) (expressions []string) {
	var texts []string
	for _, c := range columns {
		name := of + "." + archwire.Quote(c.Name)
		switch c.Type.Kind { //nolint:exhaustive // the rest are short
		case archwire.Float32, archwire.Float64:
			texts = append(texts, "CASE WHEN "+name+" IS NULL THEN 'N' ELSE 'F' END")
			expressions = append(expressions, "COALESCE("+name+", 0)")
		case archwire.Text, archwire.JSON, archwire.UUID:
			texts = append(texts, "CASE WHEN "+name+" IS NULL THEN 'N' ELSE CAST(OCTET_LENGTH("+name+") AS VARCHAR(20)) || ':' || MD5("+name+") END")
		case archwire.Bytes:
			texts = append(texts, "CASE WHEN "+name+" IS NULL THEN 'N' ELSE MD5(TO_HEX("+name+")) END")
		default:
			texts = append(texts, canonicalText(of, []archwire.Column{c}))
		}
	}
	digest := "''"
	if len(texts) > 0 {
		digest = "MD5(" + strings.Join(texts, " || ") + ")"
	}
	return append([]string{digest}, expressions...)
}

// identityNames are the names of identity's expressions: by number, since a column's own
// name may be as long as a name can be.
func identityNames(columns []archwire.Column) []string {
	names := []string{`"archwire digest"`}
	for _, c := range columns {
		if isFloat(c.Type) {
			names = append(names, fmt.Sprintf(`"archwire float %d"`, len(names)))
		}
	}
	return names
}

// sameKey is the condition that two relations agree in columns, NULL and blanks at the
// end of texts included. Each part of it is an equation, so that rows are joined by
// hashing.
func sameKey(columns []archwire.Column, a, b string) string {
	var conditions []string
	equal := func(x, y string) { conditions = append(conditions, x+" = "+y) }
	for _, c := range columns {
		x, y := a+"."+archwire.Quote(c.Name), b+"."+archwire.Quote(c.Name)
		text := c.Type.Kind == archwire.Text || c.Type.Kind == archwire.JSON || c.Type.Kind == archwire.UUID
		switch {
		case text && c.Nullable:
			equal("COALESCE("+x+", '')", "COALESCE("+y+", '')")
			equal("COALESCE(OCTET_LENGTH("+x+"), -1)", "COALESCE(OCTET_LENGTH("+y+"), -1)")
		case text:
			equal(x, y)
			equal("OCTET_LENGTH("+x+")", "OCTET_LENGTH("+y+")")
		case c.Nullable:
			one := []archwire.Column{c}
			equal(canonicalText(a, one), canonicalText(b, one))
		default:
			equal(x, y)
		}
	}
	return strings.Join(conditions, " AND ")
}
