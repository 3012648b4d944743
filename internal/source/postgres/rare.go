package postgres

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"unicode/utf8"
)

// PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01.
const (
	daysTo2000   = 10957
	microsTo2000 = daysTo2000 * 24 * 60 * 60 * 1_000_000
)

// rare appends a value of a type that needs more than a copy.
func (d *decoder) rare(c *column, v []byte) error {
	r := d.rows
	if width := widths[c.decode]; width != 0 && len(v) != width {
		return errBadWidth
	}
	switch c.decode { //nolint:exhaustive // the others are in row
	case decodeTimestamp:
		t, err := timestamp(int64(binary.BigEndian.Uint64(v))) //nolint:gosec // a signed field
		if err != nil {
			return err
		}
		binary.LittleEndian.PutUint64(c.Fixed[8*r:], uint64(t)) //nolint:gosec // two's complement
	case decodeDate:
		t := date(int32(binary.BigEndian.Uint32(v)))            //nolint:gosec // a signed field
		binary.LittleEndian.PutUint32(c.Fixed[4*r:], uint32(t)) //nolint:gosec // two's complement
	case decodeBool:
		if v[0] != 0 {
			c.Fixed[r>>3] |= 1 << (r & 7)
		}
	case decode16:
		binary.LittleEndian.PutUint16(c.Fixed[2*r:], binary.BigEndian.Uint16(v))
	case decodeUint32:
		binary.LittleEndian.PutUint64(c.Fixed[8*r:], uint64(binary.BigEndian.Uint32(v)))
	case decodeUUID:
		d.appendText(c, uuid(v))
	case decodeJSONB:
		if len(v) < 1 || v[0] != 1 {
			return fmt.Errorf("%w: an unknown version of jsonb", errFormat)
		}
		if d.check && !utf8.Valid(v) {
			return errNotUTF8
		}
		d.appendText(c, v[1:])
	default:
		panic(fmt.Sprintf("postgres: no decoding %d", c.decode))
	}
	return nil
}

var widths = [...]int{
	decodeTimestamp: 8, decodeDate: 4, decodeBool: 1, decode16: 2, decodeUint32: 4, decodeUUID: 16,
}

func (d *decoder) appendText(c *column, v []byte) {
	d.varying += len(v)
	c.Append(d.rows, copy(c.Room(d.mem, len(v)), v))
}

func timestamp(t int64) (int64, error) {
	switch {
	case t == math.MaxInt64:
		return math.MaxInt64, nil
	case t == math.MinInt64:
		return -math.MaxInt64, nil
	case t >= math.MaxInt64-microsTo2000:
		return 0, errTooLate
	}
	return t + microsTo2000, nil
}

func date(t int32) int32 {
	switch t {
	case math.MaxInt32:
		return math.MaxInt32
	case math.MinInt32:
		return -math.MaxInt32
	}
	return t + daysTo2000
}

func uuid(v []byte) []byte {
	out := make([]byte, 36)
	hex.Encode(out, v[:4])
	at := 8
	for _, part := range [][]byte{v[4:6], v[6:8], v[8:10], v[10:16]} {
		out[at] = '-'
		hex.Encode(out[at+1:], part)
		at += 1 + 2*len(part)
	}
	return out
}
