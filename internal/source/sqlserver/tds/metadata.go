package tds

import "fmt"

// longestColumns bounds what is kept of the columns of a result: 4096 of them, the
// most that SELECT has, with names of their own and of their tables, take 10 MB.
const longestColumns = 16 << 20

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
		if len(r.b) > longestColumns {
			return nil, errLongToken
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
