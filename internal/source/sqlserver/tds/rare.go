package tds

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"
)

var (
	errTooLong  = errors.New("a value is longer than the 2 GiB that a batch can hold")
	errNotUTF16 = errors.New("a text has half of a surrogate pair, which is no character")
	errNotUTF8  = errors.New("a text is not UTF-8")
	errNotASCII = errors.New("a text is not ASCII, and its code page is not known")
	errNoChar   = errors.New("a text has a byte that is no character in its code page")
)

// widths are those of decodings whose values have but one.
var widths = [...]int{
	decodeBit: 1, decode8: 1, decode16: 2, decodeMoney4: 4, decodeMoney8: 8, decodeUUID: 16,
	decodeDate: 3, decodeDatetime4: 4, decodeDatetime: 8, decodeOffset: 0,
}

// rare appends a value of a type that row does not know.
func (d *decoder) rare(c *column, v []byte) error {
	r := d.rows
	if width := widths[c.decode]; width != 0 && len(v) != width {
		return errWidth
	}
	switch c.decode { //nolint:exhaustive // the others are in row and in text
	case decodeBit:
		if v[0] != 0 {
			c.Fixed[r>>3] |= 1 << (r & 7)
		}
	case decode8:
		binary.LittleEndian.PutUint16(c.Fixed[2*r:], uint16(v[0]))
	case decode16:
		binary.LittleEndian.PutUint16(c.Fixed[2*r:], binary.LittleEndian.Uint16(v))
	case decodeMoney4:
		return putMoney(c.Fixed[16*r:], int64(int32(binary.LittleEndian.Uint32(v))), c.scale, c.limit) //nolint:gosec // a signed field
	case decodeMoney8: // the four bytes of more weight come first
		n := uint64(binary.LittleEndian.Uint32(v))<<32 | uint64(binary.LittleEndian.Uint32(v[4:]))
		return putMoney(c.Fixed[16*r:], int64(n), c.scale, c.limit) //nolint:gosec // a signed field
	case decodeWhole:
		n, err := whole(v)
		if err != nil {
			return err
		}
		return putMoney(c.Fixed[16*r:], n, c.scale, c.limit)
	case decodeDate:
		day, err := date(v)
		if err != nil {
			return err
		}
		binary.LittleEndian.PutUint32(c.Fixed[4*r:], uint32(day)) //nolint:gosec // two's complement
	case decodeTime, decodeDatetime4, decodeDatetime, decodeDatetime2, decodeOffset:
		return d.time(c, v)
	default:
		return d.text(c, v)
	}
	return nil
}

// whole reads a whole number of any width; the one of a byte has no sign.
func whole(v []byte) (int64, error) {
	switch len(v) {
	case 1:
		return int64(v[0]), nil
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(v))), nil //nolint:gosec // a signed field
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(v))), nil //nolint:gosec // as above
	case 8:
		return int64(binary.LittleEndian.Uint64(v)), nil //nolint:gosec // as above
	}
	return 0, errWidth
}

// time appends a value of microseconds.
func (d *decoder) time(c *column, v []byte) (err error) {
	var micros int64
	switch c.decode { //nolint:exhaustive // those of rare
	case decodeDatetime4:
		micros, err = datetime4(v)
	case decodeDatetime:
		micros, err = datetime(v)
	default:
		if len(v) != c.size {
			return errWidth
		}
		switch c.decode { //nolint:exhaustive // those with a scale
		case decodeTime:
			micros, err = clock(v, c.scale)
		case decodeDatetime2:
			micros, err = datetime2(v, c.scale)
		default: // in UTC, then minutes of the offset, which the instant does not have
			micros, err = datetime2(v[:len(v)-2], c.scale)
		}
	}
	if err == nil {
		binary.LittleEndian.PutUint64(c.Fixed[8*d.rows:], uint64(micros)) //nolint:gosec // two's complement
	}
	return err
}

// text appends a value that has no fixed width.
func (d *decoder) text(c *column, v []byte) error {
	if !c.Fits(3 * len(v)) {
		return errTooLong
	}
	switch c.decode { //nolint:exhaustive // the others have a width
	case decodePage:
		return d.page(c, v)
	case decodeUUID:
		d.append(c, uuid(c.Room(d.mem, 36), v))
		return nil
	case decodeASCII:
		if !ascii(v) {
			return errNotASCII
		}
	case decodeUTF8:
		if !utf8.Valid(v) {
			return errNotUTF8
		}
	case decodeBytes:
	default:
		panic(fmt.Sprintf("tds: no decoding %d", c.decode))
	}
	d.append(c, copy(c.Room(d.mem, len(v)), v))
	return nil
}

// uuid writes the text of a uniqueidentifier, whose first three groups come with
// the byte of least weight first, [MS-TDS] 2.2.5.5.1.9.
func uuid(out, v []byte) int {
	b := [16]byte{v[3], v[2], v[1], v[0], v[5], v[4], v[7], v[6]}
	copy(b[8:], v[8:])
	hex.Encode(out, b[:4])
	at := 8
	for _, part := range [][]byte{b[4:6], b[6:8], b[8:10], b[10:16]} {
		out[at] = '-'
		hex.Encode(out[at+1:], part)
		at += 1 + 2*len(part)
	}
	return at
}
