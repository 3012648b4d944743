package files

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

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
