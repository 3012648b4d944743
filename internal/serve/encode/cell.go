// Package encode writes rows as the API sends them: as JSON, CSV, Parquet and Arrow.
// Every value is exact, and NULL is never an empty text.
package encode

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// Cell appends row i of a column as JSON. NULL is null; integers and
// decimals are numbers with all their digits; dates and times are strings.
// Where document is set, text is a JSON document and is embedded as it is.
func Cell(dst []byte, col arrow.Array, i int, document bool) []byte {
	if col.IsNull(i) {
		return append(dst, "null"...)
	}
	switch c := col.(type) {
	case *array.String:
		s := c.Value(i)
		if document && json.Valid([]byte(s)) {
			return append(dst, s...)
		}
		return String(dst, s)
	case *array.Float64:
		return Float(dst, c.Value(i), 64)
	case *array.Float32:
		return Float(dst, float64(c.Value(i)), 32)
	case *array.Boolean, *array.Decimal128, *array.Int64, *array.Int32, *array.Int16, *array.Int8,
		*array.Uint64, *array.Uint32, *array.Uint16, *array.Uint8:
		return Text(dst, col, i)
	case *array.Date32, *array.Time64, *array.Timestamp, *array.Binary:
		dst = append(dst, '"')
		dst = Text(dst, col, i)
		return append(dst, '"')
	}
	return String(dst, col.ValueStr(i))
}

// Text appends row i of a column, which is not NULL, as plain text: the
// form in which filters and cursors carry values.
func Text(dst []byte, col arrow.Array, i int) []byte {
	switch c := col.(type) {
	case *array.String:
		return append(dst, c.Value(i)...)
	case *array.Boolean:
		return strconv.AppendBool(dst, c.Value(i))
	case *array.Decimal128:
		return Decimal(dst, c.Value(i), c.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Date32:
		return appendDate(dst, int64(c.Value(i)))
	case *array.Time64:
		return appendTime(dst, int64(c.Value(i)))
	case *array.Timestamp:
		return appendTimestamp(dst, int64(c.Value(i)), c.DataType().(*arrow.TimestampType).TimeZone != "")
	case *array.Binary:
		return base64.StdEncoding.AppendEncode(dst, c.Value(i))
	case *array.Float64:
		return strconv.AppendFloat(dst, c.Value(i), 'g', -1, 64)
	case *array.Float32:
		return strconv.AppendFloat(dst, float64(c.Value(i)), 'g', -1, 32)
	}
	if n, ok := Integer(col, i); ok {
		return strconv.AppendInt(dst, n, 10)
	}
	return append(dst, col.ValueStr(i)...)
}

// Integer is row i of a column of integers; not ok for any other.
func Integer(col arrow.Array, i int) (int64, bool) {
	switch c := col.(type) {
	case *array.Int64:
		return c.Value(i), true
	case *array.Int32:
		return int64(c.Value(i)), true
	case *array.Int16:
		return int64(c.Value(i)), true
	case *array.Int8:
		return int64(c.Value(i)), true
	case *array.Uint32:
		return int64(c.Value(i)), true
	case *array.Uint16:
		return int64(c.Value(i)), true
	case *array.Uint8:
		return int64(c.Value(i)), true
	}
	return 0, false
}

// Decimal appends n with scale digits after the point: 128450 at scale 2
// is 1284.50.
func Decimal(dst []byte, n decimal128.Num, scale int32) []byte {
	if low := int64(n.LowBits()); n.HighBits() == low>>63 { //nolint:gosec // the bits are reinterpreted, not the number converted
		var buf [24]byte
		return Scaled(dst, strconv.AppendInt(buf[:0], low, 10), scale)
	}
	return Scaled(dst, n.BigInt().Append(nil, 10), scale)
}

// Scaled appends digits, which may begin with a sign, with the point set
// scale digits from their end.
func Scaled(dst, digits []byte, scale int32) []byte {
	if scale <= 0 {
		return append(dst, digits...)
	}
	if digits[0] == '-' {
		dst = append(dst, '-')
		digits = digits[1:]
	}
	whole := len(digits) - int(scale)
	if whole > 0 {
		dst = append(dst, digits[:whole]...)
		dst = append(dst, '.')
		return append(dst, digits[whole:]...)
	}
	dst = append(dst, '0', '.')
	for range -whole {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

const secondsPerDay = 24 * 60 * 60

func appendDate(dst []byte, days int64) []byte {
	switch days {
	case math.MaxInt32:
		return append(dst, "infinity"...)
	case -math.MaxInt32:
		return append(dst, "-infinity"...)
	}
	return time.Unix(days*secondsPerDay, 0).UTC().AppendFormat(dst, time.DateOnly)
}

// appendTime writes a time of day; 24:00:00 is one.
func appendTime(dst []byte, micros int64) []byte {
	if micros == secondsPerDay*1_000_000 {
		return append(dst, "24:00:00"...)
	}
	return time.UnixMicro(micros).UTC().AppendFormat(dst, "15:04:05.999999")
}

func appendTimestamp(dst []byte, micros int64, zoned bool) []byte {
	switch micros {
	case math.MaxInt64:
		return append(dst, "infinity"...)
	case -math.MaxInt64:
		return append(dst, "-infinity"...)
	}
	dst = time.UnixMicro(micros).UTC().AppendFormat(dst, "2006-01-02T15:04:05.999999")
	if zoned {
		dst = append(dst, 'Z')
	}
	return dst
}
