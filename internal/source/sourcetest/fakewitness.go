package sourcetest

import (
	"context"
	"crypto/rand"
	"slices"

	"archwire"
)

var _ archwire.Witness = (*fakeView)(nil)

// Vouch makes views that are opened from now on vouch for tables that have not
// changed since an earlier one that was opened after it.
func (f *Fake) Vouch() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.vouches = "source " + rand.Text() + " "
}

// Unchanged goes by the number of changes, of whatever table.
func (v *fakeView) Unchanged(_ context.Context, t archwire.Table, since archwire.Instant) (bool, error) {
	there := slices.ContainsFunc(v.tables, func(f fakeTable) bool { return f.Name == t.Origin })
	return v.vouches && !v.gentle && there && since.Mark == v.at.Mark, nil
}
