package rowhash

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// RowTable is the shape of what RowPrints yields: the key's columns and
// archwire.PrintColumn.
func RowTable(t archwire.Table) archwire.Table {
	t = t.KeyTable()
	t.Columns = append(t.Columns, archwire.Column{Name: archwire.PrintColumn, Type: archwire.Type{Kind: archwire.Int64}})
	return t
}

// RowPrints yields the key columns and archwire.PrintColumn of the rows of the
// parts asked for; of what else, see Prints.
func RowPrints(rows archwire.Batches, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		h, err := newHasher(t, p)
		if err != nil {
			yield(nil, err)
			return
		}
		h.plain = p.Keys && h.cut.width > 0
		for batch, err := range rows {
			if err == nil {
				err = h.read(batch)
			}
			var out archwire.Batch
			if err == nil {
				out, err = h.rows(batch)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !handOver(out, yield) {
				return
			}
		}
	}
}

func handOver(out archwire.Batch, yield func(archwire.Batch, error) bool) bool {
	defer out.Release()
	return out.NumRows() == 0 || yield(out, nil)
}

// rows picks the rows of the parts asked for.
func (h *hasher) rows(batch archwire.Batch) (archwire.Batch, error) {
	prints := array.NewInt64Builder(memory.DefaultAllocator)
	defer prints.Release()
	type run struct{ from, to int }
	var runs []run
	for i, print := range h.prints {
		if part := h.part(i); part < h.spec.First || part > h.spec.Last || h.deleted(i) || !h.asked(part) || !h.only(i) {
			continue
		}
		prints.Append(int64(print)) //nolint:gosec // the same bits
		if last := len(runs) - 1; last >= 0 && runs[last].to == i {
			runs[last].to++
		} else {
			runs = append(runs, run{i, i + 1})
		}
	}
	columns := make([]arrow.Array, 0, len(h.keyAt)+1)
	defer func() {
		for _, c := range columns {
			c.Release() // the record holds its own reference
		}
	}()
	for _, at := range h.keyAt {
		pieces := make([]arrow.Array, len(runs))
		for i, r := range runs {
			pieces[i] = array.NewSlice(batch.Column(at), int64(r.from), int64(r.to))
		}
		column, err := joined(pieces, batch.Column(at))
		if err != nil {
			return nil, fmt.Errorf("fingerprinting %s: %w", h.table.ID(), err)
		}
		columns = append(columns, column)
	}
	n := int64(prints.Len())
	columns = append(columns, prints.NewArray())
	return array.NewRecordBatch(RowTable(h.table).ArrowSchema(), columns, n), nil
}

// joined is the pieces as one array; the pieces are released.
func joined(pieces []arrow.Array, whole arrow.Array) (arrow.Array, error) {
	defer func() {
		for _, p := range pieces {
			p.Release()
		}
	}()
	switch len(pieces) {
	case 0:
		return array.NewSlice(whole, 0, 0), nil
	case 1:
		pieces[0].Retain()
		return pieces[0], nil
	}
	return array.Concatenate(pieces, memory.DefaultAllocator) //nolint:wrapcheck // wrapped by the caller
}

// asked says whether a part is among those that the spec lists.
func (h *hasher) asked(part int) bool {
	if h.spec.Parts == nil {
		return true
	}
	_, found := slices.BinarySearch(h.spec.Parts, part)
	return found
}

// only says whether the key of row i is among those that the spec lists.
func (h *hasher) only(i int) bool {
	if h.spec.Only == nil {
		return true
	}
	_, found := slices.BinarySearch(h.spec.Only, h.cut.keys[i])
	return found && h.cut.column.IsValid(i)
}
