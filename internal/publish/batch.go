package publish

import (
	"context"
	"iter"

	"archwire"
)

// Slices are read back together, up to so many and so many rows of them: small
// ones cost little more than the statement, and large ones a lot of memory.
const (
	batchSlices = 16
	batchRows   = 50_000
)

// batches cuts pieces up, each batch of one variant, so that all writers have some.
func batches(pieces []piece, writers int) iter.Seq[[]piece] {
	most := min((len(pieces)+writers-1)/writers, batchSlices)
	return func(yield func([]piece) bool) {
		for start := 0; start < len(pieces); {
			end, rows := start+1, pieces[start].print.Rows
			for end < len(pieces) && end-start < most && pieces[end].variant.profile == pieces[start].variant.profile {
				if rows += pieces[end].print.Rows; rows > batchRows {
					break
				}
				end++
			}
			if !yield(pieces[start:end]) {
				return
			}
			start = end
		}
	}
}

// makeBatch finds or writes the slices of pieces of one variant, and reads back those
// that it wrote. files are those of their lot.
func (c *cutter) makeBatch(ctx context.Context, d archwire.Dataset, batch []piece, files cutFiles) ([]archwire.Slice, error) {
	source := batch[0].variant.source(d)
	made := make([]archwire.Slice, len(batch))
	var written []archwire.Slice
	for i, pc := range batch {
		slice, kept := c.before.keeps(d, pc)
		if !kept {
			var err error
			if slice, err = c.write(ctx, d, source, pc, files); err != nil {
				return nil, err
			}
			written = append(written, slice)
		}
		made[i] = slice
	}
	if len(written) == 0 {
		return made, nil
	}
	return made, c.readBack(ctx, d, source, written)
}
