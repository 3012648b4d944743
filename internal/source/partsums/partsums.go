// Package partsums adds up fingerprints of parts of a table as servers tell them,
// statement by statement.
package partsums

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"sync"

	"archwire"
)

// Sums are the prints of parts so far. The zero Sums has none; it is safe for use by
// several goroutines.
type Sums struct {
	mu    sync.Mutex
	parts map[int]archwire.PartPrint
}

// Add adds prints: of a part that was there before, its rows and sums.
func (s *Sums) Add(prints []archwire.PartPrint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parts == nil {
		s.parts = map[int]archwire.PartPrint{}
	}
	for _, p := range prints {
		sum := s.parts[p.Part]
		s.parts[p.Part] = archwire.PartPrint{Part: p.Part, Rows: sum.Rows + p.Rows, Sum: sum.Sum + p.Sum}
	}
}

// List is of the parts that have rows, by number.
func (s *Sums) List() []archwire.PartPrint {
	s.mu.Lock()
	defer s.mu.Unlock()
	prints := slices.Collect(maps.Values(s.parts))
	slices.SortFunc(prints, func(a, b archwire.PartPrint) int { return cmp.Compare(a.Part, b.Part) })
	return prints
}

// mask64 takes the low 64 bits of a sum, the two's complement of a negative one.
var mask64 = new(big.Int).SetUint64(math.MaxUint64)

// Read reads the print of a part: how many rows it has, and their sum, in decimal.
func Read(part int, rows, sum string) (archwire.PartPrint, error) {
	n, err := strconv.ParseInt(rows, 10, 64)
	if err != nil {
		return archwire.PartPrint{}, fmt.Errorf("reading a count of rows: %w", err)
	}
	total, ok := new(big.Int).SetString(sum, 10)
	if !ok {
		return archwire.PartPrint{}, strconv.ErrSyntax
	}
	return archwire.PartPrint{Part: part, Rows: n, Sum: total.And(total, mask64).Uint64()}, nil
}
