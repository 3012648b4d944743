package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

type fakeView struct {
	fake     *Fake
	tables   []fakeTable
	gentle   bool
	vouches  bool
	position string // "" when nothing is tracked
	at       archwire.Instant
	slots    chan struct{}
	once     sync.Once
	done     chan struct{}
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
	found, _, err := v.find(ctx, OnChunks, t)
	if err != nil {
		return nil, err
	}
	return cutFake(found, fakeWhere{Live: t.Deleted}), nil
}

func (v *fakeView) Count(ctx context.Context, t archwire.Table) (int64, error) {
	found, _, err := v.find(ctx, OnCount, t)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for i := range found.Rows {
		if !found.marked(t, t.Deleted, i) {
			n++
		}
	}
	return n, nil
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
	found, order, err := v.find(ctx, OnBatches, t)
	if err != nil {
		return err
	}
	rows, err := found.rowsOf(t, c)
	if err != nil {
		return err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.ArrowSchema())
	defer b.Release()
	have, bytes := int64(0), 0
	hand := func() bool {
		if have == 0 {
			return true
		}
		batch := fakeBatch(b, have)
		defer batch.Release()
		have, bytes = 0, 0
		return yield(batch, nil)
	}
	for _, i := range rows {
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
		have++
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
	return v.fake.fault(OnBatches, t.Name, row)
}

// find returns the table and where its declared columns are.
func (v *fakeView) find(ctx context.Context, call Call, t archwire.Table) (found fakeTable, order []int, err error) {
	if err := v.fake.calling(call, t.Name); err != nil {
		return found, nil, err
	}
	select {
	case <-v.done:
		return found, nil, errViewClosed
	case <-ctx.Done():
		return found, nil, fmt.Errorf("reading %s: %w", t.ID(), context.Cause(ctx))
	default:
	}
	for _, known := range v.seen() {
		if known.Name == t.Origin {
			order, err = columnsOf(known.Table, t)
			return known, order, err
		}
	}
	return found, nil, changed(t, "the source has no table "+t.Origin+" any more")
}

// seen lists the tables as the view sees them.
func (v *fakeView) seen() []fakeTable {
	if !v.gentle {
		return v.tables
	}
	v.fake.mu.Lock()
	defer v.fake.mu.Unlock()
	return slices.Clone(v.fake.tables)
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
	if t.Deleted == "" {
		return order, nil
	}
	if !slices.ContainsFunc(known.Columns, func(c archwire.Column) bool { return c.Name == t.Deleted }) {
		return nil, changed(t, "the source has no column "+t.Deleted)
	}
	if _, ok := t.Column(t.Deleted); !ok {
		return nil, changed(t, "column "+t.Deleted+" marks deleted rows and is not copied")
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
