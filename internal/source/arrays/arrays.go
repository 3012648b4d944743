// Package arrays gathers values in the layout of Arrow arrays, for adapters that
// decode rows where they lie.
package arrays

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A Column gathers the values of one batch in the layout of an Arrow array:
// validity bits, then either fixed-width values or offsets and data. Whoever
// decodes writes a value that is not NULL into Fixed, or into Room, and then calls
// Append. It is not safe for several goroutines.
type Column struct {
	Fixed []byte // values or offsets, of all rows a batch may have

	typ     arrow.DataType
	width   int  // bytes a value in Fixed; 0 for bits and for what has offsets
	offsets bool // there are

	valid []byte
	nulls int
	data  []byte // what offsets point into
	guess int    // bytes of data that the last batch needed
}

// Of is a column of a type of fixed width, or of one with offsets of 32 bits. It is
// empty until Reset.
func Of(typ arrow.DataType) Column {
	c := Column{typ: typ}
	switch typ := typ.(type) {
	case arrow.BinaryDataType:
		c.offsets = true
	case arrow.FixedWidthDataType:
		c.width = typ.BitWidth() / 8
	}
	return c
}

// RowBytes is what one row takes without its data.
func (c *Column) RowBytes() int {
	if c.offsets {
		return 4
	}
	return max(c.width, 1)
}

// Reset makes room for a batch of up to rows rows.
func (c *Column) Reset(mem memory.Allocator, rows int) {
	c.nulls = 0
	c.valid = mem.Allocate((rows + 7) / 8)
	for i := range c.valid {
		c.valid[i] = 0xff
	}
	switch {
	case c.offsets:
		c.Fixed = mem.Allocate(4 * (rows + 1))
		clear(c.Fixed[:4])
		c.data = mem.Allocate(c.guess + c.guess/8)[:0]
	case c.width == 0:
		c.Fixed = mem.Allocate((rows + 7) / 8)
		clear(c.Fixed)
	default:
		c.Fixed = mem.Allocate(c.width * rows)
	}
}

// Null makes the value of a row NULL.
func (c *Column) Null(row int) {
	c.nulls++
	c.valid[row>>3] &^= 1 << (row & 7)
	switch {
	case c.offsets:
		c.Append(row, 0)
	case c.width > 0:
		clear(c.Fixed[c.width*row : c.width*(row+1)])
	}
}

// Fits says whether n more bytes of data can be pointed to.
func (c *Column) Fits(n int) bool { return n <= math.MaxInt32-len(c.data) }

// Room returns where n more bytes of data go, which must fit.
func (c *Column) Room(mem memory.Allocator, n int) []byte {
	if n > cap(c.data)-len(c.data) {
		c.grow(mem, n)
	}
	return c.data[len(c.data):][:n] // so written, it is just small enough to be inlined
}

func (c *Column) grow(mem memory.Allocator, n int) {
	have := len(c.data)
	c.data = mem.Reallocate(max(have+n, 2*cap(c.data)), c.data)[:have]
}

// Append takes n bytes that were written to Room as the value of a row. Rows come in
// order.
func (c *Column) Append(row, n int) {
	c.data = c.data[:len(c.data)+n]
	binary.LittleEndian.PutUint32(c.Fixed[4*row+4:], uint32(len(c.data))) //nolint:gosec // Fits says so
}

// Array hands the values over, which its release gives back to mem; the column is
// empty until the next Reset.
func (c *Column) Array(mem memory.Allocator, rows int) arrow.Array {
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
		buffers[1] = memory.NewBufferWithAllocator(c.Fixed[:4*(rows+1)], mem)
		buffers = append(buffers, memory.NewBufferWithAllocator(c.data, mem))
	case c.width == 0:
		buffers[1] = memory.NewBufferWithAllocator(c.Fixed[:(rows+7)/8], mem)
	default:
		buffers[1] = memory.NewBufferWithAllocator(c.Fixed[:c.width*rows], mem)
	}
	c.valid, c.Fixed, c.data = nil, nil, nil
	data := array.NewData(c.typ, rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	for _, b := range buffers {
		if b != nil {
			b.Release() // data holds its own reference
		}
	}
	return array.MakeFromData(data)
}

// Drop gives the memory of an unfinished batch back.
func (c *Column) Drop(mem memory.Allocator) {
	for _, b := range [][]byte{c.valid, c.Fixed, c.data} {
		mem.Free(b)
	}
	c.valid, c.Fixed, c.data = nil, nil, nil
}
