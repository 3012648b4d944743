package postgres

import (
	"fmt"
	"strings"

	"archwire"
)

// A printed column says how SQL reads one column's value for a fingerprint; the
// format is in docs/format/fingerprint.md.
type printed struct {
	typ   archwire.Type
	value string // of the kind's own type, or text for what is copied as text
	exact bool   // a decimal whose type admits no other scale
}

// baseTypes are what a value is read as, whatever domain it came from.
var baseTypes = map[archwire.Kind]string{
	archwire.Bool: "bool", archwire.Int16: "int2", archwire.Int32: "int4", archwire.Int64: "int8",
	archwire.Float32: "float4", archwire.Float64: "float8", archwire.Decimal: "numeric",
	archwire.Text: "text", archwire.JSON: "text", archwire.UUID: "uuid", archwire.Bytes: "bytea", archwire.Date: "date",
	archwire.Time: "time", archwire.Timestamp: "timestamp", archwire.TimestampTZ: "timestamptz",
}

func newPrinted(f form, a attribute, typ archwire.Type) printed {
	value := fmt.Sprintf(f.sel, archwire.Quote(a.name))
	switch {
	case a.typ.name == "bpchar" && f.sel == asIs:
		// A cast to text would take the padding off, which is copied.
		value = "pg_catalog.textin(pg_catalog.bpcharout(" + value + "))"
	case a.typ.name == "xid", a.typ.name == "cid":
		value += "::pg_catalog.text" // no number is nearer to them
	}
	_, natural := naturalDecimal(a)
	return printed{typ: typ, value: "(" + value + ")::pg_catalog." + baseTypes[typ.Kind], exact: natural && typ.Kind == archwire.Decimal}
}

// naturalDecimal is the type of a numeric column with a declared precision.
func naturalDecimal(a attribute) (archwire.Type, bool) {
	_, typ, refused := natural(a.typ)
	return typ, typ.Kind == archwire.Decimal && refused == ""
}

// A dialect is what the server's encoding changes.
type dialect struct {
	convert bool // text must be turned into UTF-8 to be hashed
}

// elements are what the column gives to the row that is hashed as a record, and
// what is mixed in beside it: the upper halves of long numbers, which the
// server's hash folds onto the lower.
func (d dialect) elements(c printed) (row []string, beside string) {
	switch c.typ.Kind { //nolint:exhaustive // the others are hashed as they are
	case archwire.Int64:
		return []string{c.value}, "coalesce(" + c.value + " >> 32, 0)"
	case archwire.Float32, archwire.Float64:
		return []string{d.sent(c)}, "" // hashed as they are, -0 would be 0
	case archwire.Decimal:
		return []string{c.value, c.value + " < 0"}, "" // the sign is no part of a number's hash
	case archwire.Text, archwire.JSON:
		if d.convert {
			return []string{"pg_catalog.convert_to(" + c.value + ", 'UTF8')"}, ""
		}
		return []string{c.value + ` collate "C"`}, ""
	}
	return []string{c.value}, ""
}

// sent is the value's bytes on the wire.
func (d dialect) sent(c printed) string {
	return "pg_catalog." + baseTypes[c.typ.Kind] + "send(" + c.value + ")"
}

// text is the canonical text of a value.
func (d dialect) text(c printed) string {
	switch c.typ.Kind { //nolint:exhaustive // the others print as they should
	case archwire.Bool:
		return "pg_catalog.substr(" + c.value + "::pg_catalog.text, 1, 1)"
	case archwire.Float32, archwire.Float64:
		return "pg_catalog.encode(" + d.sent(c) + ", 'hex')"
	case archwire.Decimal:
		if c.exact {
			break
		}
		rounded := fmt.Sprintf("pg_catalog.round(%s, %d)", c.value, c.typ.Scale)
		return fmt.Sprintf("(case when %s = %s then %s else %s end)::pg_catalog.text", rounded, c.value, rounded, c.value)
	case archwire.Bytes:
		return "pg_catalog.encode(" + c.value + ", 'hex')"
	case archwire.Date:
		return finite(c, c.value+" - '1970-01-01'::pg_catalog.date")
	case archwire.Time:
		return "(" + wide("time_send("+c.value+")") + ")::pg_catalog.text"
	case archwire.Timestamp, archwire.TimestampTZ:
		return finite(c, fmt.Sprintf("%s::pg_catalog.numeric + %d", wide(baseTypes[c.typ.Kind]+"_send("+c.value+")"), microsTo2000))
	}
	return c.value + "::pg_catalog.text"
}

// finite counts from 1970, where there is something to count.
func finite(c printed, count string) string {
	return "case when pg_catalog.isfinite(" + c.value + ") then (" + count + ")::pg_catalog.text else " + c.value + "::pg_catalog.text end"
}

// wide reads eight bytes as the number that they are on the wire.
func wide(sent string) string {
	return "('x' || pg_catalog.encode(pg_catalog." + sent + ", 'hex'))::bit(64)::pg_catalog.int8"
}

// row hashes the columns together.
func (d dialect) row(hash archwire.Hash, columns []printed) string {
	if hash == archwire.HashMD5 {
		return d.md5(columns)
	}
	var row, besides []string
	for _, c := range columns {
		elements, beside := d.elements(c)
		row = append(row, elements...)
		if beside != "" {
			besides = append(besides, beside)
		}
	}
	record := "pg_catalog.hash_record_extended(row(" + strings.Join(row, ", ") + "), 0)"
	return strings.Join(append([]string{record}, besides...), " # ")
}

func (d dialect) md5(columns []printed) string {
	utf8 := func(text string) string {
		if d.convert {
			return "pg_catalog.convert_to(" + text + ", 'UTF8')"
		}
		return text
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		text := d.text(c)
		values[i] = fmt.Sprintf("coalesce(pg_catalog.octet_length(%s)::pg_catalog.text || ':' || %s, 'N')", utf8(text), text)
	}
	all := "pg_catalog.array_to_string(array[" + strings.Join(values, ", ") + "]::pg_catalog.text[], '')"
	return "('x' || pg_catalog.substr(pg_catalog.md5(" + utf8(all) + "), 1, 15))::bit(60)::pg_catalog.int8"
}
