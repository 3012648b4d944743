package rowhash

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// A cutter tells the part of each row of one batch after the other.
type cutter struct {
	from  int64
	width uint64
	parts int

	column arrow.Array // of the keys, with a width
	keys   []int64     // its values
	hashes []uint64    // of the keys, without
}

var errNotWhole = errors.New("only a key of one whole number can be cut by width")

func newCutter(c archwire.Cut) cutter {
	return cutter{from: c.From, width: uint64(max(c.Width, 0)), parts: max(c.Parts, 1)}
}

// byHash says whether the hash of the key decides.
func (c *cutter) byHash() bool { return c.width == 0 && c.parts > 1 }

func (c *cutter) read(keys []arrow.Array, hashes []uint64) error {
	c.hashes = hashes
	if c.width == 0 {
		return nil
	}
	c.column = keys[0]
	c.keys = c.keys[:0]
	switch a := keys[0].(type) {
	case *array.Int16:
		for _, v := range a.Values() {
			c.keys = append(c.keys, int64(v))
		}
	case *array.Int32:
		for _, v := range a.Values() {
			c.keys = append(c.keys, int64(v))
		}
	case *array.Int64:
		c.keys = append(c.keys, a.Values()...)
	default:
		return errNotWhole
	}
	return nil
}

// key is that of row i as a summand: the sum of keys passes over NULL.
func (c *cutter) key(i int) uint64 {
	if c.column.IsNull(i) {
		return 0
	}
	return uint64(c.keys[i]) //nolint:gosec // sums wrap around
}

// part is that of row i. A key that is NULL lies below all others.
func (c *cutter) part(i int) int {
	switch {
	case c.parts == 1:
		return 0
	case c.width == 0:
		return int(c.hashes[i] % uint64(c.parts)) //nolint:gosec // below parts
	case c.column.IsNull(i) || c.keys[i] < c.from:
		return 0
	}
	n := (uint64(c.keys[i]) - uint64(c.from)) / c.width //nolint:gosec // wraps around to the distance
	return int(min(n, uint64(c.parts-1)))               //nolint:gosec // below parts
}

// sums adds up the parts that are asked for.
type sums struct {
	first int
	parts []archwire.PartPrint
}

func newSums(c cutter, p archwire.PrintSpec) *sums {
	first, last := max(p.First, 0), min(p.Last, c.parts-1)
	return &sums{first: first, parts: make([]archwire.PartPrint, max(last-first+1, 0))}
}

func (s *sums) add(part int, print uint64) {
	if at := part - s.first; at >= 0 && at < len(s.parts) {
		s.parts[at].Rows++
		s.parts[at].Sum += print
	}
}

// list is of the parts that have rows.
func (s *sums) list() (prints []archwire.PartPrint) {
	for i, p := range s.parts {
		if p.Rows > 0 {
			p.Part = s.first + i
			prints = append(prints, p)
		}
	}
	return prints
}
