package tds

import (
	"encoding/binary"
	"fmt"
)

// A scanner finds where rows end, so that they are decoded when they are whole.
type scanner struct {
	columns []wireColumn
	nulls   int // bytes of the bitmap of NBCROW

	// Where a row that has not come whole is to be gone on with.
	at, column  int
	inChunks    bool
	total, came uint64 // bytes of the value in chunks at hand: announced, and so far
	need        int
}

func (s *scanner) begin(columns []wireColumn) {
	*s = scanner{columns: columns, nulls: (len(columns) + 7) / 8}
}

// row waits for a whole row and returns its length, the token included.
func (s *scanner) row(p *packets) (int, error) {
	s.at, s.column, s.inChunks = 1, 0, false
	if p.tokens()[0] == tokenNullRow {
		s.at = 1 + s.nulls
	}
	for {
		b := p.tokens()
		whole, err := s.walk(b)
		if err != nil {
			return 0, err
		}
		if whole {
			return s.at, nil
		}
		if err := p.need(max(s.need, len(b)+1)); err != nil {
			return 0, err
		}
	}
}

// walk steps from value to value as far as b goes. It says whether that is to the
// end of the row; if not, need is how many bytes that takes at least.
func (s *scanner) walk(b []byte) (bool, error) {
	if len(b) < s.at {
		s.need = s.at
		return false, nil
	}
	bitmap := b[0] == tokenNullRow
	for ; s.column < len(s.columns); s.column++ {
		if bitmap && b[1+s.column>>3]>>(s.column&7)&1 != 0 {
			continue
		}
		c := &s.columns[s.column]
		next, err := s.value(c, b)
		if err != nil {
			return false, err
		}
		if next > len(b) || next < 0 {
			s.need = max(next, len(b)+1)
			return false, nil
		}
		s.at = next
	}
	return true, nil
}

// value returns where the value at hand ends, a number beyond b if that is not
// known or not there yet.
func (s *scanner) value(c *wireColumn, b []byte) (int, error) {
	at := s.at
	n, width := c.size, 0
	switch c.layout { //nolint:exhaustive // the others are in rare
	case fixedWidth:
	case shortCount:
		if width = 1; at+width > len(b) {
			return at + width, nil
		}
		n = int(b[at])
	case longCount:
		if width = 2; at+width > len(b) {
			return at + width, nil
		}
		if n = int(binary.LittleEndian.Uint16(b[at:])); n == nullLength {
			n = 0
		}
	default:
		return s.rare(c, b)
	}
	if n > c.size {
		return 0, fmt.Errorf("%w: a value longer than its type", ErrProtocol)
	}
	return at + width + n, nil
}

// rare is value for the layouts of long values.
func (s *scanner) rare(c *wireColumn, b []byte) (int, error) {
	at := s.at
	switch c.layout { //nolint:exhaustive // the others are in value
	case pointed:
		if at >= len(b) {
			return at + 1, nil
		}
		if b[at] == 0 {
			return at + 1, nil
		}
		at += 1 + int(b[at]) + 8 // the pointer and the timestamp
		fallthrough
	case variant:
		if at+4 > len(b) {
			return at + 4, nil
		}
		n := int(int32(binary.LittleEndian.Uint32(b[at:]))) //nolint:gosec // a signed field
		switch {
		case n < 0:
			return 0, fmt.Errorf("%w: a length is negative", ErrProtocol)
		case n > c.size:
			return 0, fmt.Errorf("%w: a value longer than its type", ErrProtocol)
		}
		return at + 4 + n, nil
	}
	return s.chunks(b)
}

// chunks walks a value of PLP, [MS-TDS] 2.2.5.2.3, and remembers how far it came.
// The chunks must be as long, together, as was announced before them, unless that
// was that it is not known.
func (s *scanner) chunks(b []byte) (int, error) {
	if !s.inChunks {
		if s.at+8 > len(b) {
			return s.at + 8, nil
		}
		s.total, s.came = binary.LittleEndian.Uint64(b[s.at:]), 0
		if s.total == plpNull {
			return s.at + 8, nil
		}
		if s.total != plpUnknown && s.total > longestPLP {
			return 0, fmt.Errorf("%w: a value longer than its type", ErrProtocol)
		}
		s.at += 8
		s.inChunks = true
	}
	for {
		if s.at+4 > len(b) {
			return s.at + 4, nil
		}
		n := int(int32(binary.LittleEndian.Uint32(b[s.at:]))) //nolint:gosec // a signed field
		switch {
		case n < 0:
			return 0, fmt.Errorf("%w: a length is negative", ErrProtocol)
		case n == 0 && s.total != plpUnknown && s.came != s.total:
			return 0, fmt.Errorf("%w: a value shorter than announced", ErrProtocol)
		case n == 0:
			s.inChunks = false
			return s.at + 4, nil
		case s.came+uint64(n) > min(s.total, longestPLP):
			return 0, fmt.Errorf("%w: a value longer than announced, or than its type", ErrProtocol)
		case s.at+4+n > len(b):
			return s.at + 4 + n, nil
		}
		s.at += 4 + n
		s.came += uint64(n)
	}
}
