package parquet

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// readable says why a column of the file cannot be read as it is asked for.
func (c *column) readable(as archwire.Column) error {
	switch {
	case as.Type.Kind == archwire.Text && (c.Refused == "" || c.text), c.Refused == "" && (c.Type == as.Type || holds(as.Type, c.Type)):
		return nil
	case c.text:
		return &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("column %s is %s, which is not read as %s", c.Name, c.Origin, as.Type), Hint: "Declare it as cast: text, or have it written in microseconds."}
	case c.Refused != "":
		return &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("column %s is %s: %s", c.Name, c.Origin, c.Refused), Hint: "Exclude the column until it is."}
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("column %s is %s in the file, which is not read as %s", c.Name, c.Origin, as.Type),
		Hint: "Declare the column as " + c.Type.String() + ", or cast: text.",
	}
}

// holds says whether every value of a type has one in another, wider one.
func holds(wide, narrow archwire.Type) bool {
	whole := map[archwire.Kind]int{archwire.Int16: 5, archwire.Int32: 10, archwire.Int64: 19}
	switch {
	case wide.Kind == archwire.Decimal && narrow.Kind == archwire.Decimal:
		return wide.Scale >= narrow.Scale && wide.Precision-wide.Scale >= narrow.Precision-narrow.Scale
	case wide.Kind == archwire.Decimal && whole[narrow.Kind] > 0:
		return wide.Precision-wide.Scale >= whole[narrow.Kind]
	case wide.Kind == archwire.Float64:
		return narrow.Kind == archwire.Float32
	}
	return whole[narrow.Kind] > 0 && whole[wide.Kind] > whole[narrow.Kind]
}

// as is an array of the file's column as it is asked for. It takes the array over.
func (c *column) as(a arrow.Array, t archwire.Type, mem memory.Allocator) arrow.Array {
	if arrow.TypeEqual(a.DataType(), t.Arrow()) {
		return a
	}
	defer a.Release()
	if t.Kind == archwire.Text {
		return spelt(a, *c, mem)
	}
	return widened(a, t, mem)
}

// widened is an array in a type that holds all its values.
func widened(a arrow.Array, t archwire.Type, mem memory.Allocator) arrow.Array {
	switch t.Kind { //nolint:exhaustive // none other is wider than another
	case archwire.Int32:
		at := wholeAt(a)
		return each(a, t, mem, func(i int) int32 { return int32(at(i)) }) //nolint:gosec // of 16 bits
	case archwire.Int64:
		return each(a, t, mem, wholeAt(a))
	case archwire.Float64:
		from := a.(*array.Float32)
		return each(a, t, mem, func(i int) float64 { return float64(from.Value(i)) })
	case archwire.Decimal:
		if from, ok := a.(*array.Decimal128); ok {
			by := int32(t.Scale) - from.DataType().(*arrow.Decimal128Type).Scale //nolint:gosec // at most 38
			return each(a, t, mem, func(i int) decimal128.Num { return from.Value(i).IncreaseScaleBy(by) })
		}
		at := wholeAt(a)
		return each(a, t, mem, func(i int) decimal128.Num { return decimal128.FromI64(at(i)).IncreaseScaleBy(int32(t.Scale)) }) //nolint:gosec // at most 38
	}
	panic("parquet: no " + t.String() + " of " + a.DataType().String())
}

// wholeAt is the values of a column of whole numbers.
func wholeAt(a arrow.Array) func(int) int64 {
	switch a := a.(type) {
	case *array.Int16:
		return func(i int) int64 { return int64(a.Value(i)) }
	case *array.Int32:
		return func(i int) int64 { return int64(a.Value(i)) }
	case *array.Int64:
		return a.Value
	}
	panic("parquet: " + a.DataType().String() + " is no whole number")
}

// each makes an array of as many values as another, and NULL where it has.
func each[D kept](a arrow.Array, t archwire.Type, mem memory.Allocator, value func(int) D) arrow.Array {
	out := room(mem, a.Len()*int(unsafe.Sizeof(*new(D))))
	for i, values := 0, valuesIn[D](out.Bytes()); i < len(values); i++ {
		if values[i] = *new(D); a.IsValid(i) {
			values[i] = value(i)
		}
	}
	return made(t.Arrow(), a.Len(), a.Data().Buffers()[0], a.NullN(), out)
}
