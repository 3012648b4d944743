package redshift

import (
	"fmt"
	"strconv"
	"strings"

	"archwire"
)

// Bounds of Redshift's types.
const (
	textBytes = 65535 // of a VARCHAR in a table (Character types)

	// binaryBytes is the most that we keep in a VARBYTE: its hexadecimal digits, in
	// which it is loaded, printed and fingerprinted, are a VARCHAR.
	binaryBytes = textBytes / 2
)

// columnType is Redshift's type for one of ours. Text is never TEXT, which is a
// VARCHAR(256), and a length counts bytes, not characters (Character types). JSON is the
// text of the source: SUPER would keep its meaning and lose its spelling. A REAL is printed
// with 8 digits at most, of which 9 are needed (extra_float_digits); as a DOUBLE PRECISION
// it is the same number, and so is what one operation makes of two of them.
func columnType(t archwire.Type) (string, error) {
	switch t.Kind {
	case archwire.Bool:
		return "BOOLEAN", nil
	case archwire.Int16:
		return "SMALLINT", nil
	case archwire.Int32:
		return "INTEGER", nil
	case archwire.Int64:
		return "BIGINT", nil
	case archwire.Float32, archwire.Float64:
		return "DOUBLE PRECISION", nil
	case archwire.Decimal:
		return decimalType(t)
	case archwire.Text, archwire.JSON:
		return fmt.Sprintf("VARCHAR(%d)", textBytes), nil
	case archwire.UUID:
		return "VARCHAR(36)", nil
	case archwire.Bytes:
		return fmt.Sprintf("VARBYTE(%d)", binaryBytes), nil
	case archwire.Date:
		return "DATE", nil
	case archwire.Time:
		return "TIME", nil
	case archwire.Timestamp:
		return "TIMESTAMP", nil
	case archwire.TimestampTZ:
		return "TIMESTAMPTZ", nil
	}
	return "", fmt.Errorf("no type of Redshift for kind %d", t.Kind)
}

// decimalType is the DECIMAL for a type. One of 19 digits is kept in eight bytes and
// ends at 9223372036854775807 without its point; one of 20 holds them all. More than 37
// digits behind the point there are not (Numeric types).
func decimalType(t archwire.Type) (string, error) {
	precision := t.Precision
	if precision == 19 {
		precision = 20
	}
	if t.Scale > 37 {
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("Redshift has no %s: 37 digits behind the point are its most", t),
			Hint: "Declare the column as text in the source's file, or as a decimal with fewer digits.",
		}
	}
	return fmt.Sprintf("DECIMAL(%d,%d)", precision, t.Scale), nil
}

// The numbers by which Redshift names types in the description of a result. SUPER and
// VARBYTE are its own, the others PostgreSQL's.
const (
	oidBool, oidInt8, oidInt2, oidInt4     = 16, 20, 21, 23
	oidText, oidFloat4, oidFloat8          = 25, 700, 701
	oidUnknown                             = 705
	oidChar, oidVarchar, oidDate, oidTime  = 1042, 1043, 1082, 1083
	oidTimestamp, oidTimestampTZ           = 1114, 1184
	oidNumeric, oidName, oidSuper, oidByte = 1700, 19, 4000, 6551
)

// typeOf is our type for one in the description of a result; ok is false where it has
// no exact form here. modifier is -1, or for a NUMERIC its precision and scale as
// PostgreSQL packs them, and a NUMERIC without is one of 38 digits and no decimals.
func typeOf(oid uint32, modifier int32) (t archwire.Type, ok bool) {
	kinds := map[uint32]archwire.Kind{
		oidBool: archwire.Bool, oidInt8: archwire.Int64, oidInt2: archwire.Int16, oidInt4: archwire.Int32,
		oidText: archwire.Text, oidUnknown: archwire.Text, oidName: archwire.Text, oidChar: archwire.Text, oidVarchar: archwire.Text,
		oidFloat4: archwire.Float32, oidFloat8: archwire.Float64, oidDate: archwire.Date, oidTime: archwire.Time,
		oidTimestamp: archwire.Timestamp, oidTimestampTZ: archwire.TimestampTZ, oidSuper: archwire.JSON, oidByte: archwire.Bytes,
	}
	if oid != oidNumeric {
		t.Kind, ok = kinds[oid]
		return t, ok
	}
	t = archwire.Type{Kind: archwire.Decimal, Precision: 38}
	if modifier >= 4 {
		packed := modifier - 4
		t.Precision, t.Scale = int(packed>>16&0xffff), int(packed&0xffff)
	}
	return t, t.Precision >= 1 && t.Precision <= 38 && t.Scale <= t.Precision
}

// typeNamed is our type for Redshift's name of one, as the catalogue gives it:
// "character varying(256)", "numeric(12,2)".
func typeNamed(name string) (t archwire.Type, ok bool) {
	base, arguments, _ := strings.Cut(strings.ToLower(name), "(")
	base = strings.TrimSpace(base)
	kinds := map[string]archwire.Kind{
		"boolean": archwire.Bool, "smallint": archwire.Int16, "integer": archwire.Int32, "bigint": archwire.Int64,
		"real": archwire.Float32, "double precision": archwire.Float64, "character varying": archwire.Text, "character": archwire.Text,
		"binary varying": archwire.Bytes, "varbyte": archwire.Bytes, "date": archwire.Date, "time without time zone": archwire.Time,
		"timestamp without time zone": archwire.Timestamp, "timestamp with time zone": archwire.TimestampTZ, "super": archwire.JSON,
	}
	if base != "numeric" {
		t.Kind, ok = kinds[base]
		return t, ok
	}
	numbers := strings.Split(strings.TrimSuffix(arguments, ")"), ",")
	t.Kind = archwire.Decimal
	var err error
	if t.Precision, err = strconv.Atoi(strings.TrimSpace(numbers[0])); err != nil {
		return t, false
	}
	if len(numbers) == 2 {
		if t.Scale, err = strconv.Atoi(strings.TrimSpace(numbers[1])); err != nil {
			return t, false
		}
	}
	return t, true
}
