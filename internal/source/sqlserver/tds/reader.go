package tds

import "encoding/binary"

// A reader takes apart what has come. When it asks for more than there is, short
// is set and all that it returns is zero.
type reader struct {
	b     []byte
	at    int
	short bool
}

func (r *reader) bytes(n int) []byte {
	if r.short || n < 0 || n > len(r.b)-r.at {
		r.short = true
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

func (r *reader) u8() int {
	if b := r.bytes(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *reader) u16() int {
	if b := r.bytes(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// name reads n units of UTF-16. Units that make no character become U+FFFD: it
// is for messages and names of columns.
func (r *reader) name(n int) string {
	b := r.bytes(2 * n)
	out := make([]byte, 3*len(b)/2)
	written, _ := utf16ToUTF8(out, b)
	return string(out[:written])
}

func (r *reader) shortName() string { return r.name(r.u8()) }  // B_VARCHAR
func (r *reader) longName() string  { return r.name(r.u16()) } // US_VARCHAR
