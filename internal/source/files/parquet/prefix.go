package parquet

import "math"

// prefixSpans are values that begin as the one before them does (Parquet, Encodings:
// Delta Strings).
type prefixSpans struct {
	prefixes []int32
	suffixes *lengthSpans
	most     int
	last     []byte
	made     []byte
	scratch  []span
}

// Some writers, arrow-go 18.5 and old parquet-mr (PARQUET-246) among them, have the first
// value of a page begin as the last one of the page before it does. Of others it begins
// with nothing.
func newPrefixSpans(body []byte, values int, before spanReader) (*prefixSpans, error) {
	p := new(prefixSpans)
	if before, ok := before.(*prefixSpans); ok {
		p.last = before.last
	}
	prefixes, rest, long, err := lengthsOf(body, values)
	if err != nil {
		return nil, err
	}
	lengths, rest, short, err := lengthsOf(rest, values)
	if err != nil {
		return nil, err
	}
	if len(lengths) != len(prefixes) || long > len(body)+len(p.last) {
		return nil, errPage
	}
	p.prefixes, p.suffixes, p.most = prefixes, &lengthSpans{lengths: lengths, body: rest}, long+short
	return p, nil
}

func (p *prefixSpans) longest() int { return p.most }

func (p *prefixSpans) spans(out []span) ([]byte, error) {
	if len(out) > len(p.prefixes) {
		return nil, errPage
	}
	p.scratch = sized(p.scratch, len(out))
	in, err := p.suffixes.spans(p.scratch)
	if err != nil {
		return nil, err
	}
	p.made = p.made[:0]
	for i, n := range p.prefixes[:len(out)] {
		if int(n) > len(p.last) {
			return nil, errPage
		}
		from := len(p.made)
		p.made = append(append(p.made, p.last[:n]...), in[p.scratch[i].start:p.scratch[i].end]...)
		if len(p.made) > math.MaxInt32 {
			return nil, errPageSize
		}
		p.last = p.made[from:]
		out[i] = span{uint32(from), uint32(len(p.made))} //nolint:gosec // looked at
	}
	p.last = append([]byte(nil), p.last...) // made is written over
	p.prefixes = p.prefixes[len(out):]
	return p.made, nil
}
