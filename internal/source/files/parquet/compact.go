package parquet

import "encoding/binary"

// A compact reads Thrift's compact protocol, in which Parquet writes footers and headers
// of pages (Apache Thrift, Thrift Compact protocol encoding). Nothing that it reads makes
// it ask for more memory than it was given. The first fault stays in err, after which
// every value is zero.
type compact struct {
	data  []byte
	at    int
	depth int
	err   error
}

// The types of the compact protocol.
const (
	compactTrue   = 1
	compactFalse  = 2
	compactByte   = 3
	compactI16    = 4
	compactI32    = 5
	compactI64    = 6
	compactDouble = 7
	compactBinary = 8
	compactList   = 9
	compactSet    = 10
	compactMap    = 11
	compactStruct = 12
)

// deepest is how far structures may lie within each other; those of Parquet take six.
const deepest = 32

var (
	errCompact = fault("what describes its pages is not of the form that Parquet gives it")
	errShort   = fault("it ends before its time") // also of what was given, where more may be had
)

func (c *compact) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.at = len(c.data)
}

// fields calls read for each field of a structure. What read does not take, which it says,
// is passed over.
func (c *compact) fields(read func(id int, kind byte) bool) {
	if c.depth++; c.depth > deepest {
		c.fail(errCompact)
	}
	defer func() { c.depth-- }()
	for id := 0; c.err == nil; {
		head := c.byte()
		kind := head & 15
		if kind == 0 {
			return
		}
		if delta := int(head >> 4); delta > 0 {
			id += delta
		} else {
			id = int(c.int())
		}
		if c.err == nil && !read(id, kind) {
			c.skip(kind)
		}
	}
}

// list reads the head of a list: how many elements of which type follow.
func (c *compact) list() (n int, kind byte) {
	head := c.byte()
	n, kind = int(head>>4), head&15
	if n == 15 {
		n = c.length()
	}
	if n > len(c.data)-c.at { // an element takes a byte at least
		c.fail(errShort)
		return 0, kind
	}
	return n, kind
}

// structs calls read for each element of a list of structures.
func (c *compact) structs(most int, read func()) {
	n, kind := c.list()
	if n > most || n > 0 && kind != compactStruct {
		c.fail(errCompact)
	}
	for ; n > 0 && c.err == nil; n-- {
		read()
	}
}

func (c *compact) byte() byte {
	if c.at >= len(c.data) {
		c.fail(errShort)
		return 0
	}
	c.at++
	return c.data[c.at-1]
}

// uvarint reads a number of seven bits a byte.
func (c *compact) uvarint() uint64 {
	v, n := binary.Uvarint(c.data[c.at:])
	switch {
	case n == 0:
		c.fail(errShort)
		return 0
	case n < 0:
		c.fail(errCompact)
		return 0
	}
	c.at += n
	return v
}

// int reads a number of 16, 32 or 64 bits.
func (c *compact) int() int64 {
	v := c.uvarint()
	return int64(v>>1) ^ -int64(v&1) // zigzag
}

// size reads a number that counts something, and refuses one below 0 or beyond 32 bits.
func (c *compact) size() int {
	v := c.int()
	if v < 0 || v > 1<<31-1 {
		c.fail(errCompact)
		return 0
	}
	return int(v)
}

// length reads how many bytes or elements follow.
func (c *compact) length() int {
	v := c.uvarint()
	if v > 1<<31-1 {
		c.fail(errCompact)
		return 0
	}
	return int(v)
}

// bytes reads a text; it lies in what was given.
func (c *compact) bytes() []byte {
	n := c.length()
	if n > len(c.data)-c.at {
		c.fail(errShort)
		return nil
	}
	c.at += n
	return c.data[c.at-n : c.at]
}

// skip passes over a value.
func (c *compact) skip(kind byte) {
	switch kind {
	case compactTrue, compactFalse:
	case compactByte:
		c.byte()
	case compactI16, compactI32, compactI64:
		c.uvarint()
	case compactDouble:
		if c.at += 8; c.at > len(c.data) {
			c.fail(errShort)
		}
	case compactBinary:
		c.bytes()
	case compactList, compactSet:
		n, element := c.list()
		c.skipAll(n, element)
	case compactMap:
		if n := c.length(); n > 0 {
			kinds := c.byte()
			for ; n > 0 && c.err == nil; n-- {
				c.skipAll(1, kinds>>4)
				c.skipAll(1, kinds&15)
			}
		}
	case compactStruct:
		c.fields(func(int, byte) bool { return false })
	default:
		c.fail(errCompact)
	}
}

// skipAll passes over elements, of which a boolean takes a byte, too.
func (c *compact) skipAll(n int, kind byte) {
	if c.depth++; c.depth > deepest {
		c.fail(errCompact)
	}
	defer func() { c.depth-- }()
	for ; n > 0 && c.err == nil; n-- {
		if kind == compactTrue || kind == compactFalse {
			c.byte()
			continue
		}
		c.skip(kind)
	}
}
