package archwire

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// NoColumns stands in for the columns of a table that has none, in engines that have no
// such tables. It is a boolean, NULL in every row, so that rows are still counted.
const NoColumns = "archwire_no_columns"

// Conform returns batch, retained, if it has the types of schema. For a schema of
// NoColumns alone a batch without columns is given that one.
func Conform(batch Batch, schema *arrow.Schema) (Batch, error) {
	if batch.NumCols() == 0 && schema.NumFields() == 1 && schema.Field(0).Name == NoColumns {
		return Nulls(schema, batch.NumRows()), nil
	}
	if int(batch.NumCols()) != schema.NumFields() {
		return nil, fmt.Errorf("a batch has %d columns where %d were declared", batch.NumCols(), schema.NumFields())
	}
	for i, field := range schema.Fields() {
		if got := batch.Column(i).DataType(); !arrow.TypeEqual(got, field.Type) {
			return nil, fmt.Errorf("a batch has column %s as %s where %s was declared", field.Name, got, field.Type)
		}
	}
	batch.Retain()
	return batch, nil
}

// Nulls is a batch of n rows without a value.
func Nulls(schema *arrow.Schema, n int64) Batch {
	columns := make([]arrow.Array, schema.NumFields())
	for i, f := range schema.Fields() {
		columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, f.Type, int(n))
		defer columns[i].Release()
	}
	return array.NewRecordBatch(schema, columns, n)
}
