package database

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// A column is one of a table of SQL Server, as its catalogue says.
type column struct {
	name, kind string
	bytes      int // of its longest value; -1 is any number
	scale      int
	key        bool // belongs to the primary key
}

// declaration is the column's type in T-SQL.
func (c column) declaration() string {
	length := strconv.Itoa(c.bytes)
	switch c.kind {
	case "nchar", "nvarchar":
		length = strconv.Itoa(c.bytes / 2)
	case "char", "varchar":
	case "datetime2", "datetimeoffset":
		return c.kind + "(" + strconv.Itoa(c.scale) + ")"
	default:
		return c.kind
	}
	if c.bytes < 0 {
		length = "max"
	}
	return c.kind + "(" + length + ")"
}

var errShort = errors.New("the rows are cut off")

// decode yields the rows, each as values that the driver of SQL Server takes for
// the columns; the slice is used again.
func (r Rows) decode(columns []column) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		values := make([]any, len(columns))
		for rest := r; len(rest) > 0; {
			var err error
			if rest, err = decodeRow(rest, columns, values); !yield(values, err) || err != nil {
				return
			}
		}
	}
}

func decodeRow(b []byte, columns []column, values []any) (rest []byte, err error) {
	if len(b) < 2 {
		return nil, errShort
	}
	if n := int(binary.BigEndian.Uint16(b)); n != len(columns) {
		return nil, fmt.Errorf("a row has %d fields for %d columns", n, len(columns))
	}
	b = b[2:]
	for i, c := range columns {
		if len(b) < 4 {
			return nil, errShort
		}
		size := int(int32(binary.BigEndian.Uint32(b))) //nolint:gosec // the format's: -1 is NULL
		b = b[4:]
		if size < 0 {
			values[i] = nil
			continue
		}
		if len(b) < size {
			return nil, errShort
		}
		if values[i], err = c.value(b[:size]); err != nil {
			return nil, fmt.Errorf("column %s of type %s: %w", c.name, c.kind, err)
		}
		b = b[size:]
	}
	return b, nil
}

// epoch is where PostgreSQL counts from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// value reads a field that is not NULL.
func (c column) value(b []byte) (any, error) {
	switch c.kind {
	case "tinyint", "smallint", "int", "bigint":
		return whole(b)
	case "bit":
		n, err := whole(b)
		return n != 0, err
	case "date":
		n, err := whole(b)
		return epoch.AddDate(0, 0, int(n)), err
	case "datetime2", "datetimeoffset":
		n, err := whole(b)
		return time.UnixMicro(epoch.UnixMicro() + n).UTC(), err
	case "char", "varchar", "nchar", "nvarchar":
		// No text of PostgreSQL has a NUL, and an array begins with one: the
		// number of its dimensions.
		if len(b) > 0 && b[0] == 0 {
			return array(b)
		}
		return string(b), nil
	}
	return nil, errors.New("the demo has no rows for this type")
}

// whole reads a number of one, two, four or eight bytes.
func whole(b []byte) (int64, error) {
	switch len(b) {
	case 1:
		return int64(b[0]), nil
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil //nolint:gosec // the format's sign
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b))), nil //nolint:gosec // the same
	case 8:
		return int64(binary.BigEndian.Uint64(b)), nil //nolint:gosec // the same
	}
	return 0, fmt.Errorf("a number of %d bytes", len(b))
}

// Types of elements, as pg_type numbers them.
const (
	oidBigint = 20
	oidText   = 25
)

// array writes a one-dimensional array without NULLs as JSON.
func array(b []byte) (string, error) {
	head := func(i int) int { return int(binary.BigEndian.Uint32(b[4*i:])) }
	if len(b) == 12 && head(0) == 0 {
		return "[]", nil
	}
	if len(b) < 20 || head(0) != 1 || head(1) != 0 {
		return "", errors.New("an array of another form than a list")
	}
	oid, n := head(2), head(3)
	elements := []any{}
	for b = b[20:]; len(b) >= 4 && n > 0; n-- {
		size := int(binary.BigEndian.Uint32(b))
		if len(b)-4 < size {
			return "", errShort
		}
		element := b[4 : 4+size]
		b = b[4+size:]
		switch oid {
		case oidText:
			elements = append(elements, string(element))
		case oidBigint:
			v, err := whole(element)
			if err != nil {
				return "", err
			}
			elements = append(elements, v)
		default:
			return "", fmt.Errorf("an array of type %d", oid)
		}
	}
	if n != 0 || len(b) > 0 {
		return "", errShort
	}
	text, err := json.Marshal(elements)
	return string(text), err
}
