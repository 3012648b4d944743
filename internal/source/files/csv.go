package files

import (
	"bytes"
	"fmt"

	"archwire/internal/fileform"
)

// A csvShape says how rows of CSV are taken apart, as RFC 4180 has it: a field in
// quotes holds anything, a quote in it doubled; any other holds neither quote,
// delimiter nor line break. A row ends with LF or CR LF.
type csvShape struct {
	delimiter, quote byte
	quotes           bool
	width            int
	stops            [256]bool // what may end a field without quotes
}

func newCSVShape(f fileform.Form, width int) *csvShape {
	s := &csvShape{delimiter: f.Delimiter[0], width: width}
	if f.Quote != fileform.NoQuote {
		s.quote, s.quotes = f.Quote[0], true
		s.stops[s.quote] = true
	}
	s.stops[s.delimiter], s.stops['\n'], s.stops['\r'] = true, true, true
	return s
}

// Why a row could not be taken apart.
const (
	strayQuote    = "a field without quotes around it holds a quote"
	afterQuote    = "a field goes on after its closing quote"
	strayReturn   = "a field without quotes around it holds a carriage return"
	unclosedQuote = "a quote is not closed before the end of the file"
)

// take takes rows apart from the start of b.data, up to limit bytes of them and one
// row at least. It returns how many bytes it took; 0 when the first row is not there
// as a whole. last says that nothing comes after data.
func (s *csvShape) take(b *block, limit int, last bool) (taken int, err error) {
	b.width = s.width
	lines := uint32(0)
	for taken < len(b.data) {
		fields := len(b.fields)
		end, next, breaks, wrong := s.row(b, taken, last)
		switch {
		case wrong == unclosedQuote:
			return taken, fmt.Errorf("line %d: %s", b.first+int64(lines), unclosedQuote)
		case next < 0 || next > limit && taken > 0 && len(b.rows)+len(b.bad) > 0:
			b.fields = b.fields[:fields] // the row is of the next block
			return taken, nil
		}
		at := span{uint32(taken), uint32(end), lines} //nolint:gosec // within a block
		taken = next
		lines += breaks
		got := len(b.fields) - fields
		if end == int(at.start) && s.width != 1 && wrong == "" { // an empty line
			b.fields = b.fields[:fields]
			continue
		}
		if wrong == "" && got != s.width {
			wrong = fmt.Sprintf("it has %d fields where the header has %d", got, s.width)
		}
		if wrong != "" {
			b.fields = b.fields[:fields]
			r := b.reject(at, "", wrong)
			r.lines = int64(breaks)
			b.bad = append(b.bad, r)
			continue
		}
		b.rows = append(b.rows, at)
	}
	return taken, nil
}

// row takes apart the row that begins at from. end is where it ends, next where the
// next one begins, -1 when data ends before; breaks is how many lines it has. wrong
// says why it is none; next is then behind the line where that was seen.
func (s *csvShape) row(b *block, from int, last bool) (end, next int, breaks uint32, wrong string) {
	data := b.data
	for i := from; ; {
		if s.quotes && i < len(data) && data[i] == s.quote {
			stop, more, done := s.quoted(b, i)
			breaks += more
			if !done {
				if last {
					return 0, 0, breaks, unclosedQuote
				}
				return 0, -1, 0, ""
			}
			i = stop
			if i < len(data) && !s.stops[data[i]] || i < len(data) && data[i] == s.quote {
				return s.giveUp(data, i, breaks, afterQuote, last)
			}
		} else {
			start := i
			for i < len(data) && !s.stops[data[i]] {
				i++
			}
			b.fields = append(b.fields, field{uint32(start), uint32(i)}) //nolint:gosec // within a block
		}
		switch {
		case i == len(data):
			if !last {
				return 0, -1, 0, ""
			}
			return i, i, breaks + 1, ""
		case data[i] == s.delimiter:
			i++
		case data[i] == '\n':
			return i, i + 1, breaks + 1, ""
		case data[i] == '\r':
			if i+1 == len(data) && !last {
				return 0, -1, 0, ""
			}
			if i+1 < len(data) && data[i+1] == '\n' {
				return i, i + 2, breaks + 1, ""
			}
			return s.giveUp(data, i, breaks, strayReturn, last)
		default:
			return s.giveUp(data, i, breaks, strayQuote, last)
		}
	}
}

// quoted takes the field in quotes that begins at from. stop is behind its closing
// quote; done is false when data ends before that is known.
func (s *csvShape) quoted(b *block, from int) (stop int, breaks uint32, done bool) {
	data := b.data
	doubled := false
	for i := from + 1; ; {
		at := bytes.IndexByte(data[i:], s.quote)
		if at < 0 {
			return 0, breaks, false
		}
		breaks += uint32(bytes.Count(data[i:i+at], []byte{'\n'})) //nolint:gosec // within a block
		i += at + 1
		if i < len(data) && data[i] == s.quote {
			doubled = true
			i++
			continue
		}
		b.fields = append(b.fields, s.inside(b, from+1, i-1, doubled))
		return i, breaks, true
	}
}

// inside is the field between quotes, with those that are doubled made single.
func (s *csvShape) inside(b *block, start, end int, doubled bool) field {
	if !doubled {
		return field{uint32(start) | flag, uint32(end)} //nolint:gosec // within a block
	}
	from := len(b.extra)
	for i := start; i < end; i++ {
		b.extra = append(b.extra, b.data[i])
		if b.data[i] == s.quote {
			i++
		}
	}
	return field{uint32(from) | flag, uint32(len(b.extra)) | flag} //nolint:gosec // within a block
}

// giveUp goes on behind the line in which a row turned out to be none.
func (s *csvShape) giveUp(data []byte, at int, breaks uint32, wrong string, last bool) (end, next int, lines uint32, why string) {
	stop := bytes.IndexByte(data[at:], '\n')
	switch {
	case stop >= 0:
		return at + stop, at + stop + 1, breaks + 1, wrong
	case last:
		return len(data), len(data), breaks + 1, wrong
	}
	return 0, -1, 0, ""
}
