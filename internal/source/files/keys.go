package files

import (
	"context"
	"fmt"
	"strconv"

	"archwire"
)

var _ archwire.KeyReader = (*view)(nil)

// A keySet is the keys that ByKeys was asked for.
type keySet struct{ keys map[keyHash]bool }

// ByKeys implements archwire.KeyReader. The view keeps the keys as long as it is
// open; its chunks are for itself.
func (v *view) ByKeys(ctx context.Context, t archwire.Table, keys archwire.Batch) ([]archwire.Chunk, error) {
	if int(keys.NumCols()) != len(t.Key) || len(t.Key) == 0 {
		return nil, invalid(t, fmt.Sprintf("its key has %d columns and the keys asked for have %d", len(t.Key), keys.NumCols()), "")
	}
	if keys.NumRows() == 0 {
		_, err := v.find(ctx, t)
		return nil, err
	}
	set := &keySet{keys: make(map[keyHash]bool, keys.NumRows())}
	l := layout{columns: t.KeyTable().Columns}
	for _, h := range newKeyHasher(l, t).of(keys) {
		set.keys[h] = true
	}
	v.mu.Lock()
	name := strconv.Itoa(len(v.asked) + 1)
	v.asked[name] = set
	v.mu.Unlock()
	return v.cut(ctx, t, where{Live: t.Deleted, Keys: name})
}

// keysOf picks the rows of keys that were asked for under a name.
func (v *view) keysOf(t archwire.Table, name string, l layout) (func(archwire.Batch, []bool), error) {
	v.mu.Lock()
	set, ok := v.asked[name]
	v.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("reading %s: another view was asked for these keys", t.ID())
	}
	hashes := newKeyHasher(l, t)
	return func(batch archwire.Batch, keep []bool) {
		for i, h := range hashes.of(batch) {
			keep[i] = keep[i] && set.keys[h]
		}
	}, nil
}
