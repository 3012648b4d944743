package files

import (
	"context"

	"archwire"
	"archwire/internal/rowhash"
)

var (
	_ archwire.Printer = (*view)(nil)
	_ archwire.Witness = (*view)(nil)
)

// Hashes implements archwire.Printer.
func (v *view) Hashes(archwire.Table) []archwire.Hash { return rowhash.Hashes() }

// Prints implements archwire.Printer: the files are read again.
func (v *view) Prints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	return rowhash.Prints(v.rows(ctx, t, p), t, p) //nolint:wrapcheck // names the table
}

// RowPrints implements archwire.Printer: the files are read again.
func (v *view) RowPrints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return rowhash.RowPrints(v.rows(ctx, t, p), t, p)
}

// rows are those of the chunks that are asked for, one after the other.
func (v *view) rows(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
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

// Unchanged implements archwire.Witness: the files are the same, each of the same
// version, and the mark names them all.
func (v *view) Unchanged(ctx context.Context, t archwire.Table, since archwire.Instant) (bool, error) {
	if err := v.usable(ctx, t); err != nil {
		return false, err
	}
	chosen, ok := v.tables[t.Origin]
	return ok && chosen.err == nil && since.Mark == v.at.Mark, nil
}
