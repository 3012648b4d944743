package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// indexQuery reads an index whose file is the relation "slice".
const indexQuery = `select dataset, profile, tenant, slice, "rows", bytes, fingerprint, contract from slice`

func indexSchema() *arrow.Schema {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	return arrow.NewSchema([]arrow.Field{
		{Name: "dataset", Type: text},
		{Name: "profile", Type: text},
		{Name: "tenant", Type: text},
		{Name: "slice", Type: text},
		{Name: "rows", Type: number},
		{Name: "bytes", Type: number},
		{Name: "fingerprint", Type: text},
		{Name: "contract", Type: number},
	}, nil)
}

// sortIndex orders an index by dataset, profile (narrowest first) and tenant.
func sortIndex(index []archwire.Slice) {
	rank := map[archwire.Profile]int{}
	for i, p := range archwire.Profiles() {
		rank[p] = i
	}
	slices.SortFunc(index, func(a, b archwire.Slice) int {
		return cmp.Or(
			cmp.Compare(a.Dataset, b.Dataset),
			cmp.Compare(rank[a.Profile], rank[b.Profile]),
			cmp.Compare(a.Tenant, b.Tenant))
	})
}

// indexBatches is an index in the form that SliceWriter.WriteParquet takes.
func indexBatches(index []archwire.Slice) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, indexSchema())
		defer b.Release()
		text := func(i int, v string) { b.Field(i).(*array.StringBuilder).Append(v) }
		number := func(i int, v int64) { b.Field(i).(*array.Int64Builder).Append(v) }
		for _, s := range index {
			text(0, s.Dataset)
			text(1, string(s.Profile))
			text(2, s.Tenant)
			text(3, s.SHA256)
			number(4, s.Rows)
			number(5, s.Bytes)
			text(6, s.Print)
			number(7, int64(s.Contract))
		}
		batch := b.NewRecordBatch()
		defer batch.Release()
		yield(batch, nil)
	}
}

// readIndex reads the index at file, sorted.
func readIndex(ctx context.Context, reader archwire.SliceReader, file archwire.SliceFile) ([]archwire.Slice, error) {
	var index []archwire.Slice
	for batch, err := range reader.QuerySlices(ctx, []archwire.SliceFile{file}, archwire.Query{SQL: indexQuery}) {
		if err != nil {
			return nil, err
		}
		rows, err := decodeIndex(batch)
		if err != nil {
			return nil, err
		}
		index = append(index, rows...)
	}
	sortIndex(index)
	return index, nil
}

func decodeIndex(batch archwire.Batch) ([]archwire.Slice, error) {
	var texts [8]*array.String
	var numbers [8]*array.Int64
	for i, f := range indexSchema().Fields() {
		var ok bool
		if arrow.TypeEqual(f.Type, arrow.BinaryTypes.String) {
			texts[i], ok = batch.Column(i).(*array.String)
		} else {
			numbers[i], ok = batch.Column(i).(*array.Int64)
		}
		if !ok || batch.Column(i).NullN() > 0 {
			return nil, fmt.Errorf("the index's column %s is %s, with %d nulls", f.Name, batch.Column(i).DataType(), batch.Column(i).NullN())
		}
	}
	index := make([]archwire.Slice, batch.NumRows())
	for i := range index {
		index[i] = archwire.Slice{
			Dataset: clone(texts[0], i), Profile: archwire.Profile(clone(texts[1], i)), Tenant: clone(texts[2], i),
			SHA256: clone(texts[3], i), Rows: numbers[4].Value(i), Bytes: numbers[5].Value(i),
			Print: clone(texts[6], i), Contract: int(numbers[7].Value(i)),
		}
	}
	return index, nil
}

// clone takes a value out of the batch's memory, which does not outlive it.
func clone(column *array.String, row int) string { return strings.Clone(column.Value(row)) }
