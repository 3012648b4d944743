package wire

import (
	"encoding/binary"
	"fmt"
)

// Flags of a column ([MS-TDS] 2.2.7.4 COLMETADATA).
const (
	flagNullable      = 0x0001
	flagCaseSensitive = 0x0002
	flagUnknownUpdate = 0x0008 // whether the column can be updated is not known
	flagIdentity      = 0x0010
	flagComputed      = 0x0020
)

// A table lays rows of some columns out.
type table struct {
	columns []Column
	coders  []coder
	plain   bool // NULL is never said by NBCROW
}

func (d dialect) table(columns []Column, plain bool) (table, error) {
	t := table{columns: columns, plain: plain}
	for _, c := range columns {
		one, err := d.coder(c)
		if err != nil {
			return table{}, fmt.Errorf("column %s: %w", c.Name, err)
		}
		t.coders = append(t.coders, one)
	}
	return t, nil
}

// appendColumns writes COLMETADATA.
func (t table) appendColumns(b []byte) []byte {
	b = binary.LittleEndian.AppendUint16(append(b, tokenColumns), uint16(len(t.columns)))
	for i, c := range t.columns {
		one := t.coders[i]
		b = binary.LittleEndian.AppendUint32(b, one.userType)
		b = binary.LittleEndian.AppendUint16(b, flags(c, one))
		b = appendShort(append(b, one.info...), c.Name)
	}
	return b
}

func flags(c Column, one coder) uint16 {
	var out uint16
	if c.Nullable {
		out |= flagNullable
	}
	if one.caseful {
		out |= flagCaseSensitive
	}
	switch {
	case c.Identity:
		out |= flagIdentity
	case c.Computed:
		out |= flagComputed
	default:
		out |= flagUnknownUpdate
	}
	return out
}

// appendRow writes ROW, or NBCROW for a row that has NULLs: it marks them in a
// bitmap and leaves them out ([MS-TDS] 2.2.7.15).
func (t table) appendRow(b []byte, values []any) ([]byte, error) {
	if len(values) != len(t.columns) {
		return b, fmt.Errorf("wire: a row of %d values for %d columns", len(values), len(t.columns))
	}
	marked := !t.plain && hasNull(values)
	b = append(b, tokenRow)
	at := len(b)
	if marked {
		b[at-1] = tokenNullRow
		b = append(b, make([]byte, (len(values)+7)/8)...)
	}
	for i, v := range values {
		var err error
		switch {
		case v != nil:
			b, err = t.coders[i].append(b, v)
		case !t.columns[i].Nullable:
			err = fmt.Errorf("wire: NULL in a column that is not nullable")
		case marked:
			b[at+i/8] |= 1 << (i % 8)
		default:
			b = append(b, t.coders[i].null...)
		}
		if err != nil {
			return b, fmt.Errorf("column %s: %w", t.columns[i].Name, err)
		}
	}
	return b, nil
}

func hasNull(values []any) bool {
	for _, v := range values {
		if v == nil {
			return true
		}
	}
	return false
}
