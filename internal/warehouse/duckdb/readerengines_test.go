package duckdb

import (
	"context"
	"database/sql"
	"sync"
	"testing"

	"archwire"
)

// TestAReaderOutlivesItsEngines has one of the engines answer nothing any more, as DuckDB
// does after a fault of its own, which cannot be had on demand: it is closed.
func TestAReaderOutlivesItsEngines(t *testing.T) {
	files := manySlices(t, 4)
	for what, engine := range map[string]func(*engines) *sql.DB{
		"what answers": func(e *engines) *sql.DB { return e.db },
		"what reads":   func(e *engines) *sql.DB { return e.loader },
	} {
		t.Run(what, func(t *testing.T) {
			r, err := OpenReader(context.Background(), ReaderConfig{Memory: "64MB"})
			if err != nil {
				t.Fatal(err)
			}
			ask := func(n int) (got string, err error) {
				for b, err := range r.QuerySlices(t.Context(), files[n:n+1], archwire.Query{SQL: "select count(*) as v from slice"}) {
					if err != nil {
						return "", err
					}
					got = b.Column(0).ValueStr(0)
				}
				return got, nil
			}
			if got, err := ask(0); got != "4000" || err != nil {
				t.Fatalf("before: %q, %v", got, err)
			}
			if err := engine(r.current()).Close(); err != nil {
				t.Fatal(err)
			}
			var askers sync.WaitGroup
			for range 8 { // those at whose question it is found out are told so
				askers.Go(func() { ask(1) }) //nolint:errcheck // any of them may be one
			}
			askers.Wait()
			for n := range files {
				if got, err := ask(n); got != "4000" || err != nil {
					t.Errorf("slice %d after: %q, %v", n, got, err)
				}
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if _, err := ask(0); err == nil {
				t.Error("a reader that is closed answers")
			}
		})
	}
}
