package postgres

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// postgresDate writes a date as the server reads it, years before the first and
// after the 9999th included.
func postgresDate(d time.Time) string {
	year, era := d.Year(), ""
	if year < 1 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d%s", year, d.Month(), d.Day(), era)
}

// postgresTime writes an instant, or a timestamp as if in UTC, to the microsecond.
func postgresTime(at time.Time) string {
	year, era := at.Year(), ""
	if year < 1 {
		year, era = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s",
		year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond()/1000, era)
}

// dateLiteral writes a date in the form that batches carry.
func dateLiteral(days int32) string {
	switch days {
	case math.MaxInt32:
		return "infinity"
	case -math.MaxInt32:
		return "-infinity"
	}
	return postgresDate(time.Unix(int64(days)*86400, 0).UTC())
}

// timeLiteral writes a timestamp in the form that batches carry.
func timeLiteral(micros int64) string {
	switch micros {
	case math.MaxInt64:
		return "infinity"
	case -math.MaxInt64:
		return "-infinity"
	}
	return postgresTime(time.UnixMicro(micros).UTC())
}

// clockLiteral writes a time of day; 24:00 is one.
func clockLiteral(micros int64) string {
	seconds := micros / 1_000_000
	return fmt.Sprintf("%02d:%02d:%02d.%06d", seconds/3600, seconds/60%60, seconds%60, micros%1_000_000)
}

// keyText prints one value.
func keyText(column arrow.Array, i int) (string, bool) {
	if column.IsNull(i) {
		return "", true
	}
	switch c := column.(type) {
	case *array.Boolean:
		return strconv.FormatBool(c.Value(i)), true
	case *array.Int16:
		return strconv.FormatInt(int64(c.Value(i)), 10), true
	case *array.Int32:
		return strconv.FormatInt(int64(c.Value(i)), 10), true
	case *array.Int64:
		return strconv.FormatInt(c.Value(i), 10), true
	case *array.Float32:
		return floatText(float64(c.Value(i)), 32), true
	case *array.Float64:
		return floatText(c.Value(i), 64), true
	case *array.Decimal128:
		return c.Value(i).ToString(c.DataType().(*arrow.Decimal128Type).Scale), true
	case *array.String:
		return strings.Clone(c.Value(i)), true
	case *array.Binary:
		return `\x` + hex.EncodeToString(c.Value(i)), true
	case *array.Date32:
		return dateLiteral(int32(c.Value(i))), true
	case *array.Time64:
		return clockLiteral(int64(c.Value(i))), true
	case *array.Timestamp:
		return timeLiteral(int64(c.Value(i))), true
	}
	return "", false
}

func floatText(v float64, bits int) string {
	switch {
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == 0:
		return "0" // the server holds -0 to be the same
	}
	return strconv.FormatFloat(v, 'g', -1, bits)
}
