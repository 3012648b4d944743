package pipeline

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/verify"
)

// mendAtOnce is how many keys are gathered before rows are taken out and read
// again: each time costs the warehouse a look at the whole table.
const mendAtOnce = 200_000

// A mending gathers the keys of rows that differ, takes these rows out of the
// copy and reads them from the source.
type mending struct {
	*copying
	load archwire.Load

	out  []archwire.Batch // keys of all rows that differ
	read []archwire.Batch // of those that the source has
	keys int64
}

// add enters a difference.
func (m *mending) add(ctx context.Context, d verify.Difference) error {
	t := m.table.Table
	if d.Unkeyed {
		return fmt.Errorf("%s has no key to mend it by", t.ID())
	}
	for _, keys := range []archwire.Batch{d.Missing, d.Changed, d.Extra} {
		if keys == nil {
			continue
		}
		keys.Retain()
		m.out = append(m.out, keys)
		m.keys += keys.NumRows()
		if keys == d.Extra {
			m.removed += keys.NumRows()
			continue
		}
		m.repaired += keys.NumRows()
		m.read = append(m.read, keys)
	}
	if m.keys < mendAtOnce {
		return nil
	}
	return m.flush(ctx)
}

// flush mends what was gathered.
func (m *mending) flush(ctx context.Context) error {
	if m.keys == 0 {
		return nil
	}
	defer m.release()
	t := m.table.Table
	chunks, err := m.chunksOf(ctx)
	if err != nil {
		return err
	}
	if _, err := m.load.Patch(ctx, t, batches(m.out), m.again(ctx, chunks)); err != nil {
		return fmt.Errorf("reading rows of %s again: %w", t.ID(), err)
	}
	return nil
}

// chunksOf finds the rows to read again.
func (m *mending) chunksOf(ctx context.Context) ([]archwire.Chunk, error) {
	if len(m.read) == 0 {
		return nil, nil
	}
	reader, ok := m.view.(archwire.KeyReader)
	if !ok {
		return nil, unable(m.source, m.table.Table, "read rows by key", "sync: full")
	}
	var all []archwire.Chunk
	for _, keys := range m.read {
		chunks, err := reader.ByKeys(ctx, m.table.Table, keys)
		if err != nil {
			return nil, fmt.Errorf("reading rows of %s by key: %w", m.table.ID(), err)
		}
		all = append(all, chunks...)
	}
	return all, nil
}

// again reads chunks one after the other, and watches the column followed.
func (m *mending) again(ctx context.Context, chunks []archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for _, chunk := range chunks {
			for batch, err := range m.view.Batches(ctx, m.table.Table, chunk) {
				if batch != nil {
					m.follower.watch(batch)
					m.copying.read.Add(valueBytes(batch))
				}
				if !yield(batch, err) || err != nil {
					return
				}
			}
		}
	}
}

func (m *mending) release() {
	for _, keys := range m.out {
		keys.Release()
	}
	m.out, m.read, m.keys = nil, nil, 0
}

// batches yields some batches.
func batches(all []archwire.Batch) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for _, batch := range all {
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// noteHigh remembers the greatest key, if the table is followed by its key.
func (c *copying) noteHigh(ctx context.Context, load archwire.Load) error {
	if len(c.table.Key) != 1 || c.table.Key[0] != c.table.Cursor {
		return nil
	}
	_, high, ok, err := load.Span(ctx, c.table.Table)
	if err != nil {
		return fmt.Errorf("reading the greatest key of %s: %w", c.table.ID(), err)
	}
	if ok {
		c.high = &high
	}
	return nil
}
