package parquet

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A sink makes arrays of the values of a column's pages.
type sink interface {
	// begin begins an array of n values at most.
	begin(n int)

	// dictionary takes the values that pages name by their numbers.
	dictionary(pg page) error

	// page takes the next page with values.
	page(pg page) error

	// step is how many values may be read at once, 1 or more; 0 when the array is full.
	step() int

	// read reads k values into the m places from at on. Where k is not m, the bits of
	// valid say which places have one.
	read(at, m, k int, valid []byte) error

	// finish is the array of n places, and takes back what is wrong with some.
	finish(n int, valid *memory.Buffer, nulls int) (arrow.Array, []wrongAt)
}

// A wrongAt is a value that its column cannot hold.
type wrongAt struct {
	at     int // its place in the array
	reason string
}

// Why a value cannot be held.
const (
	outOfRange = "it is beyond the range of the type"
	notText    = "it is not text in UTF-8"
	notJSON    = "it is not a JSON document"
)

// batchBytes is about how many bytes of values of any length an array holds.
const batchBytes = 4 << 20

// A numbering reads the numbers by which pages name values of a dictionary.
type numbering struct {
	on      bool // this page does
	of      int  // how many values there are
	hybrid  hybrid
	scratch []uint32
}

// page begins a page, if it is of that kind.
func (n *numbering) page(pg page) error {
	n.on = pg.encoding == runDictionary || pg.encoding == plainDictionary
	if !n.on {
		return nil
	}
	if len(pg.body) == 0 { // of a page without values
		n.hybrid = hybrid{}
		return nil
	}
	if pg.body[0] > 32 {
		return errPage
	}
	n.hybrid = hybrid{data: pg.body[1:], width: int(pg.body[0])}
	return nil
}

// read reads k numbers, each of which there is.
func (n *numbering) read(k int) ([]uint32, error) {
	n.scratch = sized(n.scratch, k)
	if err := n.hybrid.numbers(n.scratch); err != nil {
		return nil, err
	}
	for _, i := range n.scratch {
		if int(i) >= n.of {
			return nil, errPage
		}
	}
	return n.scratch, nil
}

// plainOnly says whether a dictionary is written as it must be.
func plainOnly(pg page) error {
	if pg.encoding != plain && pg.encoding != plainDictionary {
		return errEncoding
	}
	return nil
}

// spread moves the k values at the start of out to the places that valid has from at on.
func spread[T any](out []T, k int, valid []byte, at int) {
	if k == 0 {
		clear(out)
		return
	}
	var none T
	for i := len(out) - 1; i >= 0; i-- {
		if bitutil.BitIsSet(valid, at+i) {
			k--
			out[i] = out[k]
		} else {
			out[i] = none
		}
	}
}

// places moves wrong values, which are counted without those that are NULL, to where they
// lie from at on.
func places(wrong []wrongAt, m, k int, valid []byte, at int) {
	if k == m {
		for i := range wrong {
			wrong[i].at += at
		}
		return
	}
	next, seen := 0, 0
	for i := 0; i < m && next < len(wrong); i++ {
		if !bitutil.BitIsSet(valid, at+i) {
			continue
		}
		for next < len(wrong) && wrong[next].at == seen {
			wrong[next].at = at + i
			next++
		}
		seen++
	}
}

// made puts an array together; it has the references that the buffers had.
func made(t arrow.DataType, n int, valid *memory.Buffer, nulls int, buffers ...*memory.Buffer) arrow.Array {
	data := array.NewData(t, n, append([]*memory.Buffer{valid}, buffers...), nil, nulls, 0)
	defer data.Release()
	for _, b := range buffers {
		b.Release()
	}
	return array.MakeFromData(data)
}

// room is a buffer of n bytes of any content.
func room(mem memory.Allocator, n int) *memory.Buffer {
	b := memory.NewResizableBuffer(mem)
	b.Resize(n)
	return b
}
