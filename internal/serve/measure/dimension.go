package measure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/serve/encode"
)

// A dimension is the values of one dimension of a cube, in their order: NULL last.
type dimension struct {
	name   string
	values []value
}

// A value is one value of a dimension: a text, or else a number, which for a
// date counts days and for a truth is 0 or 1.
type value struct {
	text string
	n    int64
	null bool
	json string // as it leaves
}

func (a value) compare(b value) int {
	switch {
	case a.null && b.null:
		return 0
	case a.null:
		return 1
	case b.null:
		return -1
	}
	return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.text, b.text))
}

// A rawDimension is a dimension as its rows are read: its values by appearance,
// and for each row the place of its own.
type rawDimension struct {
	name  string
	typ   archwire.Type
	seen  []value
	texts map[string]uint32
	ints  map[int64]uint32
	null  uint32 // 1 + the place of NULL; 0 while there is none
	rows  []uint32
}

func newRawDimension(name string, t archwire.Type) rawDimension {
	return rawDimension{name: name, typ: t, texts: map[string]uint32{}, ints: map[int64]uint32{}}
}

// add takes in a column; false if cubes do not hold values of that type.
func (d *rawDimension) add(col arrow.Array) bool {
	for i := range col.Len() {
		code, ok := d.codeAt(col, i)
		if !ok {
			return false
		}
		d.rows = append(d.rows, code)
	}
	return true
}

func (d *rawDimension) codeAt(col arrow.Array, i int) (code uint32, ok bool) {
	if col.IsNull(i) {
		if d.null == 0 {
			d.null = d.appear(value{null: true}, col, i) + 1
		}
		return d.null - 1, true
	}
	if d.typ.Kind == archwire.Text {
		c, isText := col.(*array.String)
		if !isText {
			return 0, false
		}
		if code, ok = d.texts[c.Value(i)]; !ok {
			text := strings.Clone(c.Value(i))
			code = d.appear(value{text: text}, col, i)
			d.texts[text] = code
		}
		return code, true
	}
	n, ok := d.wholeAt(col, i)
	if !ok {
		return 0, false
	}
	if code, ok = d.ints[n]; !ok {
		code = d.appear(value{n: n}, col, i)
		d.ints[n] = code
	}
	return code, true
}

// appear takes in a value that was not there before.
func (d *rawDimension) appear(v value, col arrow.Array, i int) uint32 {
	v.json = string(encode.Cell(nil, col, i, false))
	d.seen = append(d.seen, v)
	return uint32(len(d.seen) - 1) //nolint:gosec // a cube's rows are counted
}

// wholeAt is the value of a row as a whole number, where the column is declared
// as, and holds, such.
func (d *rawDimension) wholeAt(col arrow.Array, i int) (int64, bool) {
	switch c := col.(type) {
	case *array.Date32:
		return int64(c.Value(i)), d.typ.Kind == archwire.Date
	case *array.Boolean:
		if c.Value(i) {
			return 1, d.typ.Kind == archwire.Bool
		}
		return 0, d.typ.Kind == archwire.Bool
	case *array.Int64, *array.Int32, *array.Int16:
		n, ok := encode.Integer(col, i)
		return n, ok && isWhole(d.typ.Kind)
	}
	return 0, false
}

func isWhole(k archwire.Kind) bool {
	return k == archwire.Int16 || k == archwire.Int32 || k == archwire.Int64
}

// coded is the dimension with its values in order, and the rows' places in it.
func (d *rawDimension) coded() (dimension, []uint32) {
	order := make([]uint32, len(d.seen))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return d.seen[a].compare(d.seen[b]) })
	values, places := make([]value, len(order)), make([]uint32, len(order))
	for place, was := range order {
		values[place], places[was] = d.seen[was], uint32(place)
	}
	rows := make([]uint32, len(d.rows))
	for i, was := range d.rows {
		rows[i] = places[was]
	}
	return dimension{d.name, values}, rows
}
