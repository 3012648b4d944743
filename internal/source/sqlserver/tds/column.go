package tds

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A column gathers the values of one batch in the layout of an Arrow array:
// validity bits, then either fixed-width values or offsets and data.
type column struct {
	name    string
	typ     arrow.DataType
	width   int // bytes a value in fixed; 0 for bits and for what has offsets
	offsets bool

	layout layout
	decode decoding
	size   int     // of values of fixed width
	scale  int     // of the decoding: digits of time, or to shift a decimal by
	limit  uint128 // 10 to the precision of a decimal
	page   *codePage

	valid []byte
	nulls int
	fixed []byte // values or offsets, of all rows a batch may have
	data  []byte // what offsets point into
	guess int    // bytes of data that the last batch needed
}

// rowBytes is what one row takes without its data.
func (c *column) rowBytes() int {
	if c.offsets {
		return 4
	}
	return max(c.width, 1)
}

// reset makes room for a batch of up to rows rows.
func (c *column) reset(mem memory.Allocator, rows int) {
	c.nulls = 0
	c.valid = mem.Allocate((rows + 7) / 8)
	for i := range c.valid {
		c.valid[i] = 0xff
	}
	switch {
	case c.offsets:
		c.fixed = mem.Allocate(4 * (rows + 1))
		clear(c.fixed[:4])
		c.data = mem.Allocate(c.guess + c.guess/8)[:0]
	case c.width == 0:
		c.fixed = mem.Allocate((rows + 7) / 8)
		clear(c.fixed)
	default:
		c.fixed = mem.Allocate(c.width * rows)
	}
}

func (c *column) null(row int) {
	c.nulls++
	c.valid[row>>3] &^= 1 << (row & 7)
	switch {
	case c.offsets:
		c.end(row)
	case c.width > 0:
		clear(c.fixed[c.width*row : c.width*(row+1)])
	}
}

// end notes where the data of a row ends.
func (c *column) end(row int) {
	binary.LittleEndian.PutUint32(c.fixed[4*row+4:], uint32(len(c.data))) //nolint:gosec // fits says so
}

// fits says whether n more bytes of data can be pointed to.
func (c *column) fits(n int) bool { return n <= math.MaxInt32-len(c.data) }

// room returns where n more bytes of data go.
func (c *column) room(mem memory.Allocator, n int) []byte {
	if n > cap(c.data)-len(c.data) {
		have := len(c.data)
		c.data = mem.Reallocate(max(have+n, 2*cap(c.data)), c.data)[:have]
	}
	return c.data[len(c.data) : len(c.data)+n]
}

// array hands the values over; the column is empty until the next reset.
func (c *column) array(mem memory.Allocator, rows int) arrow.Array {
	buffers := make([]*memory.Buffer, 2, 3)
	if c.nulls > 0 {
		if rows&7 != 0 {
			c.valid[rows>>3] &= 1<<(rows&7) - 1
		}
		buffers[0] = memory.NewBufferWithAllocator(c.valid[:(rows+7)/8], mem)
	} else {
		mem.Free(c.valid)
	}
	switch {
	case c.offsets:
		c.guess = len(c.data)
		buffers[1] = memory.NewBufferWithAllocator(c.fixed[:4*(rows+1)], mem)
		buffers = append(buffers, memory.NewBufferWithAllocator(c.data, mem))
	case c.width == 0:
		buffers[1] = memory.NewBufferWithAllocator(c.fixed[:(rows+7)/8], mem)
	default:
		buffers[1] = memory.NewBufferWithAllocator(c.fixed[:c.width*rows], mem)
	}
	c.valid, c.fixed, c.data = nil, nil, nil
	data := array.NewData(c.typ, rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	for _, b := range buffers {
		if b != nil {
			b.Release() // data holds its own reference
		}
	}
	return array.MakeFromData(data)
}

// drop gives the memory of an unfinished batch back.
func (c *column) drop(mem memory.Allocator) {
	for _, b := range [][]byte{c.valid, c.fixed, c.data} {
		mem.Free(b)
	}
	c.valid, c.fixed, c.data = nil, nil, nil
}
