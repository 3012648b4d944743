package verify

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// appendKey writes the values of a row so that other values give other bytes.
func appendKey(to []byte, columns []arrow.Array, row int) []byte {
	for _, c := range columns {
		if c.IsNull(row) {
			to = append(to, 0)
			continue
		}
		to = append(to, 1)
		switch c := c.(type) {
		case *array.Int16:
			to = binary.BigEndian.AppendUint16(to, uint16(c.Value(row))) //nolint:gosec // the bits
		case *array.Int32:
			to = binary.BigEndian.AppendUint32(to, uint32(c.Value(row))) //nolint:gosec // the bits
		case *array.Int64:
			to = binary.BigEndian.AppendUint64(to, uint64(c.Value(row))) //nolint:gosec // the bits
		case *array.Date32:
			to = binary.BigEndian.AppendUint32(to, uint32(c.Value(row))) //nolint:gosec // the bits
		case *array.Time64:
			to = binary.BigEndian.AppendUint64(to, uint64(c.Value(row))) //nolint:gosec // the bits
		case *array.Timestamp:
			to = binary.BigEndian.AppendUint64(to, uint64(c.Value(row))) //nolint:gosec // the bits
		case *array.Decimal128:
			v := c.Value(row)
			to = binary.BigEndian.AppendUint64(to, uint64(v.HighBits())) //nolint:gosec // the bits
			to = binary.BigEndian.AppendUint64(to, v.LowBits())
		case *array.String:
			to = binary.AppendUvarint(to, uint64(len(c.Value(row))))
			to = append(to, c.Value(row)...)
		case *array.Binary:
			to = binary.AppendUvarint(to, uint64(len(c.Value(row))))
			to = append(to, c.Value(row)...)
		case *array.Boolean:
			to = append(to, byteOf(c.Value(row)))
		case *array.Float32:
			to = binary.BigEndian.AppendUint32(to, math.Float32bits(c.Value(row)))
		case *array.Float64:
			to = binary.BigEndian.AppendUint64(to, math.Float64bits(c.Value(row)))
		default:
			panic(fmt.Sprintf("verify: a key of type %s", c.DataType()))
		}
	}
	return to
}

// wholeOf is a value as a whole number; false if it is NULL or of another kind.
func wholeOf(c arrow.Array, row int) (int64, bool) {
	if c.IsNull(row) {
		return 0, false
	}
	switch c := c.(type) {
	case *array.Int16:
		return int64(c.Value(row)), true
	case *array.Int32:
		return int64(c.Value(row)), true
	case *array.Int64:
		return c.Value(row), true
	}
	return 0, false
}

func byteOf(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// appendValue copies one value.
func appendValue(to array.Builder, from arrow.Array, row int) {
	if from.IsNull(row) {
		to.AppendNull()
		return
	}
	switch b := to.(type) {
	case *array.Int16Builder:
		b.Append(from.(*array.Int16).Value(row)) //nolint:forcetypeassert // of one type, here and below
	case *array.Int32Builder:
		b.Append(from.(*array.Int32).Value(row)) //nolint:forcetypeassert // see above
	case *array.Int64Builder:
		b.Append(from.(*array.Int64).Value(row)) //nolint:forcetypeassert // see above
	case *array.Date32Builder:
		b.Append(from.(*array.Date32).Value(row)) //nolint:forcetypeassert // see above
	case *array.Time64Builder:
		b.Append(from.(*array.Time64).Value(row)) //nolint:forcetypeassert // see above
	case *array.TimestampBuilder:
		b.Append(from.(*array.Timestamp).Value(row)) //nolint:forcetypeassert // see above
	case *array.Decimal128Builder:
		b.Append(from.(*array.Decimal128).Value(row)) //nolint:forcetypeassert // see above
	case *array.StringBuilder:
		b.Append(from.(*array.String).Value(row)) //nolint:forcetypeassert // see above
	case *array.BinaryBuilder:
		b.Append(from.(*array.Binary).Value(row)) //nolint:forcetypeassert // see above
	case *array.BooleanBuilder:
		b.Append(from.(*array.Boolean).Value(row)) //nolint:forcetypeassert // see above
	case *array.Float32Builder:
		b.Append(from.(*array.Float32).Value(row)) //nolint:forcetypeassert // see above
	case *array.Float64Builder:
		b.Append(from.(*array.Float64).Value(row)) //nolint:forcetypeassert // see above
	default:
		panic(fmt.Sprintf("verify: a key of type %s", to.Type()))
	}
}
