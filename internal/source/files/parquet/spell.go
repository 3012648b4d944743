package parquet

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// spelt is a column as text. Each value has one spelling, with all its digits.
func spelt(column arrow.Array, c column, mem memory.Allocator) arrow.Array {
	b := array.NewStringBuilder(mem)
	defer b.Release()
	b.Reserve(column.Len())
	spell := speltBy(column, c.logical)
	var text []byte
	for i := range column.Len() {
		if column.IsNull(i) {
			b.AppendNull()
			continue
		}
		text = spell(text[:0], i)
		b.Append(string(text))
	}
	return b.NewArray()
}

// speltBy says how the values of a column are spelt.
func speltBy(column arrow.Array, l logical) func(out []byte, i int) []byte {
	switch a := column.(type) {
	case *array.Boolean:
		return func(out []byte, i int) []byte { return strconv.AppendBool(out, a.Value(i)) }
	case *array.Int16:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(a.Value(i)), 10) }
	case *array.Int32:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(a.Value(i)), 10) }
	case *array.Int64:
		switch l.kind {
		case logicalTime: // in nanoseconds, as it is here
			return func(out []byte, i int) []byte { return appendClock(out, a.Value(i)) }
		case logicalTimestamp:
			return func(out []byte, i int) []byte { return appendInstant(out, a.Value(i), 1, l.utc) }
		}
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, a.Value(i), 10) }
	case *array.Float32:
		return func(out []byte, i int) []byte { return appendFloat(out, float64(a.Value(i)), 32) }
	case *array.Float64:
		return func(out []byte, i int) []byte { return appendFloat(out, a.Value(i), 64) }
	case *array.Decimal128:
		scale := a.DataType().(*arrow.Decimal128Type).Scale
		return func(out []byte, i int) []byte { return append(out, a.Value(i).ToString(scale)...) }
	case *array.Date32:
		return func(out []byte, i int) []byte { return appendDate(out, int64(a.Value(i)), math.MaxInt32) }
	case *array.Time64:
		return func(out []byte, i int) []byte { return appendClock(out, int64(a.Value(i))*1000) }
	case *array.Timestamp:
		return func(out []byte, i int) []byte { return appendInstant(out, int64(a.Value(i)), 1000, l.utc) }
	case *array.Binary:
		return func(out []byte, i int) []byte { return hex.AppendEncode(append(out, '\\', 'x'), a.Value(i)) }
	case *array.String:
		return func(out []byte, i int) []byte { return append(out, a.Value(i)...) }
	}
	panic("parquet: no text of " + column.DataType().String())
}

func appendFloat(out []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(out, "NaN"...)
	case math.IsInf(v, 1):
		return append(out, "Infinity"...)
	case math.IsInf(v, -1):
		return append(out, "-Infinity"...)
	}
	return strconv.AppendFloat(out, v, 'g', -1, bits)
}

// appendDate writes a day, or the word for one before or after all others.
func appendDate(out []byte, day, most int64) []byte {
	switch day {
	case most:
		return append(out, "infinity"...)
	case -most:
		return append(out, "-infinity"...)
	}
	return appendDay(out, day)
}

// appendDay writes a day since 1970-01-01 of the calendar that has no first one.
func appendDay(out []byte, day int64) []byte {
	year, month, of := time.Unix(day*86400, 0).UTC().Date()
	if year < 0 {
		out, year = append(out, '-'), -year
	}
	for least := 1000; year < least && least > 1; least /= 10 {
		out = append(out, '0')
	}
	out = strconv.AppendInt(out, int64(year), 10)
	return fmt.Appendf(out, "-%02d-%02d", int(month), of)
}

// appendClock writes a time of day, of which no more digits than it has.
func appendClock(out []byte, ns int64) []byte {
	if ns == dayNanos {
		return append(out, "24:00:00"...)
	}
	return time.Unix(0, ns).UTC().AppendFormat(out, "15:04:05.999999999")
}

// appendInstant writes a date and a time, in units of so many nanoseconds.
func appendInstant(out []byte, v, unit int64, utc bool) []byte {
	if unit > 1 && (v == math.MaxInt64 || v == -math.MaxInt64) {
		return appendDate(out, v, math.MaxInt64)
	}
	perDay := dayNanos / unit
	day, rest := v/perDay, v%perDay
	if rest < 0 {
		day, rest = day-1, rest+perDay
	}
	out = appendClock(append(appendDay(out, day), ' '), rest*unit)
	if utc {
		out = append(out, "+00"...)
	}
	return out
}
