package verify

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// A Difference is the keys of rows that are not the same on both sides, as
// batches of the table's key columns; nil is none. They are valid within the
// call that hands them over.
type Difference struct {
	Table   archwire.Table
	Missing archwire.Batch // in the source only
	Changed archwire.Batch // in both, with other values; or twice in the copy
	Extra   archwire.Batch // in the copy only
	Unkeyed bool           // the table has no key: its rows differ, and nothing names which
}

// Rows is how many rows differ, as far as they can be named.
func (d Difference) Rows() int64 {
	var n int64
	for _, b := range []archwire.Batch{d.Missing, d.Changed, d.Extra} {
		if b != nil {
			n += b.NumRows()
		}
	}
	return n
}

func (d Difference) release() {
	for _, b := range []archwire.Batch{d.Missing, d.Changed, d.Extra} {
		if b != nil {
			b.Release()
		}
	}
}

// rows are the keys and prints of some rows of one side.
type rows struct {
	batches []archwire.Batch
	byKey   map[string]where
}

// where a row is, and what its values come to.
type where struct {
	batch, row int
	print      int64
	twice      bool // another row has the same key
}

func (r *rows) release() {
	for _, b := range r.batches {
		b.Release()
	}
}

// readRows reads what RowPrints yields.
func readRows(t archwire.Table, batches archwire.Batches) (*rows, error) {
	out := &rows{byKey: map[string]where{}}
	var key []byte
	for batch, err := range batches {
		if err != nil {
			out.release()
			return nil, err
		}
		columns := batch.Columns()
		if len(columns) != len(t.Key)+1 {
			out.release()
			return nil, fmt.Errorf("prints of rows have %d columns, not the key and one more", len(columns))
		}
		prints, ok := columns[len(columns)-1].(*array.Int64)
		if !ok {
			out.release()
			return nil, fmt.Errorf("prints of rows are of type %s", columns[len(columns)-1].DataType())
		}
		batch.Retain()
		out.batches = append(out.batches, batch)
		for row := range int(batch.NumRows()) {
			key = appendKey(key[:0], columns[:len(t.Key)], row)
			_, twice := out.byKey[string(key)]
			out.byKey[string(key)] = where{len(out.batches) - 1, row, prints.Value(row), twice}
		}
	}
	return out, nil
}

// difference compares the rows of both sides.
func difference(t archwire.Table, source, copied *rows) (Difference, error) {
	missing, changed, extra := newPicker(t), newPicker(t), newPicker(t)
	defer missing.release()
	defer changed.release()
	defer extra.release()
	for key, s := range source.byKey {
		if s.twice {
			return Difference{}, &archwire.Error{
				Code:    archwire.Invalid,
				Message: fmt.Sprintf("%s: the key (%s) is not a key: rows of the source share one", t.ID(), strings.Join(t.Key, ", ")),
				Hint:    fmt.Sprintf("Name in sources/%s.yaml the columns that tell its rows apart, or use sync: full without a key.", t.Source),
			}
		}
		switch c, ok := copied.byKey[key]; {
		case !ok:
			missing.take(source, s)
		case c.twice || c.print != s.print:
			changed.take(source, s)
		}
	}
	for key, c := range copied.byKey {
		if _, ok := source.byKey[key]; !ok {
			extra.take(copied, c)
		}
	}
	return Difference{Table: t, Missing: missing.batch(), Changed: changed.batch(), Extra: extra.batch()}, nil
}

// A picker gathers keys.
type picker struct{ builder *array.RecordBuilder }

func newPicker(t archwire.Table) picker {
	return picker{array.NewRecordBuilder(memory.DefaultAllocator, t.KeyTable().ArrowSchema())}
}

func (p picker) take(from *rows, w where) {
	for i, b := range p.builder.Fields() {
		appendValue(b, from.batches[w.batch].Column(i), w.row)
	}
}

// batch is what was gathered; nil if nothing was.
func (p picker) batch() archwire.Batch {
	batch := p.builder.NewRecordBatch()
	if batch.NumRows() == 0 {
		batch.Release()
		return nil
	}
	return batch
}

func (p picker) release() { p.builder.Release() }
