package parquet

import (
	"encoding/binary"
	"hash/crc32"
)

// A craft writes Thrift's compact protocol, for files that no writer writes.
type craft struct {
	out  []byte
	last []int
}

func (c *craft) head(id, kind int) {
	top := len(c.last) - 1
	c.out = append(c.out, byte((id-c.last[top])<<4|kind))
	c.last[top] = id
}

func (c *craft) number(id int, v int64) {
	kind := compactI32
	if id < 0 { // a field of 64 bits
		id, kind = -id, compactI64
	}
	c.head(id, kind)
	c.out = binary.AppendVarint(c.out, v)
}

func (c *craft) text(id int, s string) {
	c.head(id, compactBinary)
	c.out = append(binary.AppendUvarint(c.out, uint64(len(s))), s...)
}

func (c *craft) open(id int) {
	if id > 0 {
		c.head(id, compactStruct)
	}
	c.last = append(c.last, 0)
}

func (c *craft) close() {
	c.out = append(c.out, 0)
	c.last = c.last[:len(c.last)-1]
}

func (c *craft) list(id, n, kind int) {
	c.head(id, compactList)
	if n < 15 {
		c.out = append(c.out, byte(n<<4|kind))
		return
	}
	c.out = binary.AppendUvarint(append(c.out, byte(15<<4|kind)), uint64(n))
}

// A crafted page, with what it claims.
type crafted struct {
	kind, values, encoding int
	body                   []byte
	size, stored           int // of the body, if they are not its own
	defines, repeats       int
	nulls                  int
	sum                    bool
	wrongSum               bool
}

func (p crafted) bytes() []byte {
	c := &craft{}
	c.open(0)
	c.number(1, int64(p.kind))
	for i, size := range []int{p.size, p.stored} {
		if size == 0 {
			size = len(p.body)
		}
		c.number(2+i, int64(size))
	}
	if p.sum {
		sum := crc32.ChecksumIEEE(p.body)
		if p.wrongSum {
			sum++
		}
		c.number(4, int64(int32(sum)))
	}
	switch p.kind {
	case dataPage:
		c.open(5)
		c.number(1, int64(p.values))
		c.number(2, int64(p.encoding))
		c.number(3, runLength)
		c.number(4, runLength)
	case dictionaryPage:
		c.open(7)
		c.number(1, int64(p.values))
		c.number(2, int64(p.encoding))
	case dataPage2:
		c.open(8)
		for i, v := range []int{p.values, p.nulls, p.values, p.encoding, p.defines, p.repeats} {
			c.number(i+1, int64(v))
		}
	}
	for len(c.last) > 0 {
		c.close()
	}
	return append(c.out, p.body...)
}

// A craftedFile is a file of one column, an INT64, with what it claims.
type craftedFile struct {
	pages      []crafted
	rows       int64 // of the file, the group and the chunk
	values     int64 // of the chunk, if not so many
	groupRows  int64 // of the group, if not so many
	physical   int   // 0 is INT64
	repetition int
	codec      int
	start      int64
	size       int64 // of the chunk, if not its own
	columns    int   // that the schema says to come, if not 1
	groups     int   // that the list says to come, if not 1
	locked     bool
	magic      string
	length     uint32 // of the footer, if not its own
}

func (f craftedFile) bytes() []byte {
	out := []byte("PAR1")
	for _, p := range f.pages {
		out = append(out, p.bytes()...)
	}
	or := func(v, otherwise int64) int64 {
		if v != 0 {
			return v
		}
		return otherwise
	}
	c := &craft{}
	c.open(0)
	c.number(1, 2)
	c.list(2, 2, compactStruct)
	c.open(0)
	c.text(4, "root")
	c.number(5, or(int64(f.columns), 1))
	c.close()
	c.open(0)
	c.number(1, or(int64(f.physical), int64s))
	c.number(3, int64(f.repetition))
	c.text(4, "v")
	c.close()
	c.number(-3, f.rows)
	c.list(4, int(or(int64(f.groups), 1)), compactStruct)
	c.open(0)
	c.list(1, 1, compactStruct)
	c.open(0)
	c.number(-2, 0)
	c.open(3)
	c.number(1, or(int64(f.physical), int64s))
	c.number(4, int64(f.codec))
	c.number(-5, or(f.values, f.rows))
	c.number(-6, 0)
	c.number(-7, or(f.size, int64(len(out)-4)))
	c.number(-9, or(f.start, 4))
	c.close()
	c.close()
	c.number(-2, 0)
	c.number(-3, or(f.groupRows, f.rows))
	c.close()
	if f.locked {
		c.open(8)
		c.close()
	}
	c.close()
	out = append(out, c.out...)
	length := uint32(or(int64(f.length), int64(len(c.out))))
	out = binary.LittleEndian.AppendUint32(out, length)
	if f.magic == "" {
		f.magic = "PAR1"
	}
	return append(out, f.magic...)
}
