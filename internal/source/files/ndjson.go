package files

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
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

func blanks(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

func ending(data []byte, i int) (wrong string) {
	if blanks(data, i) < len(data) {
		return notObject
	}
	return ""
}

// jsonText is what stands between the quotes of the text at i, and what is after it;
// -1 if there is none.
func jsonText(data []byte, i int) (text []byte, escaped bool, after int) {
	if i >= len(data) || data[i] != '"' {
		return nil, false, -1
	}
	for from := i + 1; ; {
		stop := bytes.IndexByte(data[from:], '"')
		if stop < 0 {
			return nil, false, -1
		}
		stop += from
		slash := bytes.IndexByte(data[from:stop], '\\')
		if slash < 0 {
			return data[i+1 : stop], escaped, stop + 1
		}
		if escaped, from = true, from+slash+2; from > len(data) {
			return nil, false, -1
		}
	}
}

// jsonEnd is what is after the number, word, list or object at i.
func jsonEnd(data []byte, i int) int {
	for depth := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			_, _, after := jsonText(data, i)
			if after < 0 || depth == 0 {
				return -1
			}
			i = after - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\r', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// unescape appends a text of JSON in which characters are escaped. A half of a pair
// of surrogates is no character.
func unescape(out, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		if i++; i >= len(text) {
			return out, false
		}
		if at := bytes.IndexByte([]byte(`"\/bfnrt`), text[i]); at >= 0 {
			out = append(out, "\"\\/\b\f\n\r\t"[at])
			continue
		}
		r, ok := hex4(text, i)
		if !ok {
			return out, false
		}
		i += 4
		if utf16.IsSurrogate(r) {
			low, ok := rune(0), false
			if i+2 < len(text) && text[i+1] == '\\' {
				low, ok = hex4(text, i+2)
			}
			if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
				return out, false
			}
			i += 6
		}
		out = utf8.AppendRune(out, r)
	}
	return out, true
}

// hex4 reads uXXXX at i.
func hex4(text []byte, i int) (rune, bool) {
	if i+5 > len(text) || text[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[i+1:i+5]), 16, 16)
	return rune(n), err == nil
}
