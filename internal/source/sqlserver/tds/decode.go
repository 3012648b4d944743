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
	mem      memory.Allocator
	cols     []column
	rowBytes int
	capacity int  // rows that a batch may have
	bitmap   int  // bytes of the bitmap of NBCROW
	asText   bool // whatever columns come, they are taken as text

	rows    int // in the batch at hand
	varying int // bytes of text and the like in it
	scratch []byte
}

func newDecoder(how Reading) *decoder {
	return &decoder{how: how, mem: how.Mem}
}

// bind looks whether the columns that came become those that were asked for.
func (d *decoder) bind(columns []wireColumn) error {
	if d.asText {
		d.how = textReading(columns, d.mem)
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
		d.rowBytes += c.rowBytes()
	}
	d.capacity = max(min(batchBytes/max(d.rowBytes, 1), batchRows), 1)
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
			d.cols[i].reset(d.mem, d.capacity)
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
			c.null(r)
			continue
		}
		var v []byte
		switch c.layout { //nolint:exhaustive // the others are in long
		case fixedWidth:
			v = b[at : at+c.size]
			at += c.size
		case shortCount:
			n := int(b[at])
			if at++; n == 0 {
				c.null(r)
				continue
			}
			v = b[at : at+n]
			at += n
		case longCount:
			n := int(binary.LittleEndian.Uint16(b[at:]))
			if at += 2; n == nullLength {
				c.null(r)
				continue
			}
			v = b[at : at+n]
			at += n
		default:
			var null bool
			if v, at, null = d.long(c, b, at); null {
				c.null(r)
				continue
			}
		}
		var err error
		switch c.decode { //nolint:exhaustive // the others are in rare
		case decode64:
			if len(v) != 8 {
				return &ValueError{c.name, errWidth}
			}
			binary.LittleEndian.PutUint64(c.fixed[8*r:], binary.LittleEndian.Uint64(v))
		case decode32:
			if len(v) != 4 {
				return &ValueError{c.name, errWidth}
			}
			binary.LittleEndian.PutUint32(c.fixed[4*r:], binary.LittleEndian.Uint32(v))
		case decodeUTF16:
			err = d.utf16(c, v)
		case decodeDecimal:
			err = decodeDecimalInto(c.fixed[16*r:], v, c.scale, c.limit)
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

// long finds the value of a layout for long ones at b[at], and where it ends. One
// in several chunks is gathered in scratch.
func (d *decoder) long(c *column, b []byte, at int) (v []byte, end int, null bool) {
	if c.layout != chunked {
		if b[at] == 0 {
			return nil, at + 1, true
		}
		at += 1 + int(b[at]) + 8 // pointer and timestamp
		n := int(binary.LittleEndian.Uint32(b[at:]))
		return b[at+4 : at+4+n], at + 4 + n, false
	}
	if binary.LittleEndian.Uint64(b[at:]) == plpNull {
		return nil, at + 8, true
	}
	at += 8
	first := int(binary.LittleEndian.Uint32(b[at:]))
	at += 4
	if first == 0 {
		return nil, at, false
	}
	v, at = b[at:at+first], at+first
	for gathered := false; ; gathered = true {
		n := int(binary.LittleEndian.Uint32(b[at:]))
		if at += 4; n == 0 {
			return v, at, false
		}
		if !gathered {
			d.scratch = append(d.scratch[:0], v...)
		}
		d.scratch = append(d.scratch, b[at:at+n]...)
		v, at = d.scratch, at+n
	}
}

// utf16 appends a text of UTF-16.
func (d *decoder) utf16(c *column, v []byte) error {
	most := len(v) / 2 * 3
	if !c.fits(most) {
		return errTooLong
	}
	n, ok := utf16ToUTF8(c.room(d.mem, most), v)
	if !ok {
		return errNotUTF16
	}
	d.append(c, n)
	return nil
}

// append takes n bytes that were written to the column's room as its value.
func (d *decoder) append(c *column, n int) {
	c.data = c.data[:len(c.data)+n]
	d.varying += n
	c.end(d.rows)
}

// take returns the batch at hand. The caller releases it.
func (d *decoder) take() archwire.Batch {
	arrays := make([]arrow.Array, len(d.cols))
	for i := range d.cols {
		arrays[i] = d.cols[i].array(d.mem, d.rows)
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
		d.cols[i].drop(d.mem)
	}
	d.rows = 0
}
