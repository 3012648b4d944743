// Package value holds the types of T-SQL and their values: conversions,
// arithmetic, comparison and collation, as "Data types (Transact-SQL)" and the
// pages below it describe them. Values are those of wire.Type; text that holds
// half a surrogate pair has it as the three bytes that UTF-8 would give it.
package value

import (
	"strconv"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Type is a type of SQL Server.
type Type = wire.Type

// DefaultCollation is that of an installation in the United States.
const DefaultCollation = "SQL_Latin1_General_CP1_CI_AS"

// A Family is a kind of types that are computed alike.
type Family int

// The families.
const (
	Unknown Family = iota
	Bit
	Integer
	Decimal
	Money
	Float
	Text
	Binary
	GUID
	Date
	Time
	SmallDateTime
	DateTime
	DateTime2
	DateTimeOffset
	Variant
	CLR
)

type facts struct {
	family     Family
	precedence int // "Data type precedence": the greater wins
	length     int // bytes, of types of one size
}

var types = map[string]facts{
	"hierarchyid": {CLR, 30, 892}, "geography": {CLR, 30, -1}, "geometry": {CLR, 30, -1},
	"sql_variant": {Variant, 29, 8016}, "xml": {Text, 28, -1},
	"datetimeoffset": {DateTimeOffset, 27, 10}, "datetime2": {DateTime2, 26, 8}, "datetime": {DateTime, 25, 8},
	"smalldatetime": {SmallDateTime, 24, 4}, "date": {Date, 23, 3}, "time": {Time, 22, 5},
	"float": {Float, 21, 8}, "real": {Float, 20, 4},
	"decimal": {Decimal, 19, 17}, "numeric": {Decimal, 19, 17}, "money": {Money, 18, 8}, "smallmoney": {Money, 17, 4},
	"bigint": {Integer, 16, 8}, "int": {Integer, 15, 4}, "smallint": {Integer, 14, 2}, "tinyint": {Integer, 13, 1},
	"bit": {Bit, 12, 1}, "ntext": {Text, 11, 16}, "text": {Text, 10, 16}, "image": {Binary, 9, 16},
	"rowversion": {Binary, 8, 8}, "uniqueidentifier": {GUID, 7, 16},
	"nvarchar": {Text, 6, 0}, "nchar": {Text, 5, 0}, "varchar": {Text, 4, 0}, "char": {Text, 3, 0},
	"varbinary": {Binary, 2, 0}, "binary": {Binary, 1, 0},
}

// FamilyOf is the family of a type.
func FamilyOf(t Type) Family { return types[t.Name].family }

// Precedence is the rank of a type where two meet.
func Precedence(t Type) int { return types[t.Name].precedence }

// IsWide says whether text of the type is UTF-16.
func IsWide(t Type) bool {
	return strings.HasPrefix(t.Name, "n") && t.Name != "numeric" || t.Name == "xml"
}

// IsFixed says whether values are padded to the length.
func IsFixed(t Type) bool { return t.Name == "char" || t.Name == "nchar" || t.Name == "binary" }

// IsOld says whether it is one of the types that take no comparison.
func IsOld(t Type) bool { return t.Name == "text" || t.Name == "ntext" || t.Name == "image" }

// Scaled says whether the type has digits of a second.
func Scaled(t Type) bool {
	return t.Name == "time" || t.Name == "datetime2" || t.Name == "datetimeoffset"
}

var (
	// Int is the type of whole numbers in SQL text.
	Int = Type{Name: "int", Precision: 10, Length: 4}
	// BigInt is that of row counts and versions.
	BigInt = Type{Name: "bigint", Precision: 19, Length: 8}
	// BitType is that of flags.
	BitType = Type{Name: "bit", Precision: 1, Length: 1}
	// FloatType is that of literals with an exponent.
	FloatType = Type{Name: "float", Precision: 53, Length: 8}
	// SysName is that of names.
	SysName = Type{Name: "nvarchar", Length: 256, Collation: DefaultCollation}
	// Datetime is that of GETDATE.
	Datetime = Type{Name: "datetime", Precision: 23, Scale: 3, Length: 8}
	// Missing is that of a NULL literal.
	Missing = Type{Name: "int", Precision: 10, Length: 4, UDT: "null"}
)

// IsMissing says whether it is the type of a NULL literal, which takes any.
func IsMissing(t Type) bool { return t.UDT == "null" }

// VarChar is varchar(n); -1 is max.
func VarChar(n int) Type { return Type{Name: "varchar", Length: n, Collation: DefaultCollation} }

// NVarChar is nvarchar(n), n in units of 2 bytes; -1 is max.
func NVarChar(n int) Type {
	if n > 0 {
		n *= 2
	}
	return Type{Name: "nvarchar", Length: n, Collation: DefaultCollation}
}

// VarBinary is varbinary(n).
func VarBinary(n int) Type { return Type{Name: "varbinary", Length: n} }

// DecimalOf is decimal(p,s).
func DecimalOf(p, s int) Type {
	return Type{Name: "decimal", Precision: p, Scale: s, Length: decimalLength(p)}
}

func decimalLength(p int) int {
	switch {
	case p <= 9:
		return 5
	case p <= 19:
		return 9
	case p <= 28:
		return 13
	}
	return 17
}

// synonyms are the other names of types ("Data type synonyms").
var synonyms = map[string]string{
	"timestamp": "rowversion", "integer": "int", "dec": "decimal", "character": "char", "sysname": "nvarchar",
	"national character": "nchar", "char varying": "varchar", "character varying": "varchar", "national char varying": "nvarchar",
	"national character varying": "nvarchar", "binary varying": "varbinary", "double precision": "float",
}

// Named makes a type of its name and the numbers in parentheses; max is -1.
// conversion is for CAST, where text is 30 long without a number, and not 1.
func Named(name string, args []int, conversion bool) Type {
	name = strings.ToLower(name)
	if name == "sysname" {
		return SysName
	}
	if other, ok := synonyms[name]; ok {
		name = other
	}
	f, ok := types[name]
	if !ok {
		Fail(2715, "Column, parameter, or variable #1: Cannot find data type %s.", name)
	}
	t := Type{Name: name, Length: f.length}
	arg := func(i, otherwise int) int {
		if i < len(args) {
			return args[i]
		}
		return otherwise
	}
	switch f.family {
	case Text, Binary:
		if f.length == 0 {
			otherwise := 1
			if conversion {
				otherwise = 30
			}
			t.Length = sized(t, arg(0, otherwise))
		}
		if f.family == Text && name != "xml" {
			t.Collation = DefaultCollation
		}
	case Decimal:
		t.Precision, t.Scale = arg(0, 18), arg(1, 0)
		if t.Precision < 1 || t.Precision > 38 {
			Fail(2750, "Column or parameter #1: Specified column precision %d is greater than the maximum precision of 38.", t.Precision)
		}
		if t.Scale > t.Precision {
			Fail(1002, "Line 1: Specified scale %d is invalid.", t.Scale)
		}
		t.Length = decimalLength(t.Precision)
	case Float:
		if name == "float" && arg(0, 53) <= 24 {
			t.Name, t.Length = "real", 4
		}
		t.Precision = map[string]int{"float": 53, "real": 24}[t.Name]
	case Time, DateTime2, DateTimeOffset:
		t.Scale = arg(0, 7)
		if t.Scale > 7 {
			Fail(1002, "Line 1: Specified scale %d is invalid.", t.Scale)
		}
		t.Length, t.Precision = clock(name, t.Scale)
	default:
		t.Precision, t.Scale = fixedPrecision(name)
	}
	return t
}

func sized(t Type, n int) int {
	most := 8000
	if IsWide(t) {
		most = 4000
	}
	if n == 0 || n > most {
		Fail(131, "The size (%d) given to the type '%s' exceeds the maximum allowed for any data type (8000).", n, t.Name)
	}
	if n > 0 && IsWide(t) {
		return 2 * n
	}
	return n
}

// clock gives bytes and precision as sys.columns has them.
func clock(name string, scale int) (length, precision int) {
	length = 3 + (scale+1)/2
	if scale <= 2 {
		length = 3
	} else if scale <= 4 {
		length = 4
	} else {
		length = 5
	}
	point := 0
	if scale > 0 {
		point = 1 + scale
	}
	switch name {
	case "datetime2":
		return length + 3, 19 + point
	case "datetimeoffset":
		return length + 5, 26 + point
	}
	return length, 8 + point
}

func fixedPrecision(name string) (precision, scale int) {
	switch name {
	case "bigint":
		return 19, 0
	case "int":
		return 10, 0
	case "smallint":
		return 5, 0
	case "tinyint":
		return 3, 0
	case "bit":
		return 1, 0
	case "money":
		return 19, 4
	case "smallmoney":
		return 10, 4
	case "date":
		return 10, 0
	case "datetime":
		return 23, 3
	case "smalldatetime":
		return 16, 0
	}
	return 0, 0
}

// Spelt is the type as DDL has it.
func Spelt(t Type) string {
	switch FamilyOf(t) {
	case Text, Binary:
		if types[t.Name].length != 0 {
			return t.Name
		}
		n := t.Length
		if n < 0 {
			return t.Name + "(max)"
		}
		if IsWide(t) {
			n /= 2
		}
		return t.Name + "(" + strconv.Itoa(n) + ")"
	case Decimal:
		return t.Name + "(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
	case Time, DateTime2, DateTimeOffset:
		return t.Name + "(" + strconv.Itoa(t.Scale) + ")"
	}
	return t.Name
}
