package postgres

import (
	"fmt"

	"archwire"
)

// A form is how values of one catalogue type travel: the Kind they become, what
// is selected, and how the bytes of binary COPY are read.
type form struct {
	kind   archwire.Kind
	sel    string // applied to the column's quoted name; %s alone is the value itself
	decode decoding
}

const (
	asIs   = "%s"
	asText = "%s::pg_catalog.text"
	asJSON = "pg_catalog.to_json(%s)::pg_catalog.text"
)

// forms is the whole of what has an exact form, by name in pg_catalog. Types of
// other schemas are enums, citext, or refused; see natural.
var forms = map[string]form{
	"bool":        {archwire.Bool, asIs, decodeBool},
	"int2":        {archwire.Int16, asIs, decode16},
	"int4":        {archwire.Int32, asIs, decode32},
	"int8":        {archwire.Int64, asIs, decode64},
	"oid":         {archwire.Int64, asIs, decodeUint32},
	"xid":         {archwire.Int64, asIs, decodeUint32},
	"cid":         {archwire.Int64, asIs, decodeUint32},
	"float4":      {archwire.Float32, asIs, decode32},
	"float8":      {archwire.Float64, asIs, decode64},
	"numeric":     {archwire.Decimal, asIs, decodeNumeric},
	"text":        {archwire.Text, asIs, decodeText},
	"varchar":     {archwire.Text, asIs, decodeText},
	"bpchar":      {archwire.Text, asIs, decodeText}, // with its padding: the value as the server prints it
	"name":        {archwire.Text, asIs, decodeText},
	"char":        {archwire.Text, asText, decodeText},
	"xml":         {archwire.Text, asText, decodeText}, // its binary form may declare another encoding
	"bit":         {archwire.Text, asText, decodeText},
	"varbit":      {archwire.Text, asText, decodeText},
	"inet":        {archwire.Text, asText, decodeText},
	"cidr":        {archwire.Text, asText, decodeText},
	"macaddr":     {archwire.Text, asText, decodeText},
	"macaddr8":    {archwire.Text, asText, decodeText},
	"timetz":      {archwire.Text, asText, decodeText},
	"interval":    {archwire.Text, asText, decodeText}, // ISO 8601
	"json":        {archwire.JSON, asIs, decodeText},
	"jsonb":       {archwire.JSON, asIs, decodeJSONB},
	"uuid":        {archwire.UUID, asIs, decodeUUID},
	"bytea":       {archwire.Bytes, asIs, decodeBytes},
	"date":        {archwire.Date, asIs, decodeDate},
	"time":        {archwire.Time, asIs, decode64},
	"timestamp":   {archwire.Timestamp, asIs, decodeTimestamp},
	"timestamptz": {archwire.TimestampTZ, asIs, decodeTimestamp},
}

// catalogType is a column's type as pg_type describes it, domains resolved.
type catalogType struct {
	schema, name string
	class        byte // pg_type.typtype: b base, c composite, e enum, r range, m multirange, p pseudo
	array        bool
	modifier     int // atttypmod
}

// natural is the form a type has without a declaration. If it has none, refused
// says why and what to declare.
func natural(t catalogType) (f form, typ archwire.Type, refused string) {
	switch {
	case t.array, t.class == 'c':
		// Lower bounds other than 1 are not part of the JSON.
		f = form{archwire.JSON, asJSON, decodeText}
	case t.class == 'e', t.name == "citext":
		f = form{archwire.Text, asIs, decodeText}
	case t.schema == "pg_catalog" && t.name == "money":
		return f, typ, "the digits of money depend on the server's locale: declare {cast: \"decimal(19,2)\"}, or {exclude: true}"
	case t.schema == "pg_catalog":
		f = forms[t.name]
	}
	if f.kind == 0 {
		return f, typ, fmt.Sprintf("%s has no form that every warehouse shares: declare {cast: text}, or {exclude: true}", t.name)
	}
	if f.kind == archwire.Decimal {
		typ, refused = decimalOf(t.modifier)
		return f, typ, refused
	}
	return f, archwire.Type{Kind: f.kind}, ""
}

// decimalOf reads numeric's modifier; see numeric_typmod_scale in PostgreSQL's
// src/backend/utils/adt/numeric.c. A negative scale is one of zeros before the
// point; a scale above the precision is one of zeros behind it.
func decimalOf(modifier int) (archwire.Type, string) {
	const ways = ": declare {cast: \"decimal(p,s)\"} if all values fit, or {cast: text}, or {exclude: true}"
	if modifier < 0 {
		return archwire.Type{}, "numeric without a precision holds more digits than a decimal can" + ways
	}
	precision := (modifier - 4) >> 16 & 0xffff
	scale := (modifier-4)&0x7ff ^ 1024 - 1024
	switch {
	case scale < 0:
		precision, scale = precision-scale, 0
	case scale > precision:
		precision = scale
	}
	if precision > 38 {
		return archwire.Type{}, fmt.Sprintf("it holds up to %d digits and a decimal 38", precision) + ways
	}
	return archwire.Type{Kind: archwire.Decimal, Precision: precision, Scale: scale}, ""
}

// declared is the form of a column whose type the project declares. Anything
// can be text as the server prints it; numbers can be decimals, if each value
// fits exactly. ok is false for any other wish.
func declared(t catalogType, want archwire.Type) (f form, ok bool) {
	if want.Kind == archwire.Text {
		return form{archwire.Text, asText, decodeText}, true
	}
	if want.Kind != archwire.Decimal || t.schema != "pg_catalog" || t.array {
		return form{}, false
	}
	switch t.name {
	case "numeric":
		return form{archwire.Decimal, asIs, decodeNumeric}, true
	case "int2", "int4", "int8", "money":
		return form{archwire.Decimal, "%s::pg_catalog.numeric", decodeNumeric}, true
	}
	return form{}, false
}
