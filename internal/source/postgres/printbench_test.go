package postgres

import (
	"context"
	"fmt"
	"testing"

	"archwire"
)

// BenchmarkPrints fingerprints a ledger of nine mixed columns.
func BenchmarkPrints(b *testing.B) {
	const rows = 2_000_000
	db := setup(b, fmt.Sprintf(ledgerSQL, rows), "alter table ledger add primary key (id)", "vacuum analyze ledger")
	t := db.table(b, "ledger")
	for _, spec := range []archwire.PrintSpec{
		{Hash: archwire.HashColumns},
		{Hash: archwire.HashColumns, Cut: archwire.Cut{Width: 4096, Parts: rows/4096 + 1}},
		{Hash: archwire.HashColumns, Cut: archwire.Cut{Parts: 1024}},
		{Hash: archwire.HashColumns, Keys: true, Cut: archwire.Cut{Width: 4096, Parts: rows/4096 + 1}},
		{Hash: archwire.HashColumns, Keys: true, Cut: archwire.Cut{Parts: 1024}},
		{Hash: archwire.HashMD5},
	} {
		spec.Last = max(spec.Cut.Parts-1, 0)
		b.Run(fmt.Sprintf("%s/keys=%t/width=%d/parts=%d", spec.Hash, spec.Keys, spec.Cut.Width, spec.Cut.Parts), func(b *testing.B) {
			v := db.view(b)
			for b.Loop() {
				prints, err := v.(archwire.Printer).Prints(context.Background(), t, spec)
				if err != nil || len(prints) == 0 {
					b.Fatal(len(prints), err, archwire.HintOf(err))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
