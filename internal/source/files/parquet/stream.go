package parquet

import (
	"fmt"
	"io"
	"slices"
)

// A stream is the bytes of one column of a group, read window by window.
type stream struct {
	r       io.ReaderAt
	at, end int64  // what is still to be read from r
	buffer  []byte // what was read and not taken, from pos on
	pos     int
	window  int
}

func (s *stream) left() int64 { return s.end - s.at + int64(len(s.buffer)-s.pos) }

// peek shows the next bytes: n of them, or as many as there are. They are valid until
// the next call.
func (s *stream) peek(n int) ([]byte, error) {
	if have := len(s.buffer) - s.pos; have < n && s.at < s.end {
		more := min(int64(max(n-have, s.window)), s.end-s.at)
		if need := have + int(more); cap(s.buffer) < need {
			grown := make([]byte, have, need)
			copy(grown, s.buffer[s.pos:])
			s.buffer = grown
		} else {
			copy(s.buffer[:have], s.buffer[s.pos:])
		}
		s.buffer, s.pos = s.buffer[:have+int(more)], 0
		got, err := s.r.ReadAt(s.buffer[have:], s.at)
		if int64(got) < more {
			s.buffer = s.buffer[:have]
			if err == nil || err == io.EOF {
				err = errShort
			}
			return nil, fmt.Errorf("reading a column: %w", err)
		}
		s.at += more
	}
	return s.buffer[s.pos:min(s.pos+n, len(s.buffer))], nil
}

// take gives the next n bytes, which are valid until the next call.
func (s *stream) take(n int) ([]byte, error) {
	if int64(n) > s.left() {
		return nil, errShort
	}
	b, err := s.peek(n)
	s.pos += len(b)
	return b, err
}

// A piece is a part of a file that was read at once.
type piece struct {
	from int64
	data []byte
}

// How much is read at once: of a whole group, where its columns lie close together, or
// of each column, so that all columns take no more than windows together.
const (
	mostPiece   = 8 << 20
	windows     = 32 << 20
	leastWindow = 64 << 10
	mostWindow  = 4 << 20
)

// streams opens the columns asked for of a group.
func streams(r io.ReaderAt, chunks []chunk, limit int64, held *piece) ([]*stream, error) {
	const slack = 100 // of the header of a page, which some writers have left out of the size (PARQUET-816)
	low, high, sum := limit, int64(0), int64(0)
	for _, k := range chunks {
		low, high = min(low, k.start), max(high, min(k.start+k.size+slack, limit))
		sum += k.size
	}
	if n := high - low; len(chunks) > 0 && n <= mostPiece && n <= 2*sum+leastWindow {
		if int64(cap(held.data)) < n {
			held.data = make([]byte, n)
		}
		held.from, held.data = low, held.data[:n]
		if got, err := r.ReadAt(held.data, low); int64(got) < n {
			if err == nil || err == io.EOF {
				err = errShort
			}
			return nil, fmt.Errorf("reading columns: %w", err)
		}
		r = nil
	}
	all := make([]*stream, len(chunks))
	for i, k := range chunks {
		end := min(k.start+k.size+slack, limit)
		if r == nil {
			part := held.data[k.start-low : end-low]
			all[i] = &stream{buffer: slices.Clip(part)}
			continue
		}
		all[i] = &stream{r: r, at: k.start, end: end, window: min(max(windows/len(chunks), leastWindow), mostWindow)}
	}
	return all, nil
}
