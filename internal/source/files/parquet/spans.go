package parquet

import (
	"encoding/binary"
	"math"
)

// A span is where a value of any length lies among the bytes that it came with.
type span struct{ start, end uint32 }

// A spanReader reads values of any length. What spans fills lies in the bytes that it
// returns, which are valid until the next page, or the next call.
type spanReader interface {
	spans(out []span) (in []byte, err error)

	// longest is the length of the longest value, where values may take more room than
	// the page that they lie in; else 0.
	longest() int
}

// newSpanReader reads the values of a page. width is that of each, or 0; before is what
// has read the page before it, or nil.
func newSpanReader(encoding int, body []byte, width, values int, before spanReader) (spanReader, error) {
	if len(body) > math.MaxInt32 {
		return nil, errPageSize
	}
	switch {
	case encoding == plain && width > 0:
		return &wideSpans{body: body, width: width}, nil
	case encoding == plain:
		return &plainSpans{body: body}, nil
	case encoding == byteSplit && width > 0:
		return newSplitSpans(body, width)
	case encoding == deltaLengths && width == 0:
		return newLengthSpans(body, values)
	case encoding == deltaTexts:
		return newPrefixSpans(body, values, before)
	}
	return nil, errEncoding
}

// plainSpans are values with their lengths before them.
type plainSpans struct {
	body []byte
	at   int
}

func (p *plainSpans) longest() int { return 0 }

func (p *plainSpans) spans(out []span) ([]byte, error) {
	at, body := p.at, p.body
	for i := range out {
		if len(body)-at < 4 {
			return nil, errPage
		}
		n := binary.LittleEndian.Uint32(body[at:])
		at += 4
		if uint64(n) > uint64(len(body)-at) { //nolint:gosec // not below 0
			return nil, errPage
		}
		out[i] = span{uint32(at), uint32(at) + n} //nolint:gosec // within the page
		at += int(n)
	}
	p.at = at
	return body, nil
}

// wideSpans are values of one width.
type wideSpans struct {
	body      []byte
	width, at int
}

func (w *wideSpans) longest() int { return 0 }

func (w *wideSpans) spans(out []span) ([]byte, error) {
	if len(out) > (len(w.body)-w.at)/w.width {
		return nil, errPage
	}
	for i := range out {
		out[i] = span{uint32(w.at), uint32(w.at + w.width)} //nolint:gosec // within the page
		w.at += w.width
	}
	return w.body, nil
}

// newSplitSpans puts the bytes of values of one width together (Parquet, Encodings: Byte
// Stream Split).
func newSplitSpans(body []byte, width int) (spanReader, error) {
	if len(body)%width != 0 {
		return nil, errPage
	}
	return &wideSpans{body: together(make([]byte, len(body)), body, width), width: width}, nil
}

// together writes values of one width whose bytes lie in streams, one for each place.
func together(out, body []byte, width int) []byte {
	n := len(body) / width
	for at := range width {
		for i, b := range body[at*n : (at+1)*n] {
			out[i*width+at] = b
		}
	}
	return out
}

// lengthSpans are values whose lengths come before all of them (Parquet, Encodings:
// Delta-length byte array).
type lengthSpans struct {
	lengths []int32
	body    []byte
	at      int
}

func newLengthSpans(body []byte, values int) (*lengthSpans, error) {
	lengths, body, _, err := lengthsOf(body, values)
	if err != nil {
		return nil, err
	}
	return &lengthSpans{lengths: lengths, body: body}, nil
}

func (l *lengthSpans) longest() int { return 0 }

func (l *lengthSpans) spans(out []span) ([]byte, error) {
	if len(out) > len(l.lengths) {
		return nil, errPage
	}
	for i, n := range l.lengths[:len(out)] {
		if int(n) > len(l.body)-l.at {
			return nil, errPage
		}
		out[i] = span{uint32(l.at), uint32(l.at + int(n))} //nolint:gosec // within the page
		l.at += int(n)
	}
	l.lengths = l.lengths[len(out):]
	return l.body, nil
}

// lengthsOf reads lengths, what is behind them, and the greatest.
func lengthsOf(body []byte, values int) (lengths []int32, rest []byte, most int, err error) {
	d, err := newDelta[int32](body)
	if err != nil {
		return nil, nil, 0, err
	}
	if d.left > values {
		return nil, nil, 0, errPage
	}
	lengths = make([]int32, d.left)
	if err := d.decode(lengths); err != nil {
		return nil, nil, 0, err
	}
	for _, n := range lengths {
		if n < 0 {
			return nil, nil, 0, errPage
		}
		most = max(most, int(n))
	}
	return lengths, d.rest(), most, nil
}

// sized is a slice of so many elements of any content.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
