package encode

import (
	"bytes"
	"cmp"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Same says whether two values of columns of one type are spelt alike: NULL is like
// NULL only, -0 unlike 0, and NaN like NaN.
func Same(a arrow.Array, i int, b arrow.Array, j int) bool {
	if a.IsNull(i) || b.IsNull(j) {
		return a.IsNull(i) && b.IsNull(j)
	}
	switch x := a.(type) {
	case *array.String:
		if y, ok := b.(*array.String); ok {
			return x.Value(i) == y.Value(j)
		}
	case *array.Decimal128:
		if y, ok := b.(*array.Decimal128); ok && arrow.TypeEqual(x.DataType(), y.DataType()) {
			return x.Value(i) == y.Value(j)
		}
	case *array.Float64:
		if y, ok := b.(*array.Float64); ok {
			return sameFloat(x.Value(i), y.Value(j))
		}
	case *array.Timestamp:
		if y, ok := b.(*array.Timestamp); ok && arrow.TypeEqual(x.DataType(), y.DataType()) {
			return x.Value(i) == y.Value(j)
		}
	case *array.Date32:
		if y, ok := b.(*array.Date32); ok {
			return x.Value(i) == y.Value(j)
		}
	}
	if x, ok := Integer(a, i); ok {
		if y, ok := Integer(b, j); ok {
			return x == y
		}
	}
	return bytes.Equal(Cell(nil, a, i, false), Cell(nil, b, j, false))
}

func sameFloat(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || math.IsNaN(x) && math.IsNaN(y)
}

// Compare orders two values of columns of one type, neither of them NULL, as slices
// are sorted: texts and bytes byte by byte, NaN above all numbers. It is not ok for
// columns of different types, and for those that no key has.
func Compare(a arrow.Array, i int, b arrow.Array, j int) (order int, ok bool) {
	if !arrow.TypeEqual(a.DataType(), b.DataType()) {
		return 0, false
	}
	switch x := a.(type) {
	case *array.String:
		return cmp.Compare(x.Value(i), b.(*array.String).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Binary:
		return bytes.Compare(x.Value(i), b.(*array.Binary).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Decimal128:
		return x.Value(i).Cmp(b.(*array.Decimal128).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Date32:
		return cmp.Compare(x.Value(i), b.(*array.Date32).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Time64:
		return cmp.Compare(x.Value(i), b.(*array.Time64).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Timestamp:
		return cmp.Compare(x.Value(i), b.(*array.Timestamp).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Uint64:
		return cmp.Compare(x.Value(i), b.(*array.Uint64).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Boolean:
		return compareBools(x.Value(i), b.(*array.Boolean).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Float64:
		return compareFloats(x.Value(i), b.(*array.Float64).Value(j)), true //nolint:forcetypeassert // of one type
	case *array.Float32:
		return compareFloats(float64(x.Value(i)), float64(b.(*array.Float32).Value(j))), true //nolint:forcetypeassert // of one type
	}
	x, ok := Integer(a, i)
	y, _ := Integer(b, j)
	return cmp.Compare(x, y), ok
}

func compareBools(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

func compareFloats(x, y float64) int {
	switch {
	case math.IsNaN(x) && math.IsNaN(y):
		return 0
	case math.IsNaN(x):
		return 1
	case math.IsNaN(y):
		return -1
	}
	return cmp.Compare(x, y)
}
