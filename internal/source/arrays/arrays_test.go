package arrays

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"
)

// counted counts the bytes that are lent, by the capacity of what was given.
type counted struct{ held int }

func (c *counted) Allocate(n int) []byte {
	b := make([]byte, n, n+1)
	c.held += cap(b)
	return b
}

func (c *counted) Reallocate(n int, b []byte) []byte {
	grown := c.Allocate(n)
	copy(grown, b)
	c.Free(b)
	return grown
}

func (c *counted) Free(b []byte) { c.held -= cap(b) }

// TestColumnsAreAsArrowBuildsThem fills batches of any values, one after the other in
// the same column, and compares them with what Arrow's own builders make.
func TestColumnsAreAsArrowBuildsThem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		mem := new(counted)
		defer func() {
			if mem.held != 0 {
				rt.Errorf("%d bytes were not given back", mem.held)
			}
		}()
		columns := []Column{Of(arrow.BinaryTypes.String), Of(arrow.PrimitiveTypes.Int32), Of(arrow.FixedWidthTypes.Boolean)}
		for range rapid.IntRange(1, 3).Draw(rt, "batches") {
			capacity := rapid.IntRange(1, 40).Draw(rt, "capacity")
			rows := rapid.IntRange(1, capacity).Draw(rt, "rows")
			texts, numbers, flags := array.NewStringBuilder(memory.DefaultAllocator), array.NewInt32Builder(memory.DefaultAllocator), array.NewBooleanBuilder(memory.DefaultAllocator)
			for i := range columns {
				columns[i].Reset(mem, capacity)
			}
			for row := range rows {
				if rapid.Bool().Draw(rt, "null") {
					for i := range columns {
						columns[i].Null(row)
					}
					texts.AppendNull()
					numbers.AppendNull()
					flags.AppendNull()
					continue
				}
				text, number := rapid.StringN(0, 20, -1).Draw(rt, "text"), rapid.Int32().Draw(rt, "number")
				columns[0].Append(row, copy(columns[0].Room(mem, len(text)), text))
				binary.LittleEndian.PutUint32(columns[1].Fixed[4*row:], uint32(number))
				if number < 0 {
					columns[2].Fixed[row>>3] |= 1 << (row & 7)
				}
				texts.Append(text)
				numbers.Append(number)
				flags.Append(number < 0)
			}
			for i, b := range []array.Builder{texts, numbers, flags} {
				want, got := b.NewArray(), columns[i].Array(mem, rows)
				if !array.Equal(want, got) || want.NullN() != got.NullN() {
					rt.Errorf("%v, want %v", got, want)
				}
				want.Release()
				got.Release()
				b.Release()
			}
		}
		columns[0].Reset(mem, 1) // a batch that is not finished
		columns[0].Room(mem, 9)
		columns[0].Drop(mem)
	})
}

func TestWhatOffsetsCannotPointToDoesNotFit(t *testing.T) {
	c := Of(arrow.BinaryTypes.String)
	c.Reset(memory.DefaultAllocator, 2)
	c.Append(0, copy(c.Room(memory.DefaultAllocator, 3), "abc"))
	if !c.Fits(math.MaxInt32-3) || c.Fits(math.MaxInt32-2) {
		t.Error("offsets of 32 bits end at 2^31-1 bytes, with those that are there")
	}
}
