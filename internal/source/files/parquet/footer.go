package parquet

import (
	"encoding/binary"
	"io"

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

// A group is some rows of the file. Its columns are read when its turn comes: in a file
// of many groups of many columns they are most of the footer.
type group struct {
	rows    int64
	columns []byte
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
