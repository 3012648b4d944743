package duckdb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// ledger is a table like the one that a vendor has most rows of.
var ledger = archwire.Table{Source: "rcm", Name: "ledger_transaction", Columns: []archwire.Column{
	{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
	{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}},
	{Name: "account_id", Type: archwire.Type{Kind: archwire.Int64}},
	{Name: "kind", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "posted_on", Type: archwire.Type{Kind: archwire.Date}},
	{Name: "amount", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}},
	{Name: "affects_production", Type: archwire.Type{Kind: archwire.Bool}},
	{Name: "reference", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "created_at", Type: archwire.Type{Kind: archwire.TimestampTZ}},
	{Name: "updated_at", Type: archwire.Type{Kind: archwire.TimestampTZ}},
}}

// ledgerBatch makes a batch of n rows, about 100 bytes each.
func ledgerBatch(first, n int) arrow.RecordBatch {
	random := rand.New(rand.NewPCG(1, uint64(first)))
	b := array.NewRecordBuilder(memory.DefaultAllocator, ledger.ArrowSchema())
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.Int64Builder).Append(int64(first + i))
		b.Field(1).(*array.Int64Builder).Append(random.Int64N(550))
		b.Field(2).(*array.Int64Builder).Append(random.Int64N(500_000))
		b.Field(3).(*array.StringBuilder).Append([]string{"charge", "payment", "refund", "adjustment"}[random.IntN(4)])
		b.Field(4).(*array.Date32Builder).Append(arrow.Date32(18_000 + random.IntN(2_000)))
		b.Field(5).(*array.Decimal128Builder).Append(decimal128.FromI64(random.Int64N(1_000_000) - 200_000))
		b.Field(6).(*array.BooleanBuilder).Append(random.IntN(10) == 0)
		b.Field(7).(*array.StringBuilder).Append(fmt.Sprintf("%016x%08x", random.Uint64(), random.Uint32()))
		at := arrow.Timestamp(1_600_000_000_000_000 + random.Int64N(1e14))
		b.Field(8).(*array.TimestampBuilder).Append(at)
		b.Field(9).(*array.TimestampBuilder).Append(at + 1_000_000)
	}
	return b.NewRecordBatch()
}

// BenchmarkStage stages 2.4 million rows of 10 columns by two calls at once and
// makes them visible.
func BenchmarkStage(b *testing.B) {
	const rows, calls = 2_400_000, 2
	for _, size := range []int{20_000, 80_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			batches := make([]arrow.RecordBatch, 4)
			for i := range batches {
				batches[i] = ledgerBatch(i*size, size)
			}
			before := cpu()
			for b.Loop() {
				ctx := context.Background()
				w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(b.TempDir(), "w.duckdb"), Memory: "600MB", Threads: 2})
				if err != nil {
					b.Fatal(err)
				}
				load, err := w.Begin(ctx, "run", []archwire.LoadTable{{Table: ledger}})
				if err != nil {
					b.Fatal(err)
				}
				var group errgroup.Group
				for range calls {
					group.Go(func() error {
						_, err := load.Stage(ctx, ledger, archwire.Chunk{}, func(yield func(archwire.Batch, error) bool) {
							for sent := 0; sent < rows/calls; sent += size {
								if !yield(batches[sent/size%len(batches)], nil) {
									return
								}
							}
						})
						return err
					})
				}
				if err := group.Wait(); err != nil {
					b.Fatal(err)
				}
				if _, err := load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, nil); err != nil {
					b.Fatal(err)
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric((cpu()-before).Seconds()/float64(b.N)/rows*1e6, "cpu-s/Mrow")
		})
	}
}

// cpu is the processor time this process has used: unlike the clock, it does
// not grow with what else the machine does.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
