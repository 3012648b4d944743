package files

import (
	"context"
	"slices"
	"sync"

	"archwire"
)

// A fold says which rows of a table's files are its rows: of those with one key the
// last, unless it says that the row is gone.
type fold struct {
	once sync.Once
	err  error
	last map[keyHash]place // of each key that changes name, where it is named last
}

// A place is a row of a file of changes: the file's number and the row's.
type place struct {
	file int32
	row  int64
}

// folded works out which rows count, once for a table. It is nil where all do.
func (v *view) folded(ctx context.Context, chosen selection, t archwire.Table) (*fold, error) {
	changes := chosen.changes()
	if len(t.Key) == 0 || len(changes) == 0 {
		return nil, nil //nolint:nilnil // every row counts
	}
	v.mu.Lock()
	f, ok := v.folds[t.Definition()]
	if !ok {
		f = &fold{}
		v.folds[t.Definition()] = f
	}
	v.mu.Unlock()
	f.once.Do(func() { f.err = f.work(ctx, v, chosen, changes, t) })
	if f.err != nil { // of this context, maybe: whoever asks next tries again
		v.mu.Lock()
		if v.folds[t.Definition()] == f {
			delete(v.folds, t.Definition())
		}
		v.mu.Unlock()
	}
	return f, f.err
}

// work reads the keys of all changes, the oldest first.
func (f *fold) work(ctx context.Context, v *view, chosen selection, changes []file, t archwire.Table) error {
	f.last = map[keyHash]place{}
	l := chosen.layout(t)
	for number, change := range changes {
		hashes, row := newKeyHasher(l, t), int64(0)
		err := v.scan(ctx, chosen, change, l, func(batch archwire.Batch) error {
			for _, h := range hashes.of(batch) {
				f.last[h] = place{int32(number), row} //nolint:gosec // a number of files
				row++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A sieve says which rows of one file count, as they come.
type sieve struct {
	fold   *fold
	hashes *keyHasher
	number int32 // of the file among those of changes; -1 is of the snapshot
	row    int64
	layout layout
	gone   []string
}

// sieve is nil where every row of the file counts.
func (v *view) sieve(ctx context.Context, chosen selection, f file, l layout, t archwire.Table) (*sieve, error) {
	folded, err := v.folded(ctx, chosen, t)
	if err != nil || folded == nil {
		return nil, err
	}
	number := slices.IndexFunc(chosen.changes(), func(c file) bool { return c.Name == f.Name })
	return &sieve{fold: folded, hashes: newKeyHasher(l, t), number: int32(number), layout: l, gone: chosen.table.Form.Gone}, nil //nolint:gosec // a number of files
}

// pick takes out of keep the rows that do not count.
func (s *sieve) pick(batch archwire.Batch, keep []bool) {
	operation := textColumn(batch, s.layout.operation)
	for i, h := range s.hashes.of(batch) {
		at, named := s.fold.last[h]
		switch {
		case s.number < 0:
			keep[i] = keep[i] && !named
		case at != place{s.number, s.row + int64(i)}:
			keep[i] = false
		case operation != nil && operation.IsValid(i) && slices.Contains(s.gone, operation.Value(i)):
			keep[i] = false
		}
	}
	s.row += batch.NumRows()
}
