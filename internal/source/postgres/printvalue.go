package postgres

import (
	"fmt"
	"math"
	"strings"

	"archwire"
	"archwire/internal/rowhash"
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

// hashed is the hash of a value, as HashColumns has it: 0 for NULL.
func (d dialect) hashed(c printed, column int) string {
	seed := rowhash.SeedOf(column)
	switch c.typ.Kind { //nolint:exhaustive // the others are hashed as they are
	case archwire.Int64: // the server's hash folds the upper half onto the lower
		return orZero("hashint8extended(" + c.value + ", (" + c.value + " >> 32) # " + seedLiteral(seed) + ")")
	case archwire.Decimal: // it leaves the sign out
		return orZero(fmt.Sprintf("hash_numeric_extended(%s, case when %s < 0 then %s else %s end)",
			c.value, c.value, seedLiteral(seed+1), seedLiteral(seed)))
	case archwire.Float32, archwire.Float64: // for it -0 is 0
		return bytesHash(d.sent(c), seed)
	case archwire.Text, archwire.JSON:
		if d.convert {
			return bytesHash("pg_catalog.convert_to("+c.value+", 'UTF8')", seed)
		}
		return orZero("hashtextextended(" + c.value + ` collate "C", ` + seedLiteral(seed) + ")")
	case archwire.Bytes:
		return bytesHash(c.value, seed)
	}
	function, value := plainHash(c)
	return orZero(function + "(" + value + ", " + seedLiteral(seed) + ")")
}

// plainHash is the function that hashes a value, and the value as it takes it.
func plainHash(c printed) (function, value string) {
	const zero = "'2000-01-01'::pg_catalog.date"
	switch c.typ.Kind { //nolint:exhaustive // the others have hashes of their own
	case archwire.Bool:
		return "hashint4extended", c.value + "::pg_catalog.int4"
	case archwire.Int16:
		return "hashint2extended", c.value
	case archwire.Date: // the infinite have no distance
		return "hashint4extended", fmt.Sprintf("case when pg_catalog.isfinite(%s) then %s - %s when %s > %s then %d when %s < %s then %d end",
			c.value, c.value, zero, c.value, zero, math.MaxInt32, c.value, zero, math.MinInt32)
	case archwire.Time:
		return "time_hash_extended", c.value
	case archwire.Timestamp:
		return "timestamp_hash_extended", c.value
	case archwire.TimestampTZ: // by no zone, which leaves it as it is
		return "timestamp_hash_extended", "pg_catalog.timezone('0'::pg_catalog.interval, " + c.value + ")"
	case archwire.UUID:
		return "uuid_hash_extended", c.value
	}
	return "hashint4extended", c.value
}

// bytesHash hashes bytes. Their hash cannot be called by its name, only as that
// of a record's field.
func bytesHash(value string, seed uint64) string {
	return "pg_catalog.hash_record_extended(row(" + value + "), " + seedLiteral(seed) + ")"
}

func orZero(hash string) string { return "coalesce(pg_catalog." + hash + ", 0)" }

func seedLiteral(seed uint64) string { return int8Literal(int64(seed)) } //nolint:gosec // the same bits

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

// row is the print of a row of the columns.
func (d dialect) row(hash archwire.Hash, columns []printed) string {
	if hash == archwire.HashMD5 {
		return d.md5(columns)
	}
	hashes := make([]string, len(columns))
	for i, c := range columns {
		hashes[i] = d.hashed(c, i)
	}
	return "pg_catalog.hashint8extended(0, " + mixed(hashes) + ")"
}

// mixed joins hashes by exclusive or. It halves them, for the server refuses
// expressions that are nested thousands deep.
func mixed(hashes []string) string {
	switch n := len(hashes); n {
	case 0:
		return "0"
	case 1:
		return hashes[0]
	default:
		return "(" + mixed(hashes[:n/2]) + " # " + mixed(hashes[n/2:]) + ")"
	}
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
