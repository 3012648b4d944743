package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// A taker takes rows apart: csvShape and jsonShape.
type taker interface {
	take(b *block, limit int, last bool) (taken int, err error)
}

// The sizes of what is read at once: of a block of many rows, and of the largest row.
const (
	blockBytes = 1 << 20 // eight times that as a batch of the widest values
	mostRow    = 256 << 20
)

// A splitter cuts a text into blocks of whole rows.
type splitter struct {
	in    io.Reader
	taker taker
	rest  []byte // read, of rows that are still to come
	line  int64  // the one that rest begins at
	ended bool
}

// next is the next block; io.EOF comes when there is none.
func (s *splitter) next() (*block, error) {
	want := blockBytes
	for {
		if err := s.fill(want); err != nil {
			return nil, err
		}
		if len(s.rest) == 0 {
			return nil, io.EOF
		}
		b := &block{data: s.rest, first: s.line}
		b.fields = make([]field, 0, len(s.rest)/8)
		taken, err := s.taker.take(b, blockBytes, s.ended)
		if err != nil {
			return nil, err
		}
		if taken > 0 {
			s.advance(b, taken)
			return b, nil
		}
		if want = 2 * max(want, len(s.rest)); want > mostRow {
			return nil, fmt.Errorf("line %d: a row is longer than %d MB; a quote may not be closed", s.line, mostRow>>20)
		}
	}
}

// fill reads until so many bytes are there, or nothing comes any more.
func (s *splitter) fill(want int) error {
	if s.ended || len(s.rest) >= want {
		return nil
	}
	buffer := make([]byte, want)
	have := copy(buffer, s.rest)
	for have < want && !s.ended {
		n, err := s.in.Read(buffer[have:])
		have += n
		if s.ended = errors.Is(err, io.EOF); err != nil && !s.ended {
			return err //nolint:wrapcheck // the caller names the file
		}
	}
	s.rest = buffer[:have]
	return nil
}

// advance leaves b with what it took, and keeps what follows.
func (s *splitter) advance(b *block, taken int) {
	b.data = s.rest[:taken:taken]
	s.rest = s.rest[taken:]
	s.line += int64(bytes.Count(b.data, []byte{'\n'}))
	b.valid = utf8.Valid(b.data)
}
