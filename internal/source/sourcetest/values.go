package sourcetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire"
)

// Rows reads all batches into Go values that outlive them: nil, bool, int16,
// int32, int64, float32, float64, archwire.Number, string, []byte, and for dates
// and times arrow.Date32, arrow.Time64 and arrow.Timestamp.
func Rows(batches archwire.Batches) (rows [][]any, err error) {
	for batch, err := range batches {
		if err != nil {
			return rows, err
		}
		rows = append(rows, RowsOf(batch)...)
	}
	return rows, nil
}

// RowsOf reads one batch as Rows does.
func RowsOf(batch archwire.Batch) [][]any {
	rows := make([][]any, batch.NumRows())
	for i := range rows {
		rows[i] = make([]any, batch.NumCols())
		for j := range rows[i] {
			rows[i][j] = valueAt(batch.Column(j), i)
		}
	}
	return rows
}

func valueAt(column arrow.Array, i int) any {
	if column.IsNull(i) {
		return nil
	}
	switch c := column.(type) {
	case *array.Boolean:
		return c.Value(i)
	case *array.Int16:
		return c.Value(i)
	case *array.Int32:
		return c.Value(i)
	case *array.Int64:
		return c.Value(i)
	case *array.Float32:
		return c.Value(i)
	case *array.Float64:
		return c.Value(i)
	case *array.Decimal128:
		scale := c.DataType().(*arrow.Decimal128Type).Scale
		return archwire.Number(c.Value(i).ToString(scale))
	case *array.String:
		return string([]byte(c.Value(i)))
	case *array.Binary:
		return bytes.Clone(c.Value(i))
	case *array.Date32:
		return c.Value(i)
	case *array.Time64:
		return c.Value(i)
	case *array.Timestamp:
		return c.Value(i)
	}
	panic(fmt.Sprintf("sourcetest: no value for %s", column.DataType()))
}

// appendValue is the way back; what does not fit exactly is an error.
func appendValue(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Int16Builder:
		b.Append(v.(int16))
	case *array.Int32Builder:
		b.Append(v.(int32))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float32Builder:
		b.Append(v.(float32))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.StringBuilder:
		b.Append(fmt.Sprint(v))
	case *array.BinaryBuilder:
		b.Append(v.([]byte))
	case *array.Date32Builder:
		b.Append(v.(arrow.Date32))
	case *array.Time64Builder:
		b.Append(v.(arrow.Time64))
	case *array.TimestampBuilder:
		b.Append(v.(arrow.Timestamp))
	case *array.Decimal128Builder:
		return appendDecimal(b, fmt.Sprint(v))
	default:
		panic(fmt.Sprintf("sourcetest: no builder for %T", v))
	}
	return nil
}

func appendDecimal(b *array.Decimal128Builder, number string) error {
	t := b.Type().(*arrow.Decimal128Type)
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		return errors.New("a value is not a number")
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)
	r.Mul(r, new(big.Rat).SetInt(unit))
	if !r.IsInt() {
		return fmt.Errorf("a value has more than %d digits behind the point", t.Scale)
	}
	n := decimal128.FromBigInt(r.Num())
	if !n.FitsInPrecision(t.Precision) {
		return fmt.Errorf("a value has more than %d digits", t.Precision)
	}
	b.Append(n)
	return nil
}
