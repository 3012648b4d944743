package ledger_test

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"archwire/internal/serve/ledger"
)

func BenchmarkAppend(b *testing.B) {
	l, err := ledger.Open(b.Context(), ledger.Config{Dir: b.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // the benchmark is over
	var n atomic.Int64
	b.SetParallelism(8) // as many callers as wait at once at a busy server
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := l.Append(b.Context(), entry(int(n.Add(1)), "7")); err != nil {
				b.Error(err)
			}
		}
	})
}
