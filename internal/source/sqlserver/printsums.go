package sqlserver

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"sync"

	"archwire"
)

// mask64 takes the low 64 bits of a sum, the two's complement of a negative one.
var mask64 = new(big.Int).SetUint64(math.MaxUint64)

func readPrint(r []string) (p archwire.PartPrint, err error) {
	part, errPart := strconv.Atoi(r[0])
	n, errRows := strconv.ParseInt(r[1], 10, 64)
	sum, ok := new(big.Int).SetString(orZero(r[2]), 10)
	if err := errors.Join(errPart, errRows); err != nil || !ok {
		return p, fmt.Errorf("reading a fingerprint: %w", errors.Join(err, errFormat))
	}
	return archwire.PartPrint{Part: part, Rows: n, Sum: sum.And(sum, mask64).Uint64()}, nil
}

// partSums adds up the prints of parts.
type partSums struct {
	mu    sync.Mutex
	parts map[int]archwire.PartPrint
}

func (s *partSums) add(prints []archwire.PartPrint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range prints {
		sum := s.parts[p.Part]
		s.parts[p.Part] = archwire.PartPrint{Part: p.Part, Rows: sum.Rows + p.Rows, Sum: sum.Sum + p.Sum}
	}
}

// list is of the parts that have rows, by number.
func (s *partSums) list() []archwire.PartPrint {
	prints := slices.Collect(maps.Values(s.parts))
	slices.SortFunc(prints, func(a, b archwire.PartPrint) int { return cmp.Compare(a.Part, b.Part) })
	return prints
}
