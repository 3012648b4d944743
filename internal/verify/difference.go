package verify

import (
	"cmp"
	"fmt"
	"slices"
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

// rows are the keys and prints of some rows of one side, in the order of the keys.
type rows struct {
	batches []archwire.Batch
	at      []where
}

// where a row is, by what key, and what its values come to.
type where struct {
	whole      int64  // the key, where it is one whole number that is not NULL
	key        string // the key otherwise
	print      int64
	batch, row int32
}

func byKey(a, b where) int { return cmp.Or(cmp.Compare(a.whole, b.whole), cmp.Compare(a.key, b.key)) }

func (r *rows) release() {
	for _, b := range r.batches {
		b.Release()
	}
}

// read takes what RowPrints yields. What it has taken is to be released, even
// after an error.
func (r *rows) read(t archwire.Table, batches archwire.Batches) error {
	var key []byte
	for batch, err := range batches {
		if err == nil && int(batch.NumCols()) != len(t.Key)+1 {
			err = fmt.Errorf("prints of rows have %d columns, not the key and one more", batch.NumCols())
		}
		if err != nil {
			return err
		}
		columns := batch.Columns()
		prints, ok := columns[len(t.Key)].(*array.Int64)
		if !ok {
			return fmt.Errorf("prints of rows are of type %s", columns[len(t.Key)].DataType())
		}
		batch.Retain()
		r.batches = append(r.batches, batch)
		for row := range int(batch.NumRows()) {
			w := where{print: prints.Value(row), batch: int32(len(r.batches) - 1), row: int32(row)} //nolint:gosec // bounded by groupRows
			whole := false
			if len(t.Key) == 1 {
				w.whole, whole = wholeOf(columns[0], row)
			}
			if !whole {
				key = appendKey(key[:0], columns[:len(t.Key)], row)
				w.key = string(key)
			}
			r.at = append(r.at, w)
		}
	}
	slices.SortFunc(r.at, byKey)
	return nil
}

// next takes the row at the front off, and says whether others with its key came
// with it.
func next(at []where) (first where, twice bool, rest []where) {
	n := 1
	for n < len(at) && byKey(at[n], at[0]) == 0 {
		n++
	}
	return at[0], n > 1, at[n:]
}

// difference compares the rows of both sides.
func difference(t archwire.Table, source, copied *rows) (Difference, error) {
	missing, changed, extra := newPicker(t), newPicker(t), newPicker(t)
	defer missing.release()
	defer changed.release()
	defer extra.release()
	theirs, ours := source.at, copied.at
	for len(theirs)+len(ours) > 0 {
		var order int
		switch {
		case len(ours) == 0:
			order = -1
		case len(theirs) == 0:
			order = 1
		default:
			order = byKey(theirs[0], ours[0])
		}
		var s, c where
		var sTwice, cTwice bool
		if order <= 0 {
			s, sTwice, theirs = next(theirs)
		}
		if order >= 0 {
			c, cTwice, ours = next(ours)
		}
		if sTwice || order < 0 || order == 0 && s.print != c.print {
			if column, null := source.nullIn(t, s); null { // no row is found by it
				return Difference{}, nullKey(t, column)
			}
		}
		switch {
		case sTwice:
			return Difference{}, noKey(t)
		case order < 0:
			missing.take(source, s)
		case order > 0:
			extra.take(copied, c)
		case cTwice || s.print != c.print:
			changed.take(source, s)
		}
	}
	return Difference{Table: t, Missing: missing.batch(), Changed: changed.batch(), Extra: extra.batch()}, nil
}

// nullIn is a column of the key that is NULL in a row of r.
func (r *rows) nullIn(t archwire.Table, w where) (column string, null bool) {
	for i, name := range t.Key {
		if r.batches[w.batch].Column(i).IsNull(int(w.row)) {
			return name, true
		}
	}
	return "", false
}

func nullKey(t archwire.Table, column string) error {
	return &archwire.Error{
		Code:    archwire.Invalid,
		Message: fmt.Sprintf("%s: column %s of its key is NULL in a row of the source, so nothing tells which row that is", t.ID(), column),
		Hint:    fmt.Sprintf("Name in sources/%s.yaml a key that is never NULL, or use sync: full without a key.", t.Source),
	}
}

func noKey(t archwire.Table) error {
	return &archwire.Error{
		Code:    archwire.Invalid,
		Message: fmt.Sprintf("%s: the key (%s) is not a key: rows of the source share one", t.ID(), strings.Join(t.Key, ", ")),
		Hint:    fmt.Sprintf("Name in sources/%s.yaml the columns that tell its rows apart, or use sync: full without a key.", t.Source),
	}
}

// A picker gathers keys.
type picker struct{ builder *array.RecordBuilder }

func newPicker(t archwire.Table) picker {
	return picker{array.NewRecordBuilder(memory.DefaultAllocator, t.KeyTable().ArrowSchema())}
}

func (p picker) take(from *rows, w where) {
	for i, b := range p.builder.Fields() {
		appendValue(b, from.batches[w.batch].Column(i), int(w.row))
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
