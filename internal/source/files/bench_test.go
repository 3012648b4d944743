package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
)

// BenchmarkCSV reads a ledger: whole numbers, texts, decimals, dates and times.
func BenchmarkCSV(b *testing.B) {
	dir := b.TempDir()
	var text strings.Builder
	text.WriteString("id,practice_id,account_id,kind,amount,posting_date,entered_at,reverses_id,memo\n")
	const rows = 200_000
	for i := range rows {
		fmt.Fprintf(&text, "%d,%d,%d,patient_payment,%d.%02d,2024-%02d-%02d,2024-01-05 08:%02d:17.000042,,posted by batch %d\n", i, 1+i%550, (i*7919)%400_000, i%20_000-5000, i%100, 1+i%12, 1+i%28, i%60, i/1000)
	}
	if err := os.WriteFile(filepath.Join(dir, "l.csv"), []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	form := fileform.Form{Snapshots: "l.csv"}.Default()
	table := archwire.Table{Source: "lab", Name: "l", Origin: "l", Form: form.String()}
	for _, c := range []struct{ name, typ string }{
		{"id", "int64"},
		{"practice_id", "int64"},
		{"account_id", "int64"},
		{"kind", "text"},
		{"amount", "decimal(12,2)"},
		{"posting_date", "date"},
		{"entered_at", "timestamp"},
		{"reverses_id", "int64"},
		{"memo", "text"},
	} {
		typ, err := archwire.ParseType(c.typ)
		if err != nil {
			b.Fatal(err)
		}
		table.Columns = append(table.Columns, archwire.Column{Name: c.name, Type: typ, Nullable: true})
	}
	s, err := Open(Config{Name: "lab", Store: object.NewDir(dir), Tables: []Table{{table, form}}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		v, err := s.View(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		n := int64(0)
		for batch, err := range v.Batches(b.Context(), table, archwire.Chunk{Where: where{File: "l.csv"}.String()}) {
			if err != nil {
				b.Fatal(err)
			}
			n += batch.NumRows()
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
	}
}
