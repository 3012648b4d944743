package value

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF16 is text as the units that an n-type holds.
func UTF16(s string) []uint16 {
	out := make([]uint16, 0, len(s))
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			if half, ok := surrogate(s); ok {
				out, s = append(out, half), s[3:]
				continue
			}
		}
		out, s = utf16.AppendRune(out, r), s[n:]
	}
	return out
}

func surrogate(s string) (uint16, bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | uint16(s[1]&0x3F)<<6 | uint16(s[2]&0x3F), true
}

// FromUTF16 is the reverse of UTF16.
func FromUTF16(units []uint16) string {
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		u := rune(units[i])
		if i+1 < len(units) {
			if r := utf16.DecodeRune(u, rune(units[i+1])); r != utf8.RuneError {
				b.WriteRune(r)
				i++
				continue
			}
		}
		if utf16.IsSurrogate(u) {
			b.Write([]byte{0xED, byte(u>>6)&0x3F | 0x80, byte(u)&0x3F | 0x80})
			continue
		}
		b.WriteRune(u)
	}
	return b.String()
}

// WideBytes is text as UTF-16LE.
func WideBytes(s string) []byte {
	units := UTF16(s)
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// FromWideBytes is the reverse of WideBytes; a last odd byte is left out.
func FromWideBytes(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return FromUTF16(units)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Units is the length of text in the units of its type: UTF-16 units of
// n-types, else bytes in the code page.
func Units(s string, t Type) int {
	if ascii(s) {
		return len(s)
	}
	if IsWide(t) {
		return len(UTF16(s))
	}
	return len(Encode(s, t.Collation))
}

// units is how many of them a type takes; -1 is any number.
func units(t Type) int {
	if t.Length < 0 || IsOld(t) || t.Name == "xml" {
		return -1
	}
	if IsWide(t) {
		return t.Length / 2
	}
	return t.Length
}

// cut leaves the first n units of text.
func cut(s string, t Type, n int) string {
	if ascii(s) {
		return s[:n]
	}
	if IsWide(t) {
		return FromUTF16(UTF16(s)[:n])
	}
	return Decode(Encode(s, t.Collation)[:n], t.Collation)
}

// Fit makes text one of a type: of its code page, cut and padded. whole says
// that nothing but blanks was cut.
func Fit(s string, t Type) (fitted string, whole bool) {
	if !IsWide(t) && !ascii(s) {
		s = Decode(Encode(s, t.Collation), t.Collation)
	}
	limit := units(t)
	if limit < 0 {
		return s, true
	}
	n := Units(s, t)
	if n > limit {
		kept := cut(s, t, limit)
		return kept, strings.Trim(s[min(len(kept), len(s)):], " ") == ""
	}
	if IsFixed(t) && n < limit {
		s += strings.Repeat(" ", limit-n)
	}
	return s, true
}

// Whole says that text holds no halves of surrogate pairs.
func Whole(s string) bool { return utf8.ValidString(s) }
