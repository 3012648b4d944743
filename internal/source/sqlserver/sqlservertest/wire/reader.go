package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
)

// errStream says that what a client sent does not follow the grammar.
var errStream = errors.New("wire: the stream of the client is not as [MS-TDS] has it")

// A reader reads the parts that messages are made of. After the first error it
// gives zeros; err tells of it.
type reader struct {
	src *bufio.Reader
	err error
}

func newReader(r io.Reader) *reader { return &reader{src: bufio.NewReader(r)} }

// fail notes an error, if it is the first one. A message that ends too early is no
// message.
func (r *reader) fail(err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errStream
	}
	if r.err == nil {
		r.err = err
	}
}

// more says whether anything is left to be read.
func (r *reader) more() bool {
	if r.err != nil {
		return false
	}
	_, err := r.src.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		r.fail(err)
	}
	return err == nil
}

// small reads up to eight bytes.
func (r *reader) small(n int) []byte {
	var b [8]byte
	if r.err != nil {
		return b[:n]
	}
	if _, err := io.ReadFull(r.src, b[:n]); err != nil {
		r.fail(err)
		b = [8]byte{}
	}
	return b[:n]
}

func (r *reader) u8() byte    { return r.small(1)[0] }
func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.small(2)) }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.small(4)) }
func (r *reader) u64() uint64 { return binary.LittleEndian.Uint64(r.small(8)) }

// step is how much room is made for bytes that a client has only announced.
const step = 64 << 10

// bytes reads n bytes. It makes room for what has come, not for what is said to come.
func (r *reader) bytes(n int) []byte {
	if r.err != nil {
		return nil
	}
	out := make([]byte, 0, min(n, step))
	for len(out) < n && r.err == nil {
		k := min(n-len(out), step)
		at := len(out)
		out = append(out, make([]byte, k)...)
		if _, err := io.ReadFull(r.src, out[at:]); err != nil {
			r.fail(err)
			return nil
		}
	}
	return out
}

// text reads n units of UTF-16.
func (r *reader) text(n int) string { return fromUTF16(r.bytes(2 * n)) }

func (r *reader) shortText() string { return r.text(int(r.u8())) }  // B_VARCHAR
func (r *reader) longText() string  { return r.text(int(r.u16())) } // US_VARCHAR

// fromUTF16 reads little-endian UTF-16; what is no text becomes U+FFFD.
func fromUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// appendUTF16 writes little-endian UTF-16.
func appendUTF16(b []byte, s string) []byte {
	for _, c := range s {
		if c < 0x10000 {
			b = append(b, byte(c), byte(c>>8))
			continue
		}
		hi, lo := utf16.EncodeRune(c)
		b = append(b, byte(hi), byte(hi>>8), byte(lo), byte(lo>>8))
	}
	return b
}

// unitsOf is how many units of UTF-16 a text is.
func unitsOf(s string) int {
	n := 0
	for _, c := range s {
		n += utf16.RuneLen(c)
	}
	return n
}

// appendShort writes a B_VARCHAR, cut to what one can hold.
func appendShort(b []byte, s string) []byte {
	s = cut(s, 255)
	return appendUTF16(append(b, byte(unitsOf(s))), s)
}

// appendLong writes a US_VARCHAR, cut to what one can hold here: half of it leaves
// room for what stands beside it in a token of 65,535 bytes.
func appendLong(b []byte, s string) []byte {
	s = cut(s, 16383)
	return appendUTF16(binary.LittleEndian.AppendUint16(b, uint16(unitsOf(s))), s)
}

// cut is the beginning of s that is at most n units of UTF-16.
func cut(s string, n int) string {
	for i, c := range s {
		if n -= utf16.RuneLen(c); n < 0 {
			return s[:i]
		}
	}
	return s
}
