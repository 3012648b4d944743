package warehousetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// batches gives rows in one batch. Values are what the Go type of their kind
// is: decimals text, dates days since 1970, times and timestamps microseconds.
func batches(table archwire.Table, rows ...[]any) archwire.Batches {
	return several(batch(table, rows...))
}

// several gives batches one after the other.
func several(list ...archwire.Batch) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for _, b := range list {
			if !yield(b, nil) {
				return
			}
		}
	}
}

func batch(table archwire.Table, rows ...[]any) archwire.Batch {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), table.ArrowSchema())
	defer b.Release()
	for _, row := range rows {
		for i, v := range row {
			put(b.Field(i), table.Columns[i].Type, v)
		}
	}
	return b.NewRecordBatch()
}

func put(b array.Builder, t archwire.Type, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Int16Builder:
		b.Append(v.(int16))
	case *array.Int32Builder:
		b.Append(v.(int32))
	case *array.Int64Builder:
		b.Append(integer(v))
	case *array.Float32Builder:
		b.Append(v.(float32))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.Decimal128Builder:
		n, err := decimal128.FromString(v.(string), int32(t.Precision), int32(t.Scale))
		if err != nil {
			panic(err)
		}
		b.Append(n)
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.BinaryBuilder:
		b.Append(v.([]byte))
	case *array.Date32Builder:
		b.Append(arrow.Date32(v.(int32)))
	case *array.Time64Builder:
		b.Append(arrow.Time64(v.(int64)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.(int64)))
	default:
		panic(fmt.Sprintf("no way to build a %T", b))
	}
}

func integer(v any) int64 {
	if n, ok := v.(int); ok {
		return int64(n)
	}
	return v.(int64)
}

// query returns the rows of a query, each as text: 1|x|null.
func query(t *testing.T, w archwire.Warehouse, sql string, args ...any) []string {
	t.Helper()
	rows, err := tryQuery(w, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func tryQuery(w archwire.Warehouse, sql string, args ...any) ([]string, error) {
	return collect(w.Query(context.Background(), archwire.Query{SQL: sql, Args: args}))
}

// collect turns batches into text, row by row.
func collect(rows archwire.Batches) ([]string, error) {
	out := []string{}
	for b, err := range rows {
		if err != nil {
			return out, err
		}
		for i := range int(b.NumRows()) {
			values := make([]string, b.NumCols())
			for j := range values {
				values[j] = show(b.Column(j), i)
			}
			out = append(out, strings.Join(values, "|"))
		}
	}
	return out, nil
}

// show is a value exactly: numbers of the wire where text would hide them.
func show(a arrow.Array, i int) string {
	if a.IsNull(i) {
		return "null"
	}
	switch a := a.(type) {
	case *array.Date32:
		return fmt.Sprint(int32(a.Value(i)))
	case *array.Timestamp:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Time64:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Binary:
		return fmt.Sprintf("%x", a.Value(i))
	case *array.Decimal128:
		return a.Value(i).ToString(a.DataType().(*arrow.Decimal128Type).Scale)
	}
	return strings.Clone(a.ValueStr(i))
}

// noColumns is a batch of n rows of a table without columns.
func noColumns(n int64) archwire.Batch {
	return array.NewRecordBatch(arrow.NewSchema(nil, nil), nil, n)
}
