package duckdb

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/rowhash"
)

// Hashes lists the hashes that can be computed of t. DuckDB is taught to compute
// HashColumns; by MD5 its rows are hashed as they leave it.
func (l *load) Hashes(archwire.Table) []archwire.Hash { return rowhash.Hashes() }

// hashers is how many goroutines hash the rows of one call. DuckDB reads with
// threads of its own beside them.
const hashers = 2

// Prints fingerprints the rows of t.
func (l *load) Prints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	g, leave, err := l.reading(ctx, t)
	if err != nil {
		return nil, err
	}
	defer leave()
	var prints []archwire.PartPrint
	switch {
	case p.Keys && p.Cut.Width > 0:
		prints, err = l.keyPrints(ctx, g, p)
	case p.Hash == archwire.HashColumns:
		prints, err = l.columnPrints(ctx, g, p)
	default:
		prints, err = l.rowPrints(ctx, g, p)
	}
	return prints, classify("fingerprinting "+t.ID(), err)
}

// rowPrints hashes rows in Go.
func (l *load) rowPrints(ctx context.Context, g *target, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	table, queries, err := l.pieces(ctx, g, p)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	sums := map[int]archwire.PartPrint{}
	next := make(chan string, len(queries))
	for _, query := range queries {
		next <- query
	}
	close(next)
	group, ctx := errgroup.WithContext(ctx)
	for range min(hashers, len(queries)) {
		group.Go(func() error {
			prints, err := rowhash.Prints(l.rows(ctx, table, next, false), table, p)
			mu.Lock()
			defer mu.Unlock()
			for _, one := range prints {
				sum := sums[one.Part]
				sums[one.Part] = archwire.PartPrint{Part: one.Part, Rows: sum.Rows + one.Rows, Sum: sum.Sum + one.Sum}
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	byPart := func(a, b archwire.PartPrint) int { return cmp.Compare(a.Part, b.Part) }
	return slices.SortedFunc(maps.Values(sums), byPart), nil
}

// RowPrints yields the keys and hashes of rows of t.
func (l *load) RowPrints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		fail := func(err error) { yield(nil, classify("fingerprinting the rows of "+t.ID(), err)) }
		g, leave, err := l.reading(ctx, t)
		if err != nil {
			fail(err)
			return
		}
		defer leave()
		table, queries, err := l.pieces(ctx, g, p)
		if err != nil {
			fail(err)
			return
		}
		next := make(chan string, len(queries))
		for _, query := range queries {
			next <- query
		}
		close(next)
		for batch, err := range rowhash.RowPrints(l.rows(ctx, table, next, true), table, p) {
			if err != nil {
				fail(err)
				return
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}
