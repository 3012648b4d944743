package tsql

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// nothing is a wire.Writer that counts rows.
type nothing struct {
	answers
	n int
}

func (w *nothing) Row([]any) error {
	w.n++
	return nil
}

func BenchmarkEngine(b *testing.B) {
	const rows = 200_000
	e := New(Options{User: "sa", Password: "secret", Now: clockOf}, "shop")
	s, err := e.Login(context.Background(), wire.Login{User: "sa", Password: "secret", Database: "shop"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	ask := func(sql string) int {
		w := &nothing{}
		if err := s.Batch(context.Background(), sql, nil, w); err != nil {
			b.Fatal(err)
		}
		return w.n
	}
	ask("CREATE TABLE dbo.ledger (id bigint NOT NULL PRIMARY KEY, practice int NOT NULL, kind varchar(20), amount decimal(12,2), day date, note nvarchar(100), at datetime2(6))")
	if _, err := e.Load("shop", "dbo.ledger", func(yield func([]any) bool) {
		for i := range int64(rows) {
			if !yield([]any{i, i % 550, "payment", big.NewInt(i * 7919 % 1_000_000), int64(738000) + i%2500, fmt.Sprintf("note %d", i), int64(638000000000000000) + i*10}) {
				return
			}
		}
	}); err != nil {
		b.Fatal(err)
	}
	for name, sql := range map[string]string{
		"Scan":  "SELECT id, practice, kind, amount, day, note, at FROM dbo.ledger",
		"Range": "SELECT id, note FROM dbo.ledger WHERE id >= CONVERT(bigint, 1000) AND id < CONVERT(bigint, 2000)",
		"Print": `SELECT SUM(CONVERT(decimal(38,0), r.p)) FROM (SELECT (CONVERT(bigint, SUBSTRING(HASHBYTES('MD5', CONCAT(CONVERT(varchar(max), '' COLLATE Latin1_General_100_BIN2_UTF8),
			ISNULL(CONVERT(varchar(20), DATALENGTH(CONVERT(varchar(20), id))) + ':' + CONVERT(varchar(20), id), 'N'),
			ISNULL(CONVERT(varchar(20), DATALENGTH(CONVERT(varchar(max), note COLLATE Latin1_General_100_BIN2_UTF8))) + ':' + CONVERT(varchar(max), note COLLATE Latin1_General_100_BIN2_UTF8), 'N'))), 1, 8))
			& CONVERT(bigint, -16)) / 16 & CONVERT(bigint, 1152921504606846975) AS p FROM dbo.ledger) AS r`,
		"Update": "UPDATE dbo.ledger SET note = note WHERE id < 20000",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(sql)
			}
		})
	}
}
