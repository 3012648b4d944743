package sqlserver

import (
	"fmt"

	"archwire"
)

// catalogType is a column's type as sys.columns and sys.types describe it, alias
// types resolved. name is that of the system type, "rowversion" for timestamp, and
// "clr" for types of other assemblies than the server's own.
type catalogType struct {
	name             string
	length           int // bytes; -1 is max
	precision, scale int
	collation        string // "" where it has none
}

// String is the type as T-SQL declares it.
func (t catalogType) String() string {
	switch t.name {
	case "decimal", "numeric":
		return fmt.Sprintf("%s(%d,%d)", t.name, t.precision, t.scale)
	case "datetime2", "datetimeoffset", "time":
		return fmt.Sprintf("%s(%d)", t.name, t.scale)
	case "char", "varchar", "binary", "varbinary", "nchar", "nvarchar":
		length := t.length
		switch {
		case length < 0:
			return t.name + "(max)"
		case t.name[0] == 'n':
			length /= 2
		}
		return fmt.Sprintf("%s(%d)", t.name, length)
	}
	return t.name
}

// A form is how values of one type travel: the Kind they become, what is selected,
// and of which type that is.
type form struct {
	kind archwire.Kind
	sel  string // applied to the column's quoted name; %s alone is the value itself
	typ  catalogType
}

const (
	asIs       = "%s"
	asText     = "CONVERT(nvarchar(max), %s)"
	asNumber   = "CONVERT(bigint, CONVERT(binary(8), %s))"
	asISO      = "CONVERT(varchar(40), %s, 126)"
	wideText   = "nvarchar"
	narrowText = "varchar"
)

// forms is the whole of what has an exact form, by the system type's name.
var forms = map[string]form{
	"bit":              {kind: archwire.Bool, sel: asIs},
	"tinyint":          {kind: archwire.Int16, sel: asIs},
	"smallint":         {kind: archwire.Int16, sel: asIs},
	"int":              {kind: archwire.Int32, sel: asIs},
	"bigint":           {kind: archwire.Int64, sel: asIs},
	"real":             {kind: archwire.Float32, sel: asIs},
	"float":            {kind: archwire.Float64, sel: asIs},
	"decimal":          {kind: archwire.Decimal, sel: asIs},
	"numeric":          {kind: archwire.Decimal, sel: asIs},
	"money":            {kind: archwire.Decimal, sel: asIs},
	"smallmoney":       {kind: archwire.Decimal, sel: asIs},
	"char":             {kind: archwire.Text, sel: asIs},
	"varchar":          {kind: archwire.Text, sel: asIs},
	"nchar":            {kind: archwire.Text, sel: asIs},
	"nvarchar":         {kind: archwire.Text, sel: asIs},
	"text":             {kind: archwire.Text, sel: asIs},
	"ntext":            {kind: archwire.Text, sel: asIs},
	"xml":              {kind: archwire.Text, sel: asText, typ: catalogType{name: wideText, length: -1}},
	"json":             {kind: archwire.JSON, sel: asText, typ: catalogType{name: wideText, length: -1}},
	"uniqueidentifier": {kind: archwire.UUID, sel: asIs},
	"binary":           {kind: archwire.Bytes, sel: asIs},
	"varbinary":        {kind: archwire.Bytes, sel: asIs},
	"image":            {kind: archwire.Bytes, sel: asIs},
	"date":             {kind: archwire.Date, sel: asIs},
	"time":             {kind: archwire.Time, sel: asIs},
	"smalldatetime":    {kind: archwire.Timestamp, sel: asIs},
	"datetime":         {kind: archwire.Timestamp, sel: asIs},
	"datetime2":        {kind: archwire.Timestamp, sel: asIs},
	"datetimeoffset":   {kind: archwire.TimestampTZ, sel: asIs},
	"rowversion":       {kind: archwire.Int64, sel: asNumber, typ: catalogType{name: "bigint", length: 8}},
}

// natural is the form a type has without a declaration. If it has none, refused
// says why and what to declare.
func natural(t catalogType) (f form, typ archwire.Type, refused string) {
	f, ok := forms[t.name]
	switch {
	case !ok:
		return f, typ, t.name + " has no form that every warehouse shares: declare {cast: text}, or {exclude: true}"
	case t.scale == 7 && (t.name == "time" || t.name == "datetime2" || t.name == "datetimeoffset"):
		return f, typ, fmt.Sprintf("%s holds a digit more than a %s: declare {cast: text}, or {cast: %s} if all values are whole microseconds, or {exclude: true}",
			t, f.kind, f.kind)
	}
	if f.typ.name == "" {
		f.typ = t
	}
	typ = archwire.Type{Kind: f.kind}
	if f.kind == archwire.Decimal {
		typ.Precision, typ.Scale = t.precision, t.scale
	}
	return f, typ, ""
}

// declared is the form of a column whose type the project declares; ok is false
// for a wish that cannot be met.
func declared(t catalogType, want archwire.Type) (f form, ok bool) {
	f, known := forms[t.name]
	if want.Kind == archwire.Text {
		return textForm(t), true
	}
	if !known || t.name == "rowversion" {
		return form{}, false
	}
	f.typ = t
	switch want.Kind { //nolint:exhaustive // no other can be declared
	case archwire.Decimal:
		return form{archwire.Decimal, asIs, t}, f.kind == archwire.Decimal || f.kind == archwire.Int16 || f.kind == archwire.Int32 || f.kind == archwire.Int64
	case archwire.Time, archwire.Timestamp, archwire.TimestampTZ:
		return f, f.kind == want.Kind
	}
	return form{}, false
}

// textForm is a value as text.
func textForm(t catalogType) form {
	wide := catalogType{name: wideText, length: -1}
	switch t.name {
	case "char", "varchar", "nchar", "nvarchar", "text", "ntext":
		return form{archwire.Text, asIs, t}
	case "date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset":
		return form{archwire.Text, asISO, catalogType{name: narrowText, length: 40}}
	case "hierarchyid", "clr":
		return form{archwire.Text, "%s.ToString()", wide}
	case "geometry", "geography":
		return form{archwire.Text, "%s.STAsText()", wide}
	case "uniqueidentifier":
		return form{archwire.Text, "LOWER(CONVERT(varchar(36), %s))", catalogType{name: narrowText, length: 36}}
	case "binary", "varbinary", "image", "rowversion":
		return form{archwire.Text, "CONVERT(varchar(max), CONVERT(varbinary(max), %s), 1)", catalogType{name: narrowText, length: -1}}
	case "real", "float":
		return form{archwire.Text, "CONVERT(varchar(40), %s, 3)", catalogType{name: narrowText, length: 40}}
	}
	return form{archwire.Text, asText, wide}
}
