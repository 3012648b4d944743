package value

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// CodePage is the code page of a collation's varchar, as COLLATIONPROPERTY says
// it: 65001 is UTF-8, 0 no collation that the double knows.
func CodePage(collation string) int {
	name := strings.ToLower(collation)
	if strings.HasSuffix(name, "_utf8") {
		return 65001
	}
	for _, known := range []struct {
		prefix string
		page   int
	}{
		{"sql_latin1_general_cp1_", 1252}, {"sql_latin1_general_cp437", 437}, {"sql_latin1_general_cp850", 850},
		{"latin1_general", 1252}, {"french", 1252}, {"modern_spanish", 1252}, {"finnish_swedish", 1252}, {"german_phonebook", 1252},
		{"polish", 1250}, {"czech", 1250}, {"hungarian", 1250}, {"cyrillic_general", 1251}, {"greek", 1253},
		{"turkish", 1254}, {"hebrew", 1255}, {"arabic", 1256}, {"lithuanian", 1257}, {"vietnamese", 1258}, {"thai", 874},
		{"japanese", 932}, {"chinese_prc", 936},
	} {
		if strings.HasPrefix(name, known.prefix) {
			return known.page
		}
	}
	return 0
}

func codec(collation string) encoding.Encoding {
	switch CodePage(collation) {
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	case 874:
		return charmap.Windows874
	case 932:
		return japanese.ShiftJIS
	case 936:
		return simplifiedchinese.GBK
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 1255:
		return charmap.Windows1255
	case 1256:
		return charmap.Windows1256
	case 1257:
		return charmap.Windows1257
	case 1258:
		return charmap.Windows1258
	}
	return charmap.Windows1252
}

// Encode is text in the code page of a collation; what it lacks becomes '?', one
// for each unit of UTF-16.
func Encode(s, collation string) []byte {
	if ascii(s) || CodePage(collation) == 65001 {
		return []byte(s)
	}
	encoder := codec(collation).NewEncoder()
	var out []byte
	for _, r := range s {
		one, err := encoder.String(string(r))
		if err != nil || r == unicode.ReplacementChar {
			one = "?"
			if r > 0xFFFF {
				one = "??"
			}
		}
		out = append(out, one...)
	}
	return out
}

// Decode is the reverse of Encode.
func Decode(b []byte, collation string) string {
	s := string(b)
	if ascii(s) || CodePage(collation) == 65001 {
		return s
	}
	out, err := codec(collation).NewDecoder().String(s)
	if err != nil {
		return s
	}
	return out
}

// collating says how a collation compares: by code points, or by letters with or
// without their case.
func collating(collation string) (binary, sensitive bool) {
	name := strings.ToUpper(collation)
	return strings.HasSuffix(name, "_BIN2") || strings.HasSuffix(name, "_BIN") || strings.Contains(name, "_BIN2_"),
		strings.Contains(name, "_CS")
}

// CollationKey is text as bytes that compare as the collation does: blanks at
// the end do not count; of linguistic collations, signs come before digits,
// digits before letters, and small letters before great ones where case counts.
// It is not the full order of Windows: marks are by code point.
func CollationKey(s, collation string) string {
	s = strings.TrimRight(s, " ")
	binary, sensitive := collating(collation)
	if binary {
		return s
	}
	var b, cases strings.Builder
	b.Grow(2 * len(s))
	for _, r := range s {
		low := unicode.ToLower(r)
		switch {
		case unicode.IsLetter(low):
			b.WriteByte(3)
		case unicode.IsDigit(low):
			b.WriteByte(2)
		default:
			b.WriteByte(1)
		}
		b.WriteRune(low)
		if sensitive {
			if low == r {
				cases.WriteByte(1)
			} else {
				cases.WriteByte(2)
			}
		}
	}
	if sensitive {
		return b.String() + "\x00" + cases.String()
	}
	return b.String()
}

// Same says whether two names are one, as the catalogue compares them.
func Same(a, b string) bool { return strings.EqualFold(a, b) }
