package sourcetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

var _ archwire.Tracker = (*fakeView)(nil)

// Track makes views that are opened from now on tell what changed between them, in
// tables with a key.
func (f *Fake) Track() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history = map[int][]fakeTable{}
}

// Forget makes what changed until now unknown to later views.
func (f *Fake) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.history)
}

// remember keeps the tables as a view sees them; the lock is held.
func (f *Fake) remember() {
	if f.history != nil {
		f.history[f.changes] = slices.Clone(f.tables)
	}
}

const fakePosition = "change "

// Changes compares the rows' numbers with those of the earlier view.
func (v *fakeView) Changes(ctx context.Context, t archwire.Table, since string) (c archwire.Changes, err error) {
	found, _, err := v.find(ctx, OnChanges, t)
	if err != nil {
		return c, err
	}
	if v.position == "" || len(found.Key) == 0 {
		return c, changed(t, "the source does not track its changes")
	}
	c.Position = v.position
	old, ok := v.then(t, since)
	if !ok {
		return c, nil
	}
	c.Known, c.Deletes = true, true
	keys, err := found.keyTexts(t)
	if err != nil {
		return c, err
	}
	var written []string
	for i, n := range found.numbers {
		if !slices.Contains(old.numbers, n) {
			written = append(written, keys[i])
		}
	}
	if len(written) > 0 {
		c.Chunks = cutFake(found, fakeWhere{Keys: written})
	}
	return c, nil
}

// Deleted compares the keys of both views.
func (v *fakeView) Deleted(ctx context.Context, t archwire.Table, since string) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		batch, err := v.deleted(ctx, t, since)
		if err != nil {
			yield(nil, err)
			return
		}
		defer batch.Release()
		if batch.NumRows() > 0 {
			yield(batch, nil)
		}
	}
}

func (v *fakeView) deleted(ctx context.Context, t archwire.Table, since string) (archwire.Batch, error) {
	found, _, err := v.find(ctx, OnChanges, t)
	if err != nil {
		return nil, err
	}
	old, ok := v.then(t, since)
	if !ok {
		return nil, changed(t, fmt.Sprintf("what was deleted since %q is not known", since))
	}
	before, err := old.keyTexts(t)
	if err != nil {
		return nil, err
	}
	now, err := found.keyTexts(t)
	if err != nil {
		return nil, err
	}
	key := t.KeyTable()
	b := array.NewRecordBuilder(memory.DefaultAllocator, key.ArrowSchema())
	defer b.Release()
	for i, row := range old.Rows {
		if slices.Contains(now, before[i]) {
			continue
		}
		for j, c := range key.Columns {
			if err := appendValue(b.Field(j), row[old.at(c.Name)]); err != nil {
				return nil, fmt.Errorf("reading a key of %s: %w", t.ID(), err)
			}
		}
	}
	return b.NewRecordBatch(), nil
}

// then is the table as the view of a position saw it.
func (v *fakeView) then(t archwire.Table, since string) (fakeTable, bool) {
	text, ok := strings.CutPrefix(since, fakePosition)
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return fakeTable{}, false
	}
	v.fake.mu.Lock()
	defer v.fake.mu.Unlock()
	at := slices.IndexFunc(v.fake.history[n], func(f fakeTable) bool { return f.Name == t.Origin })
	if at < 0 {
		return fakeTable{}, false
	}
	return v.fake.history[n][at], true
}
