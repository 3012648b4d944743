package tds

import (
	"fmt"
)

// The types of values on the wire, [MS-TDS] 2.2.5.4.
const (
	typeNull       = 0x1f
	typeImage      = 0x22
	typeText       = 0x23
	typeUUID       = 0x24
	typeIntN       = 0x26
	typeDate       = 0x28
	typeTime       = 0x29
	typeDatetime2  = 0x2a
	typeOffset     = 0x2b
	typeInt1       = 0x30
	typeBit        = 0x32
	typeInt2       = 0x34
	typeInt4       = 0x38
	typeDatetime4  = 0x3a
	typeFloat4     = 0x3b
	typeMoney      = 0x3c
	typeDatetime   = 0x3d
	typeFloat8     = 0x3e
	typeVariant    = 0x62
	typeNText      = 0x63
	typeBitN       = 0x68
	typeDecimal    = 0x6a
	typeNumeric    = 0x6c
	typeFloatN     = 0x6d
	typeMoneyN     = 0x6e
	typeDatetimeN  = 0x6f
	typeMoney4     = 0x7a
	typeInt8       = 0x7f
	typeVarBinary  = 0xa5
	typeVarChar    = 0xa7
	typeBinary     = 0xad
	typeChar       = 0xaf
	typeNVarChar   = 0xe7
	typeNChar      = 0xef
	typeUDT        = 0xf0
	typeXML        = 0xf1
	lengthMax      = 0xffff // of the types that have a long form
	flagUTF8       = 1 << 26
	nullLength     = 0xffff
	plpNull        = 1<<64 - 1
	plpUnknown     = 1<<64 - 2
	longestPLP     = 1<<31 - 1
	textPointerMax = 255
)

// A layout says how the length of a value is told.
type layout uint8

const (
	fixedWidth layout = iota // by the type
	shortCount               // by a byte; 0 is NULL
	longCount                // by two bytes; 0xFFFF is NULL
	pointed                  // by a text pointer, a timestamp and four bytes; no pointer is NULL
	variant                  // by four bytes; 0 is NULL
	chunked                  // PLP: in chunks, each with its length
)

// A wireColumn is a column of a result as COLMETADATA describes it.
type wireColumn struct {
	name             string
	typ              byte
	layout           layout
	size             int // the longest value, but for chunked
	precision, scale int
	page             int  // the code page of its char and varchar; 0 is one not known here
	utf8             bool // they are UTF-8 instead
}

// fixedSizes are the types of fixed width, [MS-TDS] 2.2.5.4.1.
var fixedSizes = map[byte]int{
	typeNull: 0, typeInt1: 1, typeBit: 1, typeInt2: 2, typeInt4: 4, typeDatetime4: 4, typeFloat4: 4,
	typeMoney: 8, typeDatetime: 8, typeFloat8: 8, typeMoney4: 4, typeInt8: 8,
}

// columns reads COLMETADATA, [MS-TDS] 2.2.7.4.
func (p *packets) columns() ([]wireColumn, error) {
	for had := 0; ; {
		r := reader{b: p.tokens(), at: 1}
		columns, err := readColumns(&r)
		if err != nil {
			return nil, err
		}
		if !r.short {
			p.skip(r.at)
			return columns, nil
		}
		// Asking for twice as much keeps reading it again cheap.
		had = max(2*had, len(r.b)+1)
		if err := p.atMost(had); err != nil {
			return nil, err
		}
	}
}

// atMost waits until n bytes or the end of the answer have come, at least one
// byte more than there is.
func (p *packets) atMost(n int) error {
	if err := p.need(len(p.tokens()) + 1); err != nil {
		return err
	}
	for len(p.tokens()) < n && !p.ended() {
		if err := p.fill(); err != nil {
			return err
		}
	}
	return nil
}

func readColumns(r *reader) ([]wireColumn, error) {
	n := r.u16()
	if n == 0xffff { // no metadata, which is for cursors
		n = 0
	}
	var columns []wireColumn
	for range n {
		var c wireColumn
		r.u32() // the user type
		r.u16() // flags
		if err := c.read(r); err != nil || r.short {
			return nil, err
		}
		if c.layout == pointed {
			for range r.u8() { // the parts of the table's name
				r.longName()
			}
		}
		c.name = r.shortName()
		columns = append(columns, c)
	}
	if n == 0 && !r.short {
		return nil, fmt.Errorf("%w: a result without columns", ErrProtocol)
	}
	return columns, nil
}

// read reads TYPE_INFO, [MS-TDS] 2.2.5.6.
func (c *wireColumn) read(r *reader) error {
	c.typ = byte(r.u8()) //nolint:gosec // a byte
	if size, ok := fixedSizes[c.typ]; ok {
		c.size = size
		return nil
	}
	switch c.typ {
	case typeIntN, typeBitN, typeFloatN, typeMoneyN, typeDatetimeN, typeUUID:
		c.layout, c.size = shortCount, r.u8()
	case typeDecimal, typeNumeric:
		c.layout, c.size, c.precision, c.scale = shortCount, r.u8(), r.u8(), r.u8()
	case typeDate:
		c.layout, c.size = shortCount, 3
	case typeTime, typeDatetime2, typeOffset:
		c.layout, c.scale = shortCount, r.u8()
		c.size = timeBytes(c.scale) + map[byte]int{typeDatetime2: 3, typeOffset: 5}[c.typ]
	case typeVarBinary, typeBinary:
		c.long(r)
	case typeVarChar, typeChar, typeNVarChar, typeNChar:
		c.long(r)
		c.collation(r)
	case typeText, typeNText:
		c.layout, c.size = pointed, int(r.u32())
		c.collation(r)
	case typeImage:
		c.layout, c.size = pointed, int(r.u32())
	case typeVariant:
		c.layout, c.size = variant, int(r.u32())
	case typeXML:
		c.layout = chunked
		if r.u8() == 1 { // it has a schema
			r.shortName()
			r.shortName()
			r.longName()
		}
	case typeUDT:
		c.layout = chunked
		r.u16() // the longest value
		r.shortName()
		r.shortName()
		r.shortName()
		r.longName()
	default:
		if !r.short {
			return fmt.Errorf("%w: a column of type %#x", ErrProtocol, c.typ)
		}
	}
	return nil
}

// long reads the longest value of a type that has a form of any length.
func (c *wireColumn) long(r *reader) {
	c.layout, c.size = longCount, r.u16()
	if c.size == lengthMax {
		c.layout = chunked
	}
}

// collation reads COLLATION: twenty bits of locale, flags, a version and a sort
// order, [MS-TDS] 2.2.5.1.2.
func (c *wireColumn) collation(r *reader) {
	bits := r.u32()
	c.utf8 = bits&flagUTF8 != 0
	c.page = pageOf(bits&0xfffff, r.u8())
}

// timeBytes is the width of time of a scale, [MS-TDS] 2.2.5.5.1.8.
func timeBytes(scale int) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}
