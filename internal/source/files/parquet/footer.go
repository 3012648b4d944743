package parquet

import (
	"encoding/binary"
	"io"
	"math"

	"archwire"
)

// A fault says what is wrong with a file, without anything out of it.
type fault string

func (f fault) Error() string { return string(f) }

// A footer is what the end of a file says of it (parquet.thrift, FileMetaData).
type footer struct {
	rows   int64
	schema []element
	groups []group
}

// An element is a node of the schema: a column, or a group of them (parquet.thrift,
// SchemaElement).
type element struct {
	name       string
	physical   int // -1 is a group
	width      int // of FIXED_LEN_BYTE_ARRAY
	repetition int // 0 required, 1 optional, 2 repeated
	children   int
	converted  int // -1 is none
	scale      int
	precision  int
	logical    logical
}

// A logical type says what values mean (parquet.thrift, LogicalType).
type logical struct {
	kind             int // the number of the union's field; 0 is none
	scale, precision int
	utc              bool
	unit             int // 1 milliseconds, 2 microseconds, 3 nanoseconds
	bits             int
	signed           bool
}

// A group is some rows of the file. Its columns are read when its turn comes: in a file
// of many groups of many columns they are most of the footer.
type group struct {
	rows    int64
	columns []byte
}

// A chunk is a column of a group (parquet.thrift, ColumnMetaData).
type chunk struct {
	physical    int
	codec       int
	values      int64
	start, size int64 // of its pages
	elsewhere   bool  // in another file, or encrypted
}

// What a footer may have at most. All are far beyond what writers make.
const (
	mostFooter  = 64 << 20 // bytes
	mostColumns = 100_000
	mostGroups  = 1 << 20
)

const (
	errNotParquet = fault("it does not end as a file of Parquet does")
	errLies       = fault("its footer contradicts itself or the size of the file")
)

// tail is how much of a file is read at first: most footers are shorter.
const tail = 64 << 10

// readFooter reads the end of a file.
func readFooter(r io.ReaderAt, size int64) (*footer, int64, error) {
	const frame = 8 // the footer's length and the magic number
	if size < frame+4 {
		return nil, 0, errNotParquet
	}
	end, err := readAt(r, max(size-tail, 0), min(size, tail))
	if err != nil {
		return nil, 0, err
	}
	length := int64(binary.LittleEndian.Uint32(end[len(end)-frame:]))
	switch string(end[len(end)-4:]) {
	case "PAR1":
	case "PARE":
		return nil, 0, encrypted()
	default:
		return nil, 0, errNotParquet
	}
	start := size - frame - length
	if length > mostFooter || start < 4 {
		return nil, 0, errLies
	}
	body := end[:len(end)-frame]
	if length > int64(len(body)) {
		if body, err = readAt(r, start, length); err != nil {
			return nil, 0, err
		}
	}
	f, err := parseFooter(body[int64(len(body))-length:])
	return f, start, err
}

// readAt reads so many bytes. What ends before is an error.
func readAt(r io.ReaderAt, from, n int64) ([]byte, error) {
	data := make([]byte, n)
	got, err := r.ReadAt(data, from)
	switch {
	case int64(got) == n:
		return data, nil
	case err == nil || err == io.EOF:
		return nil, errShort
	}
	return nil, err //nolint:wrapcheck // the store names the file
}

func encrypted() error {
	return &archwire.Error{Code: archwire.Invalid, Message: "it is encrypted", Hint: "Have it written without encryption, to a place that is protected otherwise."}
}

func parseFooter(data []byte) (*footer, error) {
	f, c, locked := &footer{rows: -1}, compact{data: data}, false
	c.fields(func(id int, kind byte) bool {
		switch {
		case id == 2 && kind == compactList:
			c.structs(mostColumns, func() { f.schema = append(f.schema, readElement(&c)) })
		case id == 3 && kind == compactI64:
			f.rows = c.int()
		case id == 4 && kind == compactList:
			c.structs(mostGroups, func() { f.groups = append(f.groups, readGroup(&c)) })
		case id == 8:
			locked = true
			return false
		default:
			return false
		}
		return true
	})
	if c.err != nil {
		return nil, c.err
	}
	if locked {
		return nil, encrypted()
	}
	return f, f.check()
}

