package encode

import (
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// columnOf is a column of those values; nil is NULL.
func columnOf[T any, B interface {
	Append(v T)
	array.Builder
}](b B, values ...any) arrow.Array {
	for _, v := range values {
		if v == nil {
			b.AppendNull()
			continue
		}
		b.Append(v.(T))
	}
	return b.NewArray()
}

// ascending are columns whose values are unlike each other and in their order,
// NULL last.
func ascending() map[string]arrow.Array {
	m := memory.DefaultAllocator
	return map[string]arrow.Array{
		"text":    columnOf[string](array.NewStringBuilder(m), "", "A", "Z", "a", "é", "😀", nil),
		"bytes":   columnOf[[]byte](array.NewBinaryBuilder(m, arrow.BinaryTypes.Binary), []byte{}, []byte{0}, []byte{0, 0}, []byte{0xff}, nil),
		"int64":   columnOf[int64](array.NewInt64Builder(m), int64(math.MinInt64), int64(-1), int64(0), int64(1<<53), int64(1<<53+1), nil),
		"int32":   columnOf[int32](array.NewInt32Builder(m), int32(-7), int32(7), nil),
		"uint64":  columnOf[uint64](array.NewUint64Builder(m), uint64(1), uint64(math.MaxUint64), nil),
		"bool":    columnOf[bool](array.NewBooleanBuilder(m), false, true, nil),
		"float64": columnOf[float64](array.NewFloat64Builder(m), math.Inf(-1), -0.1, 0.0, 1e-300, 0.1, math.Inf(1), math.NaN(), nil),
		"float32": columnOf[float32](array.NewFloat32Builder(m), float32(-1), float32(0.1), float32(math.NaN()), nil),
		"date":    columnOf[arrow.Date32](array.NewDate32Builder(m), arrow.Date32(-math.MaxInt32), arrow.Date32(0), arrow.Date32(20000), arrow.Date32(math.MaxInt32), nil),
		"time":    columnOf[arrow.Time64](array.NewTime64Builder(m, &arrow.Time64Type{Unit: arrow.Microsecond}), arrow.Time64(0), arrow.Time64(1), nil),
		"instant": columnOf[arrow.Timestamp](array.NewTimestampBuilder(m, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}), arrow.Timestamp(-1), arrow.Timestamp(0), arrow.Timestamp(math.MaxInt64), nil),
		"decimal": columnOf[decimal128.Num](array.NewDecimal128Builder(m, &arrow.Decimal128Type{Precision: 38, Scale: 2}),
			decimal128.New(-1, 0), decimal128.FromI64(-1), decimal128.FromI64(0), decimal128.New(1, 0), nil),
	}
}

func TestSameAndCompare_GoByValue(t *testing.T) {
	for name, col := range ascending() {
		for i := range col.Len() {
			for j := range col.Len() {
				if got := Same(col, i, col, j); got != (i == j) {
					t.Errorf("%s: values %d and %d are the same: %t", name, i, j, got)
				}
				if col.IsNull(i) || col.IsNull(j) {
					continue
				}
				order, ok := Compare(col, i, col, j)
				if want := min(max(i-j, -1), 1); !ok || order != want {
					t.Errorf("%s: values %d and %d compare as %d, %t", name, i, j, order, ok)
				}
			}
		}
	}
}

func TestSame_TellsApartWhatIsSpeltApart(t *testing.T) {
	m := memory.DefaultAllocator
	zeros := columnOf[float64](array.NewFloat64Builder(m), 0.0, math.Copysign(0, -1))
	if Same(zeros, 0, zeros, 1) {
		t.Error("-0 is the same as 0")
	}
	if order, ok := Compare(zeros, 0, zeros, 1); order != 0 || !ok {
		t.Error("-0 and 0 are not at the same place")
	}
	cents := columnOf[decimal128.Num](array.NewDecimal128Builder(m, &arrow.Decimal128Type{Precision: 38, Scale: 2}), decimal128.FromI64(100))
	mills := columnOf[decimal128.Num](array.NewDecimal128Builder(m, &arrow.Decimal128Type{Precision: 38, Scale: 3}), decimal128.FromI64(100))
	if _, ok := Compare(cents, 0, mills, 0); ok || Same(cents, 0, mills, 0) {
		t.Error("1.00 is 0.100")
	}
}
