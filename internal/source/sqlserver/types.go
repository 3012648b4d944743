package sqlserver

import (
	"fmt"
	"slices"

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
	sel  string      // applied to the column's quoted name; "%s" alone is the value itself
	typ  catalogType // of what is selected
}

const (
	asIs       = "%s"
	asWide     = "CONVERT(nvarchar(max), %s)"
	asNarrow   = "CONVERT(varchar(max), %s)"
	asBinary   = "CONVERT(varbinary(max), %s)"
	asMethod   = "%s.ToString()"
	asISO      = "CONVERT(varchar(40), %s, 126)"
	asDigits   = "CONVERT(varchar(41), %s)"
	asMoney    = "CONVERT(varchar(41), %s, 2)" // style 2 has all four digits behind the point
	asFloat    = "CONVERT(varchar(40), %s, 3)" // style 3 has 17 digits, which tell every value
	asHex      = "CONVERT(varchar(max), CONVERT(varbinary(max), %s), 1)"
	asGUID     = "LOWER(CONVERT(varchar(36), %s))"
	asSequence = "CONVERT(bigint, CONVERT(binary(8), %s))"
)

// The types of what forms select, where it is not the column's own.
var (
	wide     = catalogType{name: "nvarchar", length: -1}
	narrow   = catalogType{name: "varchar", length: -1}
	binary   = catalogType{name: "varbinary", length: -1}
	sequence = catalogType{name: "bigint", length: 8}
)

func narrowOf(length int) catalogType { return catalogType{name: "varchar", length: length} }

// A known type of SQL Server: how it travels by itself, and how as text. A form
// without a kind is none.
type known struct {
	natural form
	text    form
	note    string // for docs/types.md: what is to be known of it
}

