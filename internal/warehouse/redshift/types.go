package redshift

import (
	"fmt"

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
