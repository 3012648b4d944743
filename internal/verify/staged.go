package verify

import (
	"context"
	"fmt"

	"archwire"
)

// Staged compares the rows that were read from chunks of the source with the
// source's own fingerprint of these chunks, and returns how many there were.
func Staged(ctx context.Context, t archwire.Table, source archwire.Printer, load archwire.Load, chunks []archwire.Chunk) (int64, error) {
	c := Comparison{Table: t, Source: source, Copy: load}
	hash, err := c.hash()
	if err != nil {
		return 0, err
	}
	theirs, err := source.Prints(ctx, t, archwire.PrintSpec{Hash: hash, Chunks: chunks})
	if err != nil {
		return 0, fmt.Errorf("fingerprinting what was read of %s: %w", t.ID(), err)
	}
	ours, err := load.Prints(ctx, t, archwire.PrintSpec{Hash: hash, Staged: true})
	if err != nil {
		return 0, fmt.Errorf("fingerprinting what was staged of %s: %w", t.ID(), err)
	}
	var n int64
	for _, s := range merged(theirs, ours) {
		n += s.source.Rows
		if s.source != s.copied {
			return n, &archwire.Error{
				Code: archwire.Mismatch,
				Message: fmt.Sprintf("%s: what arrived is not what the source read: %d rows there, %d here, or other values",
					t.ID(), s.source.Rows, s.copied.Rows),
				Hint: "Nothing was loaded. Run archwire run again; if this repeats, look for a view or a row policy that gives each connection other rows.",
			}
		}
	}
	return n, nil
}
