package duckdb_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// BenchmarkQuerySlices asks a metric of one tenant at a time, of 50 tenants
// with 60 months of 60 rows each.
func BenchmarkQuerySlices(b *testing.B) {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(b.TempDir(), "w.duckdb"), Threads: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer closed(b, w)
	_, err = w.Refresh(ctx, archwire.Model{Name: "finance.daily", SQL: `select t.i as practice_id, cast(r.i % 7 as bigint) as location_id,
		date '2021-11-01' + cast(r.i // 2 as integer) as business_date, cast(r.i * 3.17 as decimal(12,2)) as net_amount
		from generate_series(1, 50) t(i), generate_series(1, 3600) r(i)`}, archwire.RefreshScope{})
	if err != nil {
		b.Fatal(err)
	}
	var files []archwire.SliceFile
	for i := range 50 {
		path := filepath.Join(b.TempDir(), fmt.Sprint(i))
		s := archwire.SliceSource{Relation: "finance.daily", Tenant: "practice_id", Columns: []string{"location_id", "business_date", "net_amount"}}
		if _, err := w.WriteSlice(ctx, s, fmt.Sprint(i+1), path); err != nil {
			b.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		sum := sha256.Sum256(data)
		files = append(files, archwire.SliceFile{SHA256: hex.EncodeToString(sum[:]), Path: path})
	}
	r, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer closed(b, r)
	query := archwire.Query{
		SQL: `select date_trunc('month', business_date) as period, sum(net_amount) as value from slice
			where business_date between $1 and $2 group by 1 order by 1`,
		Args: []any{archwire.Day("2024-01-01"), archwire.Day("2025-12-31")},
	}
	ask := func(i int64) {
		for _, err := range r.QuerySlices(ctx, files[i%50:i%50+1], query) {
			if err != nil {
				b.Error(err)
			}
		}
	}
	for i := range int64(50) {
		ask(i)
	}
	var n atomic.Int64
	before := cpu()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			ask(n.Add(1))
		}
	})
	b.ReportMetric((cpu()-before).Seconds()/float64(b.N)*1e3, "cpu-ms/query")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
}
