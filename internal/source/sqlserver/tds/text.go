package tds

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// notASCII are the bits that four units of UTF-16 have when one of them is not
// ASCII.
const notASCII = 0xff80_ff80_ff80_ff80

// utf16ToUTF8 writes the UTF-8 of in, which is UTF-16LE, to out, which has three
// bytes for each unit, and returns how many it wrote. ok is false when in has
// half of a pair or of a unit, which is written as U+FFFD.
func utf16ToUTF8(out, in []byte) (n int, ok bool) {
	ok = len(in)&1 == 0
	for at := 0; at+1 < len(in); {
		// Four units at once, as long as they are ASCII.
		for at+8 <= len(in) {
			v := binary.LittleEndian.Uint64(in[at:])
			if v&notASCII != 0 {
				break
			}
			v |= v >> 8
			v = v&0xffff | v>>16&0xffff_0000
			binary.LittleEndian.PutUint32(out[n:], uint32(v)) //nolint:gosec // the lower half
			n, at = n+4, at+8
		}
		if at+1 >= len(in) {
			break
		}
		u := rune(binary.LittleEndian.Uint16(in[at:]))
		at += 2
		switch {
		case u < 0x80:
			out[n] = byte(u)
			n++
		case u < 0x800:
			out[n], out[n+1] = 0xc0|byte(u>>6), 0x80|byte(u&0x3f)
			n += 2
		case utf16.IsSurrogate(u):
			r := rune(utf8.RuneError)
			if at+1 < len(in) {
				r = utf16.DecodeRune(u, rune(binary.LittleEndian.Uint16(in[at:])))
			}
			if r == utf8.RuneError {
				ok = false
			} else {
				at += 2
			}
			n += utf8.EncodeRune(out[n:], r)
		default:
			out[n], out[n+1], out[n+2] = 0xe0|byte(u>>12&0xf), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f)
			n += 3
		}
	}
	return n, ok
}

// ascii says whether all bytes are below 0x80.
func ascii(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080_8080_8080_8080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
