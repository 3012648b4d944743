package verify

import (
	"context"
	"fmt"

	"archwire"
)

// partRows is how many rows a part is meant to have. Fewer make the list of
// prints long; more make a part that differs dear to look into.
const partRows = 1000

// mostParts bounds the list of prints of one table.
const mostParts = 1 << 16

// CutOf cuts t, of about so many rows, by its key into parts of about the same
// number of rows, going by the copy: by ranges where the key is one whole number,
// else by its hash. A table without a key is one part.
func CutOf(ctx context.Context, load archwire.Load, t archwire.Table, rows int64) (archwire.Cut, error) {
	if len(t.Key) == 0 {
		return archwire.Cut{}, nil
	}
	parts := min(rows/partRows+1, mostParts)
	low, high, ok, err := load.Span(ctx, t)
	if err != nil {
		return archwire.Cut{}, fmt.Errorf("reading the span of the key of %s: %w", t.ID(), err)
	}
	if !ok {
		return archwire.Cut{Parts: int(parts)}, nil
	}
	return ranges(low, high, parts), nil
}

// ranges cuts the keys from low to high, which may be as far apart as an int64
// allows, into at most so many parts.
func ranges(low, high, parts int64) archwire.Cut {
	distance := uint64(high) - uint64(low)        //nolint:gosec // wraps around to the distance
	width := min(distance/uint64(parts)+1, 1<<62) //nolint:gosec // parts is positive
	n := distance/width + 1
	return archwire.Cut{From: low, Width: int64(width), Parts: int(n)} //nolint:gosec // at most 2^62, and mostParts
}

// partOf is the part that a whole key belongs to.
func partOf(c archwire.Cut, key int64) int {
	if key < c.From {
		return 0
	}
	n := (uint64(key) - uint64(c.From)) / uint64(c.Width) //nolint:gosec // wraps around to the distance
	return int(min(n, uint64(parts(c)-1)))                //nolint:gosec // below parts
}

// parts is how many parts a cut has: the zero Cut is one.
func parts(c archwire.Cut) int { return max(c.Parts, 1) }