// check says whether the groups have the rows that the file has.
func (f *footer) check() error {
	left := f.rows
	for _, g := range f.groups {
		if left -= g.rows; g.rows < 0 || left < 0 {
			return errLies
		}
	}
	if left != 0 || len(f.schema) == 0 {
		return errLies
	}
	return nil
}

func readElement(c *compact) element {
	e := element{physical: -1, converted: -1}
	numbers := map[int]*int{1: &e.physical, 2: &e.width, 3: &e.repetition, 5: &e.children, 6: &e.converted, 7: &e.scale, 8: &e.precision}
	c.fields(func(id int, kind byte) bool {
		switch {
		case numbers[id] != nil && kind == compactI32:
			*numbers[id] = c.size()
		case id == 4 && kind == compactBinary:
			e.name = string(c.bytes())
		case id == 10 && kind == compactStruct:
			e.logical = readLogical(c)
		default:
			return false
		}
		return true
	})
	return e
}

func readLogical(c *compact) (l logical) {
	c.fields(func(id int, kind byte) bool {
		if kind != compactStruct {
			return false
		}
		l.kind = id
		c.fields(func(field int, kind byte) bool { return l.read(c, field, kind) })
		return true
	})
	return l
}

// read reads a field of the logical type that l.kind says.
func (l *logical) read(c *compact, field int, kind byte) bool {
	switch {
	case l.kind == logicalDecimal && kind == compactI32 && field == 1:
		l.scale = c.size()
	case l.kind == logicalDecimal && kind == compactI32 && field == 2:
		l.precision = c.size()
	case (l.kind == logicalTime || l.kind == logicalTimestamp) && field == 1:
		l.utc = kind == compactTrue
		return false
	case (l.kind == logicalTime || l.kind == logicalTimestamp) && field == 2 && kind == compactStruct:
		c.fields(func(unit int, _ byte) bool { l.unit = unit; return false })
	case l.kind == logicalInteger && field == 1 && kind == compactByte:
		l.bits = int(c.byte())
	case l.kind == logicalInteger && field == 2:
		l.signed = kind == compactTrue
		return false
	default:
		return false
	}
	return true
}

func readGroup(c *compact) group {
	g := group{rows: -1}
	c.fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == compactList:
			from := c.at
			c.skip(kind)
			g.columns = c.data[from:c.at]
		case id == 3 && kind == compactI64:
			g.rows = c.int()
		default:
			return false
		}
		return true
	})
	return g
}

// chunks lists the columns of the group, which are as many as leaves, and whose pages lie
// before limit.
func (g group) chunks(leaves int, limit int64) ([]chunk, error) {
	var all []chunk
	c := compact{data: g.columns}
	c.structs(mostColumns, func() { all = append(all, readChunk(&c)) })
	if c.err != nil {
		return nil, c.err
	}
	if len(all) != leaves {
		return nil, errLies
	}
	for _, k := range all {
		if !k.elsewhere && (k.values < 0 || k.start < 4 || k.size < 0 || k.size > limit || k.start > limit-k.size) {
			return nil, errLies
		}
	}
	return all, nil
}

func readChunk(c *compact) chunk {
	k := chunk{physical: -1, codec: -1, values: -1, size: -1}
	data, dictionary := int64(-1), int64(math.MaxInt64)
	meta := func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == compactI32:
			k.physical = c.size()
		case id == 4 && kind == compactI32:
			k.codec = c.size()
		case id == 5 && kind == compactI64:
			k.values = c.int()
		case id == 7 && kind == compactI64:
			k.size = c.int()
		case id == 9 && kind == compactI64:
			data = c.int()
		case id == 11 && kind == compactI64:
			if at := c.int(); at > 0 { // some write 0 for none
				dictionary = at
			}
		default:
			return false
		}
		return true
	}
	c.fields(func(id int, kind byte) bool {
		switch {
		case id == 3 && kind == compactStruct:
			c.fields(meta)
			return true
		case id == 1 || id == 8:
			k.elsewhere = true
		}
		return false
	})
	k.start = min(data, dictionary)
	return k
}