// types is the whole of what has an exact form, by the name of the system type.
// Styles are those of CAST and CONVERT (Transact-SQL).
var types = map[string]known{
	"bit":              {form{archwire.Bool, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"tinyint":          {form{archwire.Int16, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, "0 to 255"},
	"smallint":         {form{archwire.Int16, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"int":              {form{archwire.Int32, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"bigint":           {form{archwire.Int64, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"real":             {form{archwire.Float32, asIs, catalogType{}}, form{archwire.Text, asFloat, narrowOf(40)}, "NaN and infinities do not exist"},
	"float":            {form{archwire.Float64, asIs, catalogType{}}, form{archwire.Text, asFloat, narrowOf(40)}, "NaN and infinities do not exist"},
	"decimal":          {form{archwire.Decimal, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"numeric":          {form{archwire.Decimal, asIs, catalogType{}}, form{archwire.Text, asDigits, narrowOf(41)}, ""},
	"money":            {form{archwire.Decimal, asIs, catalogType{}}, form{archwire.Text, asMoney, narrowOf(41)}, "all four digits behind the point"},
	"smallmoney":       {form{archwire.Decimal, asIs, catalogType{}}, form{archwire.Text, asMoney, narrowOf(41)}, "all four digits behind the point"},
	"char":             {form{archwire.Text, asIs, catalogType{}}, form{}, "with the blanks at its end"},
	"varchar":          {form{archwire.Text, asIs, catalogType{}}, form{}, "read in the code page of its collation; a byte that is no character there is refused"},
	"nchar":            {form{archwire.Text, asIs, catalogType{}}, form{}, "with the blanks at its end"},
	"nvarchar":         {form{archwire.Text, asIs, catalogType{}}, form{}, "half of a surrogate pair is refused"},
	"text":             {form{archwire.Text, asNarrow, narrow}, form{}, "as varchar(max)"},
	"ntext":            {form{archwire.Text, asWide, wide}, form{}, "as nvarchar(max)"},
	"xml":              {form{archwire.Text, asWide, wide}, form{}, "as the server writes it, without a declaration"},
	"json":             {form{archwire.JSON, asWide, wide}, form{archwire.Text, asWide, wide}, "SQL Server 2025, Azure SQL"},
	"uniqueidentifier": {form{archwire.UUID, asIs, catalogType{}}, form{archwire.Text, asGUID, narrowOf(36)}, "in lower case"},
	"binary":           {form{archwire.Bytes, asIs, catalogType{}}, form{archwire.Text, asHex, narrow}, ""},
	"varbinary":        {form{archwire.Bytes, asIs, catalogType{}}, form{archwire.Text, asHex, narrow}, ""},
	"image":            {form{archwire.Bytes, asBinary, binary}, form{archwire.Text, asHex, narrow}, "as varbinary(max)"},
	"date":             {form{archwire.Date, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, ""},
	"time":             {form{archwire.Time, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, ""},
	"smalldatetime":    {form{archwire.Timestamp, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, ""},
	"datetime":         {form{archwire.Timestamp, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, "thirds of a hundredth of a second, as the milliseconds .000, .003 and .007 that the server shows"},
	"datetime2":        {form{archwire.Timestamp, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, ""},
	"datetimeoffset":   {form{archwire.TimestampTZ, asIs, catalogType{}}, form{archwire.Text, asISO, narrowOf(40)}, "the instant; {cast: text} keeps the offset"},
	"rowversion":       {form{archwire.Int64, asSequence, sequence}, form{archwire.Text, asHex, narrow}, "the number of the version, which grows"},
	"hierarchyid":      {form{}, form{archwire.Text, asMethod, wide}, "as text its path, /1/3/"},
	"geometry":         {form{}, form{archwire.Text, asMethod, wide}, "as text WKT with Z and M, without the SRID"},
	"geography":        {form{}, form{archwire.Text, asMethod, wide}, "as text WKT with Z and M, without the SRID"},
	"clr":              {form{}, form{archwire.Text, asMethod, wide}, "as text what their ToString gives"},
	"sql_variant":      {form{}, form{}, "its text does not tell 1 from 1.0: select what it holds in a view of the source"},
}

// microseconds are the kinds whose finest digit is the microsecond; types of seven
// digits have one more.
var microseconds = []archwire.Kind{archwire.Time, archwire.Timestamp, archwire.TimestampTZ}

// natural is the form a type has without a declaration. If it has none, refused
// says why and what to declare.
func natural(t catalogType) (f form, typ archwire.Type, refused string) {
	k := types[t.name]
	f = k.natural
	name := t.name
	if name == "clr" {
		name = "a type of the CLR"
	}
	switch {
	case f.kind == 0 && k.text.kind == 0:
		return f, typ, name + " has no exact form: {exclude: true}, or declare a view of the source that converts it"
	case f.kind == 0:
		return f, typ, name + " has no form that every warehouse shares: declare {cast: text}, or {exclude: true}"
	case t.scale > 6 && slices.Contains(microseconds, f.kind):
		return f, typ, fmt.Sprintf("%s holds a digit more than a %s: declare {cast: text}, or {cast: %s} if all values are whole microseconds, or {exclude: true}",
			t, f.kind, f.kind)
	}
	return t.complete(f), t.kindOf(f), ""
}

// kindOf is the type that values of a natural form become.
func (t catalogType) kindOf(f form) archwire.Type {
	typ := archwire.Type{Kind: f.kind}
	if f.kind == archwire.Decimal {
		typ.Precision, typ.Scale = t.digits()
	}
	return typ
}

// digits are precision and scale of a number.
func (t catalogType) digits() (precision, scale int) {
	switch t.name {
	case "money":
		return 19, 4
	case "smallmoney":
		return 10, 4
	}
	return t.precision, t.scale
}

// declared is the form of a column whose type the project declares. Most can be
// text, numbers can be decimals, and times of seven digits those of six, if each
// value fits exactly. ok is false for any other wish.
func declared(t catalogType, want archwire.Type) (f form, ok bool) {
	k := types[t.name]
	switch want.Kind { //nolint:exhaustive // no other can be declared
	case archwire.Text:
		f = k.text
		if f.kind == 0 && k.natural.kind == archwire.Text {
			f = k.natural
		}
		return t.complete(f), f.kind != 0
	case archwire.Decimal:
		number := slices.Contains([]archwire.Kind{archwire.Decimal, archwire.Int16, archwire.Int32, archwire.Int64}, k.natural.kind)
		return form{archwire.Decimal, asIs, t}, number && k.natural.sel == asIs
	case archwire.Time, archwire.Timestamp, archwire.TimestampTZ:
		return t.complete(k.natural), k.natural.kind == want.Kind
	}
	return form{}, false
}

// complete fills in what a form selects of this very type. Characters of a code
// page that is not read here come as nvarchar.
func (t catalogType) complete(f form) form {
	narrow := t.name == "char" || t.name == "varchar" || t.name == "text"
	switch {
	case f.kind == 0:
		return f
	case narrow && f.kind == archwire.Text && !pageIsKnown(t.collation):
		f.sel, f.typ = asWide, wide
		if t.name != "text" && t.length > 0 && t.length <= 4000 {
			f.sel = fmt.Sprintf("CONVERT(nvarchar(%d), %%s)", t.length)
			f.typ.length = 2 * t.length
		}
	case f.typ.name == "":
		f.typ = t
	}
	if f.typ.collation == "" {
		f.typ.collation = t.collation
	}
	return f
}
