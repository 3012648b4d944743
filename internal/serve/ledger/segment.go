package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// suffix ends the names of segments: <chain>/<number of the first line>.ledger
const suffix = ".ledger"

// segmentName is the name of a segment within the ledger.
func segmentName(chain string, first uint64) string {
	return fmt.Sprintf("%s/%012d%s", chain, first, suffix)
}

// parseSegmentName is the chain that a segment of that name belongs to.
func parseSegmentName(name string) (chain string, ok bool) {
	chain, file, _ := strings.Cut(name, "/")
	digits, ours := strings.CutSuffix(file, suffix)
	first, err := strconv.ParseUint(digits, 10, 64)
	return chain, ours && err == nil && chain != "" && segmentName(chain, first) == name
}

// firstOf is the number of the first line of a segment of that name.
func firstOf(name string) uint64 {
	_, file, _ := strings.Cut(name, "/")
	first, _ := strconv.ParseUint(strings.TrimSuffix(file, suffix), 10, 64) // parseSegmentName has read it
	return first
}

// maxLine bounds a line: an answer about ten thousand tenants, or rows of as many
// persons.
const maxLine = 64 << 20

// A segmentReader reads the lines of a segment and proves their links.
type segmentReader struct {
	name   string
	lines  *bufio.Reader
	at     io.ReaderAt // the file that lines are read from, where it may still be written; or nil
	header header
	seq    uint64 // of the last line read
	link   string // of the last line read
	read   int64  // bytes, up to the end of the last line read
}

// errTorn is the end of a segment within a line.
var errTorn = errors.New("the file ends within a line")

// openSegment reads the header of a segment.
func openSegment(name string, r io.Reader) (*segmentReader, error) {
	s := &segmentReader{name: name, lines: bufio.NewReaderSize(r, 1<<16)}
	line, err := s.line()
	if errors.Is(err, io.EOF) {
		err = s.wrong(errTorn) // not even a header
	}
	if err != nil {
		return nil, err
	}
	if s.header, s.link, err = parseHeader(line); err != nil {
		return nil, s.wrong(err)
	}
	if want := segmentName(s.header.Chain, s.header.First); want != name {
		return nil, s.wrong(fmt.Errorf("it calls itself %s", want))
	}
	s.seq = s.header.First
	s.read = int64(len(line)) + 1
	return s, nil
}

// next is the text of the next line; io.EOF after the last one.
func (s *segmentReader) next() ([]byte, error) {
	line, err := s.line()
	if err != nil {
		return nil, err
	}
	text, link, err := parseLine(line, s.link)
	if err != nil {
		return nil, s.wrong(err)
	}
	s.seq, s.link = s.seq+1, link
	s.read += int64(len(line)) + 1
	return text, nil
}

// line reads up to a line feed; io.EOF where nothing is left but the zeros that a
// segment has behind its lines while it is written.
func (s *segmentReader) line() ([]byte, error) {
	var line []byte
	for {
		if first, err := s.lines.Peek(1); len(line) == 0 && err == nil && first[0] == 0 {
			return nil, s.padding()
		}
		part, err := s.lines.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			return nil, s.wrong(errors.New("it has no end"))
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, s.wrong(errTorn)
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case err != nil:
			return nil, fmt.Errorf("reading %s: %w", s.name, err)
		}
		return bytes.TrimSuffix(line, []byte{'\n'}), nil
	}
}

// padding reads zeros to the end of the file: io.EOF if there is nothing else.
func (s *segmentReader) padding() error {
	for {
		b, err := s.lines.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return io.EOF
		case err != nil:
			return fmt.Errorf("reading %s: %w", s.name, err)
		case b != 0 && s.grown():
			return io.EOF
		case b != 0:
			return s.wrong(errors.New("it begins with a zero"))
		}
	}
}

// grown says whether lines were written where there were zeros a moment ago: what
// follows them was read too early, or too late.
func (s *segmentReader) grown() bool {
	if s.at == nil {
		return false
	}
	var first [1]byte
	_, err := s.at.ReadAt(first[:], s.read)
	return err == nil && first[0] != 0
}

// A Broken error is a line that is not what was written there.
type Broken struct {
	Segment string
	Line    uint64 // its number in the chain; of the header when not even that can be read, 0
	Err     error
}

// Error names the line.
func (b *Broken) Error() string {
	return fmt.Sprintf("line %d of the ledger, in %s, is not what was written: %v", b.Line, b.Segment, b.Err)
}

// Unwrap returns what is wrong with it.
func (b *Broken) Unwrap() error { return b.Err }

func (s *segmentReader) wrong(err error) error {
	var line uint64
	if s.link != "" {
		line = s.seq + 1
	}
	return &Broken{Segment: s.name, Line: line, Err: err}
}
