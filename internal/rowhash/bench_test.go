package rowhash

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// ledger is a batch of nine mixed columns.
func ledger(rows int) (archwire.Table, archwire.Batch) {
	t := archwire.Table{Source: "rcm", Name: "ledger", Key: []string{"id"}}
	for _, c := range []struct {
		name string
		typ  archwire.Type
	}{
		{"id", archwire.Type{Kind: archwire.Int64}},
		{"practice_id", archwire.Type{Kind: archwire.Int32}},
		{"account_id", archwire.Type{Kind: archwire.Int64}},
		{"kind", archwire.Type{Kind: archwire.Text}},
		{"amount", archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}},
		{"posted_on", archwire.Type{Kind: archwire.Date}},
		{"note", archwire.Type{Kind: archwire.Text}},
		{"reversed", archwire.Type{Kind: archwire.Bool}},
		{"updated_at", archwire.Type{Kind: archwire.TimestampTZ}},
	} {
		t.Columns = append(t.Columns, archwire.Column{Name: c.name, Type: c.typ})
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.ArrowSchema())
	defer b.Release()
	for i := range rows {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.Int32Builder).Append(int32(i % 550))
		b.Field(2).(*array.Int64Builder).Append(int64(i % 90000))
		b.Field(3).(*array.StringBuilder).Append([]string{"charge", "payment", "adjustment", "refund"}[i%4])
		b.Field(4).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i) * 7919 % 1_000_000))
		b.Field(5).(*array.Date32Builder).Append(arrow.Date32(17897 + i%2500))
		if i%3 == 0 {
			b.Field(6).(*array.StringBuilder).Append(fmt.Sprintf("note %032d", i))
		} else {
			b.Field(6).AppendNull()
		}
		b.Field(7).(*array.BooleanBuilder).Append(i%50 == 0)
		b.Field(8).(*array.TimestampBuilder).Append(arrow.Timestamp(1546300800_000000 + int64(i)*17_000_000))
	}
	return t, b.NewRecordBatch()
}

func one(batch archwire.Batch) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) { yield(batch, nil) }
}

func BenchmarkPrints(b *testing.B) {
	const rows = 100_000
	t, batch := ledger(rows)
	defer batch.Release()
	for _, hash := range Hashes() {
		for _, cut := range []archwire.Cut{{}, {Width: 1000, Parts: 100}, {Parts: 100}} {
			b.Run(fmt.Sprintf("%s/width=%d/parts=%d", hash, cut.Width, cut.Parts), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Prints(one(batch), t, archwire.PrintSpec{Hash: hash, Cut: cut, Last: 99}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
			})
		}
	}
}
