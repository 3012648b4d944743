package pipeline

import (
	"context"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/verify"
)

// countSource has the source count its rows. A source may hold a key to be the same in
// several spellings, and what it has tracked then tells that the row was written, and
// not that it is gone under the key that the copy has. All rows that the source has are
// in the copy by then, so the count tells whether such rows are left, and the keys tell
// which.
func (r *Runner) countSource(ctx context.Context, load archwire.Load, c *copying, keys verify.Comparison) (err error) {
	if c.sourceRows, err = c.view.Count(ctx, c.table.Table); err != nil || c.Mode != modeTracking || keys.Source == nil || !spells(c.table.Table) {
		return err //nolint:wrapcheck // the caller's own
	}
	n, err := load.Count(ctx, c.table.Table)
	if err != nil {
		return fmt.Errorf("counting %s in the warehouse: %w", c.table.ID(), err)
	}
	if n <= c.sourceRows {
		return nil
	}
	keys.Keys = true
	return r.reconcile(ctx, load, c, keys)
}

// spells says whether a key of the table may be the same in several spellings: text
// under a collation that ignores case, accents or blanks at its end, or bytes where
// zeros at the end are ignored.
func spells(t archwire.Table) bool {
	return slices.ContainsFunc(t.KeyTable().Columns, func(c archwire.Column) bool {
		return slices.Contains([]archwire.Kind{archwire.Text, archwire.JSON, archwire.Bytes}, c.Type.Kind)
	})
}
