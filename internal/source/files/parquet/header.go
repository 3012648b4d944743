package parquet

// A header is what stands before a page (parquet.thrift, PageHeader).
type header struct {
	kind             int
	size, compressed int
	crc              uint32
	checked          bool
	values           int
	encoding         int
	coding           int  // how definition levels are encoded, in pages of the first form
	nulls            int  // in those of the second
	repeats, defines int  // bytes of levels, in those of the second
	whole            bool // its values are compressed as the column is, in those of the second
}

// mostPage is how many bytes a page may hold: it is decompressed as a whole.
const mostPage = 256 << 20

// mostHeader is how long a header may be, which holds the least and the greatest value.
const mostHeader = 16 << 20

const (
	errPage     = fault("a page of it is not of the form that Parquet gives it")
	errPageSize = fault("a page of it has a size that its bytes cannot have, or of more than 256 MB")
	errSum      = fault("the check sum of a page does not match")
	errEncoding = fault("a page of it has an encoding that does not go with its type, or that is not known")
)

// readHeader reads the header of the next page.
func (s *stream) readHeader() (header, error) {
	for n := 256; ; n *= 8 {
		b, err := s.peek(n)
		if err != nil {
			return header{}, err
		}
		c := compact{data: b}
		h := parseHeader(&c)
		switch {
		case c.err == nil:
			s.pos += c.at
			return h, h.check()
		case c.err != errShort || int64(n) >= s.left() || n > mostHeader: //nolint:errorlint // of parseHeader, as it is
			return header{}, c.err
		}
	}
}

func parseHeader(c *compact) header {
	h := header{kind: -1, size: -1, compressed: -1, values: -1, encoding: -1, coding: runLength, whole: true}
	c.fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == compactI32:
			h.kind = c.size()
		case id == 2 && kind == compactI32:
			h.size = c.size()
		case id == 3 && kind == compactI32:
			h.compressed = c.size()
		case id == 4 && kind == compactI32:
			h.crc, h.checked = uint32(c.int()), true //nolint:gosec // its bits
		case (id == 5 || id == 7) && kind == compactStruct:
			readNumbers(c, map[int]*int{1: &h.values, 2: &h.encoding, 3: &h.coding})
		case id == 8 && kind == compactStruct:
			numbers := map[int]*int{1: &h.values, 2: &h.nulls, 4: &h.encoding, 5: &h.defines, 6: &h.repeats}
			c.fields(func(id int, kind byte) bool {
				h.whole = h.whole && (id != 7 || kind != compactFalse)
				return readNumber(c, numbers[id], kind)
			})
		default:
			return false
		}
		return true
	})
	return h
}

func readNumbers(c *compact, numbers map[int]*int) {
	c.fields(func(id int, kind byte) bool { return readNumber(c, numbers[id], kind) })
}

// readNumber reads a number into what is not nil.
func readNumber(c *compact, into *int, kind byte) bool {
	if into == nil || kind != compactI32 {
		return false
	}
	*into = c.size()
	return true
}

func (h *header) check() error {
	switch {
	case h.size < 0 || h.compressed < 0 || h.kind < 0:
		return errPage
	case h.kind == indexPage || h.kind > dataPage2:
		return nil // passed over
	case h.values < 0 || h.encoding < 0:
		return errPage
	case h.size > mostPage:
		return errPageSize
	case h.kind == dataPage2 && h.defines+h.repeats > min(h.size, h.compressed):
		return errPage
	}
	return nil
}
