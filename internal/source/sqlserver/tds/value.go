package tds

import "encoding/binary"

// value finds the value at b[at], and where it ends.
func (d *decoder) value(c *column, b []byte, at int) (v []byte, end int, null bool) {
	n := c.size
	switch c.layout { //nolint:exhaustive // the others are in long
	case fixedWidth:
	case shortCount:
		n = int(b[at])
		at++
		null = n == 0
	case longCount:
		n = int(binary.LittleEndian.Uint16(b[at:]))
		if at += 2; n == nullLength {
			return nil, at, true
		}
	default:
		return d.long(c, b, at)
	}
	return b[at : at+n], at + n, null
}

// long finds the value of a layout for long ones at b[at], and where it ends. One
// in several chunks is gathered in scratch.
func (d *decoder) long(c *column, b []byte, at int) (v []byte, end int, null bool) {
	if c.layout != chunked {
		if b[at] == 0 {
			return nil, at + 1, true
		}
		at += 1 + int(b[at]) + 8 // pointer and timestamp
		n := int(binary.LittleEndian.Uint32(b[at:]))
		return b[at+4 : at+4+n], at + 4 + n, false
	}
	if binary.LittleEndian.Uint64(b[at:]) == plpNull {
		return nil, at + 8, true
	}
	at += 8
	first := int(binary.LittleEndian.Uint32(b[at:]))
	at += 4
	if first == 0 {
		return nil, at, false
	}
	v, at = b[at:at+first], at+first
	for gathered := false; ; gathered = true {
		n := int(binary.LittleEndian.Uint32(b[at:]))
		if at += 4; n == 0 {
			return v, at, false
		}
		if !gathered {
			d.scratch = append(d.scratch[:0], v...)
		}
		d.scratch = append(d.scratch, b[at:at+n]...)
		v, at = d.scratch, at+n
	}
}
