package sqlserver

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// whole writes a number as a bigint. Alone a number beyond an int is a decimal, to
// which the server would convert the column.
func whole(n int64) string { return fmt.Sprintf("CONVERT(bigint, %d)", n) }

// clock is how the server reads times of a calendar that begins with the year 1 and
// ends with 9999.
const clock = "2006-01-02T15:04:05.000000"

// timeLiteral writes a time as a value of a type. A datetime is written as it is
// shown, in milliseconds; other types are as wide as the widest of their kind.
func timeLiteral(typ string, at time.Time) string {
	switch typ {
	case "datetime":
		return "CONVERT(datetime, '" + at.Format("2006-01-02T15:04:05.000") + "', 126)"
	case "date":
		return "CONVERT(date, '" + at.Format("20060102") + "', 112)"
	case "datetimeoffset":
		return "CONVERT(datetimeoffset(7), '" + at.Format("2006-01-02 15:04:05.000000") + " +00:00')"
	}
	return "CONVERT(datetime2(7), '" + at.Format(clock) + "', 126)"
}

// The calendar of date, datetime2 and datetimeoffset, and that of datetime.
var (
	firstDay      = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	lastMoment    = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	firstDatetime = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)
)

// keyLiteral writes one value of a key whose column is of the type of that name. ok
// is false for what no row's key can be, such as an infinite date.
func keyLiteral(typ string, column arrow.Array, i int) (literal string, ok bool) {
	switch c := column.(type) {
	case *array.Boolean:
		if c.Value(i) {
			return "CONVERT(bit, 1)", true
		}
		return "CONVERT(bit, 0)", true
	case *array.Int16:
		return whole(int64(c.Value(i))), true
	case *array.Int32:
		return whole(int64(c.Value(i))), true
	case *array.Int64:
		return whole(c.Value(i)), true
	case *array.Float32:
		return floatLiteral("real", float64(c.Value(i)))
	case *array.Float64:
		return floatLiteral("float", c.Value(i))
	case *array.Decimal128:
		t, _ := c.DataType().(*arrow.Decimal128Type)
		return fmt.Sprintf("CONVERT(decimal(%d,%d), %s)", t.Precision, t.Scale, c.Value(i).ToString(t.Scale)), true
	case *array.Date32:
		return momentLiteral("date", time.Unix(int64(c.Value(i))*86400, 0).UTC())
	case *array.Time64:
		return clockLiteral(int64(c.Value(i)))
	case *array.Timestamp:
		if v := c.Value(i); v == math.MaxInt64 || v == -math.MaxInt64 {
			return "", false
		}
		at := time.UnixMicro(int64(c.Value(i))).UTC()
		if typ == "datetime" && (at.Before(firstDatetime) || at != at.Truncate(time.Millisecond)) {
			return "", false
		}
		return momentLiteral(typ, at)
	}
	return "", false
}

func momentLiteral(typ string, at time.Time) (string, bool) {
	return timeLiteral(typ, at), !at.Before(firstDay) && !at.After(lastMoment)
}

func clockLiteral(micros int64) (string, bool) {
	seconds := micros / 1_000_000
	text := fmt.Sprintf("%02d:%02d:%02d.%06d", seconds/3600, seconds/60%60, seconds%60, micros%1_000_000)
	return "CONVERT(time(7), '" + text + "')", micros >= 0 && seconds < 86400
}

// floatLiteral writes a real with all the digits of a float: its own would be rounded
// up beyond the largest.
func floatLiteral(typ string, v float64) (string, bool) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return "", false
	}
	if v == 0 {
		v = 0 // the server holds -0 to be the same
	}
	return fmt.Sprintf("CONVERT(%s, %s)", typ, strings.ToUpper(strconv.FormatFloat(v, 'e', -1, 64))), true
}

// exactText is what the server makes of a text, or of bytes, as exactOf writes it.
func exactText(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%02X%02X", unit&0xff, unit>>8)
	}
	return b.String()
}

func exactBytes(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
