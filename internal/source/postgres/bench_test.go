package postgres

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"

	"archwire"
)

// ledgerSQL is a ledger of nine mixed columns.
const ledgerSQL = `create table ledger as select
	i::bigint as id, (i %% 550)::int as practice_id, (i %% 90000)::bigint as account_id,
	(array['charge','payment','adjustment','refund'])[1 + i %% 4] as kind,
	((i::bigint * 7919) %% 1000000 / 100.0)::numeric(12,2) as amount,
	date '2019-01-01' + (i %% 2500)::int as posted_on,
	case when i %% 3 = 0 then 'note ' || md5(i::text) end as note,
	i %% 50 = 0 as reversed,
	timestamptz '2019-01-01 00:00Z' + i * interval '17 seconds' as updated_at
from generate_series(1, %d) i`

// BenchmarkBatches tells how much longer decoding takes than the same number of
// connections throwing the same COPY away.
func BenchmarkBatches(b *testing.B) {
	const rows = 2_000_000
	db := setup(b, fmt.Sprintf(ledgerSQL, rows), "vacuum analyze ledger")
	t := db.table(b, "ledger")
	for b.Loop() {
		nothing := raw(b, db, t)
		start := time.Now()
		got := extract(b, db, t)
		took := time.Since(start)
		if got != rows {
			b.Fatalf("%d rows, want %d", got, rows)
		}
		b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
		b.ReportMetric(took.Seconds()/nothing.Seconds(), "x_raw")
	}
}

func chunksOf(tb testing.TB, v archwire.View, t archwire.Table) []archwire.Chunk {
	tb.Helper()
	chunks, err := v.Chunks(context.Background(), t)
	if err != nil {
		tb.Fatal(err)
	}
	return chunks
}

func extract(tb testing.TB, db bundle, t archwire.Table) (rows int64) {
	tb.Helper()
	v := db.view(tb)
	defer drop(v)
	var group errgroup.Group
	group.SetLimit(2)
	counts := make(chan int64, 1000)
	for _, c := range chunksOf(tb, v, t) {
		group.Go(func() error {
			for batch, err := range v.Batches(context.Background(), t, c) {
				if err != nil {
					return err
				}
				counts <- batch.NumRows()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		tb.Fatal(err)
	}
	close(counts)
	for n := range counts {
		rows += n
	}
	return rows
}

func raw(tb testing.TB, db bundle, t archwire.Table) time.Duration {
	tb.Helper()
	v := db.view(tb)
	chunks := chunksOf(tb, v, t)
	drop(v)
	start := time.Now()
	var group errgroup.Group
	queue := make(chan archwire.Chunk, len(chunks))
	for _, c := range chunks {
		queue <- c
	}
	close(queue)
	for range 2 {
		group.Go(func() error {
			conn, err := pgconn.Connect(context.Background(), db.url)
			if err != nil {
				return err
			}
			defer conn.Close(context.Background()) //nolint:errcheck // nothing left to lose
			for c := range queue {
				where := ""
				if c.Where != "" {
					where = " where " + c.Where
				}
				if _, err := conn.CopyTo(context.Background(), io.Discard, "copy (select * from ledger"+where+") to stdout (format binary)"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		tb.Fatal(err)
	}
	return time.Since(start)
}
