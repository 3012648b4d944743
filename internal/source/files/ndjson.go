package files

import (
	"bytes"
	"fmt"
)

// nullField is a field that a row of JSON does not have, or has as null.
var nullField = field{start: ^uint32(0)}

// A jsonShape takes apart lines that hold one object of JSON each. What members are
// not asked for is passed over.
type jsonShape struct {
	at  map[string]int // the places of columns, by name
	raw []bool         // columns of which the JSON itself is the value
}

// Why a line could not be taken apart.
const (
	notObject    = "the line is not one object of JSON"
	memberTwice  = "the object has a member twice"
	brokenText   = "a text is not as JSON has it"
	unclosedLine = "the last line is not one object of JSON: it may be cut off"
)

// take implements taker.
func (s *jsonShape) take(b *block, limit int, last bool) (taken int, err error) {
	b.width = len(s.raw)
	for line := uint32(0); taken < len(b.data); line++ {
		stop := bytes.IndexByte(b.data[taken:], '\n')
		next := taken + stop + 1
		if stop < 0 {
			if !last {
				return taken, nil
			}
			stop, next = len(b.data)-taken, len(b.data)
		}
		if next > limit && taken > 0 && len(b.rows)+len(b.bad) > 0 {
			return taken, nil
		}
		at := span{uint32(taken), uint32(taken + stop), line} //nolint:gosec // within a block
		unended := next == taken+stop
		taken = next
		if len(bytes.TrimSpace(b.data[at.start:at.end])) == 0 {
			continue
		}
		fields := len(b.fields)
		if wrong := s.object(b, int(at.start), int(at.end)); wrong != "" {
			if unended {
				return taken, fmt.Errorf("line %d: %s", b.first+int64(line), unclosedLine)
			}
			b.fields = b.fields[:fields]
			b.bad = append(b.bad, b.reject(at, "", wrong))
			continue
		}
		b.rows = append(b.rows, at)
	}
	return taken, nil
}

// object takes the members of the object between two places.
func (s *jsonShape) object(b *block, from, end int) (wrong string) {
	fields := len(b.fields)
	for range s.raw {
		b.fields = append(b.fields, nullField)
	}
	seen := make([]bool, len(s.raw))
	data := b.data[:end]
	i := blanks(data, from)
	if i >= end || data[i] != '{' {
		return notObject
	}
	i = blanks(data, i+1)
	if i < end && data[i] == '}' {
		return ending(data, i+1)
	}
	for {
		name, escaped, after := jsonText(data, i)
		if after < 0 {
			return notObject
		}
		if escaped {
			var ok bool
			if name, ok = unescape(nil, name); !ok {
				return brokenText
			}
		}
		if i = blanks(data, after); i >= end || data[i] != ':' {
			return notObject
		}
		i = blanks(data, i+1)
		at, wanted := s.at[string(name)]
		if wanted && seen[at] {
			return memberTwice
		}
		f, after, wrong := s.value(b, data, i, wanted && !s.raw[at])
		if wrong != "" {
			return wrong
		}
		if wanted {
			seen[at], b.fields[fields+at] = true, f
		}
		if i = blanks(data, after); i < end && data[i] == ',' {
			i = blanks(data, i+1)
			continue
		}
		if i < end && data[i] == '}' {
			return ending(data, i+1)
		}
		return notObject
	}
}

// value takes the value at i. Of a text it is what the text says if inside is set,
// else the value as it is written.
func (s *jsonShape) value(b *block, data []byte, i int, inside bool) (f field, after int, wrong string) {
	if i < len(data) && data[i] == '"' {
		text, escaped, after := jsonText(data, i)
		switch {
		case after < 0:
			return f, 0, notObject
		case !inside:
			return field{uint32(i), uint32(after)}, after, "" //nolint:gosec // within a block
		case !escaped:
			return field{uint32(i+1) | flag, uint32(after - 1)}, after, "" //nolint:gosec // within a block
		}
		from := len(b.extra)
		var ok bool
		if b.extra, ok = unescape(b.extra, text); !ok {
			return f, 0, brokenText
		}
		return field{uint32(from) | flag, uint32(len(b.extra)) | flag}, after, "" //nolint:gosec // within a block
	}
	after = jsonEnd(data, i)
	if after <= i {
		return f, 0, notObject
	}
	if string(data[i:after]) == "null" {
		return nullField, after, ""
	}
	return field{uint32(i), uint32(after)}, after, "" //nolint:gosec // within a block
}
