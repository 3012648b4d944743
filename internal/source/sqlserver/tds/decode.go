package tds

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

const (
	batchBytes = 8 << 20
	batchRows  = 1 << 20
)

// A decoder turns the rows of a result into batches.
type decoder struct {
	how      Reading
	choose   func([]wireColumn) Reading // how, by the columns that come, where that is not told before
	mem      memory.Allocator
	most     int // rows that a batch may have, whatever their size
	cols     []column
	rowBytes int
	capacity int // rows that a batch may have
	bitmap   int // bytes of the bitmap of NBCROW

	rows    int // in the batch at hand
	varying int // bytes of text and the like in it
	scratch []byte
}

func newDecoder(how Reading) *decoder {
	return &decoder{how: how, mem: how.Mem, most: batchRows}
}

// bind looks whether the columns that came become those that were asked for.
func (d *decoder) bind(columns []wireColumn) error {
	if d.choose != nil {
		d.how = d.choose(columns)
	}
	if len(columns) != len(d.how.Columns) {
		return fmt.Errorf("%w: the result has %d columns, not %d", ErrProtocol, len(columns), len(d.how.Columns))
	}
	d.cols = make([]column, len(columns))
	d.rowBytes, d.bitmap = 0, (len(columns)+7)/8
	for i, w := range columns {
		c, err := bind(w, d.how.Columns[i])
		if err != nil {
			return err
		}
		d.cols[i] = c
		d.rowBytes += c.RowBytes()
	}
	d.capacity = max(min(batchBytes/max(d.rowBytes, 1), d.most), 1)
	return nil
}

// full says whether the batch at hand must be taken before a row of n bytes.
func (d *decoder) full(n int) bool {
	return d.rows > 0 && (d.rows == d.capacity || d.rows*d.rowBytes+d.varying+n > batchBytes)
}

// row appends one row, which the scanner has found to be whole. This is the loop
// that every value of every table goes through once: no call, no allocation for
// the common types.
func (d *decoder) row(b []byte) error {
	if d.rows == 0 {
		d.varying = 0
		for i := range d.cols {
			d.cols[i].Reset(d.mem, d.capacity)
		}
	}
	r := d.rows
	var nulls []byte
	at := 1
	if b[0] == tokenNullRow {
		nulls = b[1 : 1+d.bitmap]
		at += d.bitmap
	}
	for i := range d.cols {
		c := &d.cols[i]
		if nulls != nil && nulls[i>>3]>>(i&7)&1 != 0 {
			c.Null(r)
			continue
		}
		v, next, null := d.value(c, b, at)
		if at = next; null {
			c.Null(r)
			continue
		}
		var err error
		switch c.decode { //nolint:exhaustive // the others are in rare
		case decode64:
			if len(v) != 8 {
				return &ValueError{c.name, errWidth}
			}
			binary.LittleEndian.PutUint64(c.Fixed[8*r:], binary.LittleEndian.Uint64(v))
		case decode32:
			if len(v) != 4 {
				return &ValueError{c.name, errWidth}
			}
			binary.LittleEndian.PutUint32(c.Fixed[4*r:], binary.LittleEndian.Uint32(v))
		case decodeUTF16:
			err = d.utf16(c, v)
		case decodeDecimal:
			err = decodeDecimalInto(c.Fixed[16*r:], v, c.scale, c.limit)
		default:
			err = d.rare(c, v)
		}
		if err != nil {
			return &ValueError{c.name, err}
		}
	}
	d.rows++
	return nil
}

// utf16 appends a text of UTF-16.
func (d *decoder) utf16(c *column, v []byte) error {
	most := len(v) / 2 * 3
	if !c.Fits(most) {
		return errTooLong
	}
	n, ok := utf16ToUTF8(c.Room(d.mem, most), v)
	if !ok {
		return errNotUTF16
	}
	d.append(c, n)
	return nil
}

// append takes n bytes that were written to the column's room as its value.
func (d *decoder) append(c *column, n int) {
	d.varying += n
	c.Append(d.rows, n)
}

// take returns the batch at hand. The caller releases it.
func (d *decoder) take() archwire.Batch {
	arrays := make([]arrow.Array, len(d.cols))
	for i := range d.cols {
		arrays[i] = d.cols[i].Array(d.mem, d.rows)
	}
	batch := array.NewRecordBatch(d.how.Schema, arrays, int64(d.rows))
	for _, a := range arrays {
		a.Release() // batch holds its own reference
	}
	d.rows = 0
	// A huge value is not kept room for.
	if cap(d.scratch) > batchBytes {
		d.scratch = nil
	}
	return batch
}

// drop gives back the memory of an unfinished batch.
func (d *decoder) drop() {
	for i := range d.cols {
		d.cols[i].Drop(d.mem)
	}
	d.rows = 0
}
