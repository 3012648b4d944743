// Package rowhash fingerprints rows in Go as docs/format/fingerprint.md
// specifies it, value for value what an engine computes in SQL.
package rowhash

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// Hashes lists the hashes that rowhash can compute of any table, the fastest
// first.
func Hashes() []archwire.Hash { return []archwire.Hash{archwire.HashColumns, archwire.HashMD5} }

// Prints fingerprints rows: batches whose columns are t's, in order. Rows that
// t's Deleted column marks do not count, if it is among the columns. The spec's
// First and Last restrict the parts; Chunks and Staged are the caller's business.
func Prints(rows archwire.Batches, t archwire.Table, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	h, err := newHasher(t, p)
	if err != nil {
		return nil, err
	}
	h.plain = p.Keys && h.cut.width > 0
	sums := newSums(h.cut, p)
	for batch, err := range rows {
		if err != nil {
			return nil, err
		}
		if err := h.read(batch); err != nil {
			return nil, err
		}
		for i := range h.prints {
			if !h.deleted(i) {
				sums.add(h.part(i), h.prints[i])
			}
		}
	}
	return sums.list(), nil
}

// A hasher computes part and hash of each row of one batch after the other.
type hasher struct {
	table, keys archwire.Table
	spec        archwire.PrintSpec
	cut         cutter
	keyAt       []int // where the key's columns are in a batch
	deletedAt   int   // where the column that marks deleted rows is; -1 when nowhere
	plain       bool  // a row's print is its key

	prints, keyPrints []uint64
	marks             arrow.Array
}

// Check says what is wrong with fingerprinting t so; the parts asked for may be
// any.
func Check(t archwire.Table, p archwire.PrintSpec) error {
	if p.Hash != archwire.HashColumns && p.Hash != archwire.HashMD5 {
		return fmt.Errorf("fingerprinting %s: no hash is named %q", t.ID(), p.Hash)
	}
	keys := t.KeyTable()
	if len(keys.Columns) != len(t.Key) {
		return fmt.Errorf("fingerprinting %s: its key is not among its columns", t.ID())
	}
	if p.Cut.Width <= 0 {
		return nil
	}
	if len(keys.Columns) == 1 {
		switch keys.Columns[0].Type.Kind { //nolint:exhaustive // others are no whole numbers
		case archwire.Int16, archwire.Int32, archwire.Int64:
			return nil
		}
	}
	return fmt.Errorf("fingerprinting %s: %w", t.ID(), errNotWhole)
}

func newHasher(t archwire.Table, p archwire.PrintSpec) (*hasher, error) {
	if err := Check(t, p); err != nil {
		return nil, err
	}
	h := &hasher{table: t, keys: t.KeyTable(), spec: p, deletedAt: indexOf(t, t.Deleted)}
	for _, c := range h.keys.Columns {
		h.keyAt = append(h.keyAt, indexOf(t, c.Name))
	}
	h.cut = newCutter(p.Cut)
	return h, nil
}

func indexOf(t archwire.Table, column string) int {
	for i, c := range t.Columns {
		if c.Name == column && column != "" {
			return i
		}
	}
	return -1
}

// read hashes the rows of one batch.
func (h *hasher) read(batch archwire.Batch) error {
	if int(batch.NumCols()) != len(h.table.Columns) {
		return fmt.Errorf("fingerprinting %s: rows have %d columns, not %d", h.table.ID(), batch.NumCols(), len(h.table.Columns))
	}
	n := int(batch.NumRows())
	keys := make([]arrow.Array, len(h.keyAt))
	for i, at := range h.keyAt {
		keys[i] = batch.Column(at)
	}
	h.marks = nil
	if h.deletedAt >= 0 {
		h.marks = batch.Column(h.deletedAt)
	}
	var err error
	if h.cut.byHash() || h.spec.Keys && !h.plain {
		if h.keyPrints, err = h.hash(resized(h.keyPrints, n), keys, h.keys); err != nil {
			return err
		}
	}
	if err := h.cut.read(keys, h.keyPrints); err != nil {
		return fmt.Errorf("fingerprinting %s: %w", h.table.ID(), err)
	}
	h.prints = resized(h.prints, n)
	switch {
	case h.plain:
		for i := range h.prints {
			h.prints[i] = h.cut.key(i)
		}
	case h.spec.Keys:
		copy(h.prints, h.keyPrints)
	default:
		h.prints, err = h.hash(h.prints, batch.Columns(), h.table)
	}
	return err
}

func (h *hasher) hash(out []uint64, values []arrow.Array, t archwire.Table) ([]uint64, error) {
	if h.spec.Hash == archwire.HashMD5 {
		return texts(out, values, t)
	}
	return columns(out, values, t)
}

func (h *hasher) part(i int) int { return h.cut.part(i) }

// deleted says whether row i is marked as deleted.
func (h *hasher) deleted(i int) bool {
	if h.marks == nil || h.marks.IsNull(i) {
		return false
	}
	if b, ok := h.marks.(interface{ Value(i int) bool }); ok {
		return b.Value(i)
	}
	return true
}

func resized(s []uint64, n int) []uint64 {
	if cap(s) < n {
		return make([]uint64, n)
	}
	return s[:n]
}

func unexpected(c archwire.Column, a arrow.Array) error {
	return fmt.Errorf("fingerprinting column %s: a %s came as %s", c.Name, c.Type, a.DataType())
}
