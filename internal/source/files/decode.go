package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"archwire"
)

// A layout is the columns that a scan reads: those asked for, and behind them those
// that decide which rows are read.
type layout struct {
	columns   []archwire.Column
	out       int   // how many are asked for
	places    []int // of each column among a file's; -1 is NULL in every row
	operation int   // the column that says what became of a row; -1 is none
}

func (l layout) schema() *arrow.Schema { return archwire.Table{Columns: l.columns}.ArrowSchema() }

// find is the place of a column.
func (l layout) find(name string) int {
	for i, c := range l.columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// understand makes a batch of the rows of a block that are as declared, and lists
// the others.
func (l layout) understand(b *block, shape textShape, schema *arrow.Schema) (archwire.Batch, []reject) {
	rejected := b.bad
	columns := make([]arrow.Array, len(l.columns))
	keep := []bool(nil)
	for i, c := range l.columns {
		r := columnReader{shape: shape, b: b, at: l.places[i]}
		if r.at < 0 {
			columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, c.Type.Arrow(), len(b.rows))
			continue
		}
		columns[i] = r.read(c.Type)
		for _, w := range r.wrong {
			if keep == nil {
				keep = allTrue(len(b.rows))
			}
			if keep[w.row] { // a row is rejected once, for its first column
				keep[w.row] = false
				rejected = append(rejected, b.reject(b.rows[w.row], c.Name, w.reason))
			}
		}
	}
	slices.SortStableFunc(rejected, func(a, b reject) int { return cmp.Compare(a.line, b.line) })
	batch := array.NewRecordBatch(schema, columns, int64(len(b.rows)))
	for _, c := range columns {
		c.Release()
	}
	if keep == nil {
		return batch, rejected
	}
	defer batch.Release()
	return kept(batch, keep), rejected
}

func allTrue(n int) []bool {
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	return all
}

// decoders is how many blocks of a file are understood at once.
const decoders = 2

// A decoding is a block on its way.
type decoding struct {
	block    *block
	batch    archwire.Batch
	rejected []reject
	done     chan struct{}
}

// inOrder understands blocks several at once and hands them over one after the
// other, as next gives them.
func inOrder(ctx context.Context, next func() (*block, error), understand func(*decoding), hand func(*decoding) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	queue, work := make(chan *decoding, decoders), make(chan *decoding)
	group.Go(func() error {
		defer close(queue)
		defer close(work)
		for {
			b, err := next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			d := &decoding{block: b, done: make(chan struct{})}
			for _, to := range []chan *decoding{work, queue} {
				select {
				case to <- d:
				case <-ctx.Done():
					return fmt.Errorf("reading on: %w", context.Cause(ctx))
				}
			}
		}
	})
	for range decoders {
		group.Go(func() error {
			for d := range work {
				understand(d)
				close(d.done)
			}
			return nil
		})
	}
	var failed error
	for d := range queue {
		<-d.done
		if failed == nil {
			failed = hand(d)
		}
		if d.batch != nil {
			d.batch.Release()
		}
		if failed != nil {
			cancel()
		}
	}
	if err := group.Wait(); failed == nil {
		return err //nolint:wrapcheck // of next
	}
	return failed
}
