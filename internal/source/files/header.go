package files

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

var errNoHeader = errors.New("it has no header line")

// header reads the first row: the names of the columns.
func (s *splitter) header(shape *csvShape) ([]string, error) {
	for want := 1 << 16; ; want *= 2 {
		if err := s.fill(want); err != nil {
			return nil, err
		}
		b := &block{data: s.rest, first: s.line}
		_, next, _, wrong := shape.row(b, 0, s.ended)
		switch {
		case len(s.rest) == 0:
			return nil, errNoHeader
		case wrong != "":
			return nil, errors.New("its header line is no row: " + wrong)
		case next < 0 && want > mostRow:
			return nil, errNoHeader
		case next < 0:
			continue
		}
		names := make([]string, len(b.fields))
		for i, f := range b.fields {
			text, _ := b.text(f)
			names[i] = string(text)
			if at := slices.Index(names[:i], names[i]); at >= 0 { // by their numbers: it may be a row of values
				return nil, fmt.Errorf("its header names columns %d and %d alike", at+1, i+1)
			}
		}
		s.advance(b, next)
		return names, nil
	}
}
