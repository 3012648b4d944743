package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

type fakeView struct {
	fake   *Fake
	tables []Table
	at     archwire.Instant
	slots  chan struct{}
	once   sync.Once
	done   chan struct{}
}

const (
	fakeChunkRows  = 1000
	fakeBatchBytes = 8 << 20
)

var errViewClosed = errors.New("the view is closed")

func (v *fakeView) At() archwire.Instant { return v.at }

func (v *fakeView) Close() error {
	v.once.Do(func() { close(v.done) })
	return nil
}

func (v *fakeView) Chunks(ctx context.Context, t archwire.Table) ([]archwire.Chunk, error) {
	found, _, err := v.find(ctx, t)
	if err != nil {
		return nil, err
	}
	var chunks []archwire.Chunk
	for at := 0; at < len(found.Rows); at += fakeChunkRows {
		chunks = append(chunks, archwire.Chunk{Where: strconv.Itoa(at), Rows: int64(min(fakeChunkRows, len(found.Rows)-at))})
	}
	return chunks, nil
}

func (v *fakeView) Count(ctx context.Context, t archwire.Table) (int64, error) {
	found, _, err := v.find(ctx, t)
	return int64(len(found.Rows)), err
}

func (v *fakeView) Batches(ctx context.Context, t archwire.Table, c archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		select {
		case v.slots <- struct{}{}:
			defer func() { <-v.slots }()
		case <-v.done:
			yield(nil, errViewClosed)
			return
		case <-ctx.Done():
			yield(nil, fmt.Errorf("waiting for a connection: %w", context.Cause(ctx)))
			return
		}
		if err := v.read(ctx, t, c, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (v *fakeView) read(ctx context.Context, t archwire.Table, c archwire.Chunk, yield func(archwire.Batch, error) bool) error {
	found, order, err := v.find(ctx, t)
	if err != nil {
		return err
	}
	from, err := strconv.Atoi(c.Where)
	if err != nil {
		return fmt.Errorf("reading %s: %q is no chunk of it", t.ID(), c.Where)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.ArrowSchema())
	defer b.Release()
	rows, bytes := int64(0), 0
	hand := func() bool {
		if rows == 0 {
			return true
		}
		batch := fakeBatch(b, rows)
		defer batch.Release()
		rows, bytes = 0, 0
		return yield(batch, nil)
	}
	for i := from; i < min(from+fakeChunkRows, len(found.Rows)); i++ {
		if err := v.failing(ctx, t, int64(i)); err != nil {
			return err
		}
		size := sizeOf(found.Rows[i])
		if bytes+size > fakeBatchBytes && !hand() {
			return nil
		}
		for j, at := range order {
			if err := appendValue(b.Field(j), found.Rows[i][at]); err != nil {
				return &archwire.Error{Code: archwire.Invalid, Message: t.ID() + ": column " + t.Columns[j].Name + ": " + err.Error()}
			}
		}
		rows++
		bytes += size
	}
	hand()
	return nil
}

// fakeBatch counts the rows itself: a record without columns has rows, too.
func fakeBatch(b *array.RecordBuilder, rows int64) archwire.Batch {
	record := b.NewRecordBatch()
	defer record.Release()
	return array.NewRecordBatch(record.Schema(), record.Columns(), rows)
}

func (v *fakeView) failing(ctx context.Context, t archwire.Table, row int64) error {
	if ctx.Err() != nil {
		return fmt.Errorf("reading %s: %w", t.ID(), context.Cause(ctx))
	}
	v.fake.mu.Lock()
	defer v.fake.mu.Unlock()
	if f := v.fake.faults[t.Name]; f.Err != nil && row >= f.After {
		return f.Err
	}
	return nil
}

// find returns the table and where its declared columns are.
func (v *fakeView) find(ctx context.Context, t archwire.Table) (found Table, order []int, err error) {
	select {
	case <-v.done:
		return found, nil, errViewClosed
	case <-ctx.Done():
		return found, nil, fmt.Errorf("reading %s: %w", t.ID(), context.Cause(ctx))
	default:
	}
	for _, known := range v.tables {
		if known.Name == t.Origin {
			order, err = columnsOf(known, t)
			return known, order, err
		}
	}
	return found, nil, changed(t, "the source has no table "+t.Origin+" any more")
}

func columnsOf(known Table, t archwire.Table) (order []int, err error) {
	for _, want := range t.Columns {
		at := -1
		for i, c := range known.Columns {
			if c.Name == want.Name {
				at = i
			}
		}
		switch {
		case at < 0:
			return nil, changed(t, "the source has no column "+want.Name)
		case known.Columns[at].Refused != "" && !want.Cast:
			return nil, changed(t, "column "+want.Name+": "+known.Columns[at].Refused)
		case known.Columns[at].Type != want.Type && !want.Cast:
			return nil, changed(t, fmt.Sprintf("column %s was %s when discovered and is %s now", want.Name, want.Type, known.Columns[at].Type))
		}
		order = append(order, at)
	}
	return order, nil
}

func changed(t archwire.Table, what string) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: t.ID() + ": " + what,
		Hint: "Run archwire discover " + t.Source + " and review the changes.",
	}
}

func sizeOf(row []any) int {
	n := 0
	for _, v := range row {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []byte:
			n += len(v)
		}
		n += 16
	}
	return n
}
