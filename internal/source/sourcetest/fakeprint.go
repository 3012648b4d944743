package sourcetest

import (
	"context"

	"archwire"
	"archwire/internal/rowhash"
)

var _ archwire.Printer = (*fakeView)(nil)

// Hashes lists those of rowhash.
func (v *fakeView) Hashes(archwire.Table) []archwire.Hash { return rowhash.Hashes() }

// Prints hashes the rows that Batches yields.
func (v *fakeView) Prints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	return rowhash.Prints(v.rows(ctx, t, p), t, p)
}

// RowPrints hashes the rows that Batches yields.
func (v *fakeView) RowPrints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return rowhash.RowPrints(v.rows(ctx, t, p), t, p)
}

// rows are those of the chunks that are asked for, one after the other.
func (v *fakeView) rows(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		chunks, err := p.Chunks, error(nil)
		if chunks == nil {
			chunks, err = v.Chunks(ctx, t)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for _, c := range chunks {
			for batch, err := range v.Batches(ctx, t, c) {
				if !yield(batch, err) || err != nil {
					return
				}
			}
		}
	}
}
