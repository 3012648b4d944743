package duckdb

import (
	"context"
	"fmt"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// A feed hands the batches of an iterator to DuckDB, which asks for them from
// threads of its own. The iterator runs in a goroutine beside, one batch ahead:
// the source decodes while DuckDB writes.
type feed struct {
	ctx    context.Context //nolint:containedctx // array.RecordReader.Next takes none, and DuckDB calls it
	schema *arrow.Schema
	next   chan arrow.RecordBatch
	quit   chan struct{}
	once   sync.Once

	failed error // why the iterator ended; read once next is closed

	// After an interrupt DuckDB returns while one of its threads still waits for a
	// batch; that thread ends with the transaction.
	mu      sync.Mutex
	current arrow.RecordBatch
	err     error
	rows    int64
}

var _ array.RecordReader = (*feed)(nil)

// newFeed starts rows. Batches of another schema than that given end the feed
// with an error.
func newFeed(ctx context.Context, schema *arrow.Schema, rows archwire.Batches) *feed {
	f := &feed{ctx: ctx, schema: schema, next: make(chan arrow.RecordBatch), quit: make(chan struct{})}
	go f.run(rows)
	return f
}

func (f *feed) run(rows archwire.Batches) {
	defer close(f.next)
	defer func() {
		// What iterates is not ours; it must not end the process.
		if p := recover(); p != nil {
			f.failed = fmt.Errorf("reading batches: panic: %v", p)
		}
	}()
	for batch, err := range rows {
		if err != nil {
			f.failed = err
			return
		}
		batch, err = archwire.Conform(batch, f.schema)
		if err != nil {
			f.failed = err
			return
		}
		select {
		case f.next <- batch:
		case <-f.quit:
			batch.Release()
			return
		}
	}
}

// Next waits for the next batch.
func (f *feed) Next() bool {
	if f.Err() != nil {
		return false
	}
	batch, err := f.wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
	f.current, f.err = batch, err
	if batch != nil {
		f.rows += batch.NumRows()
	}
	return batch != nil
}

// wait is the next batch; nil at the end.
func (f *feed) wait() (arrow.RecordBatch, error) {
	select {
	case batch, ok := <-f.next:
		if !ok {
			return nil, f.failed
		}
		return batch, nil
	case <-f.ctx.Done():
		return nil, f.ctx.Err()
	}
}

// stop ends the iterator and waits until it has ended, so that the caller may
// close what it reads from.
func (f *feed) stop() {
	f.once.Do(func() { close(f.quit) })
	for batch := range f.next {
		batch.Release()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
}

// release drops the batch before. Hold mu.
func (f *feed) release() {
	if f.current != nil {
		f.current.Release()
		f.current = nil
	}
}

// RecordBatch is the batch that Next has got.
func (f *feed) RecordBatch() arrow.RecordBatch {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// Err is why there is no further batch; nil if they have all been read.
func (f *feed) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *feed) Schema() *arrow.Schema     { return f.schema }
func (f *feed) Record() arrow.RecordBatch { return f.RecordBatch() }
func (f *feed) Retain()                   {} // owned by ingest alone
func (f *feed) Release()                  {}

// tableSchema is the schema in which DuckDB gets the rows of t.
func tableSchema(t archwire.Table) *arrow.Schema {
	if len(t.Columns) == 0 {
		return arrow.NewSchema([]arrow.Field{{Name: archwire.NoColumns, Type: arrow.FixedWidthTypes.Boolean, Nullable: true}}, nil)
	}
	return t.ArrowSchema()
}
