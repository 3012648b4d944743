package duckdb_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// BenchmarkWriteSlice writes slices of 2,000 rows out of a model of 550
// tenants.
func BenchmarkWriteSlice(b *testing.B) {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(b.TempDir(), "w.duckdb"), Threads: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer closed(b, w)
	_, err = w.Refresh(ctx, archwire.Model{Name: "finance.daily", Tenant: "practice_id", Key: []string{"practice_id", "n"}, SQL: `select t.i as practice_id, r.i as n,
		cast(r.i % 7 as bigint) as location_id, date '2021-11-01' + cast(r.i as integer) as business_date, cast(r.i * 3.17 as decimal(12,2)) as net_amount,
		md5(cast(r.i as varchar)) as reference from generate_series(1, 550) t(i), generate_series(1, 2000) r(i)`}, archwire.RefreshScope{})
	if err != nil {
		b.Fatal(err)
	}
	s := archwire.SliceSource{Relation: "finance.daily", Tenant: "practice_id", Key: []string{"n"}, Columns: []string{"location_id", "business_date", "net_amount", "reference"}}
	b.Run("Prints", func(b *testing.B) {
		before := cpu()
		for b.Loop() {
			if _, err := w.SlicePrints(ctx, s, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((cpu()-before).Seconds()/float64(b.N)/1.1, "cpu-s/Mrow")
	})
	b.Run("WriteSlice", func(b *testing.B) {
		folder, before := b.TempDir(), cpu()
		for i := 0; b.Loop(); i++ {
			if _, err := w.WriteSlice(ctx, s, fmt.Sprint(i%550+1), filepath.Join(folder, fmt.Sprint(i))); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((cpu()-before).Seconds()/float64(b.N)*1e3, "cpu-ms/slice")
	})
}
