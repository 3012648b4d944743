package measure

import (
	"errors"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/statement"
)

// A Cube is a metric of one tenant as fine as it can be asked about: by day and
// all its dimensions. Questions about days, grains, dimensions and filters are
// answered from it without a query. Its numbers are whole ones, in units of the
// last digit, and never floats.
type Cube struct {
	dimensions []dimension
	cells      []cell
	days       []arrow.Date32 // of the cells, one cell after the other
	parts      []part         // numerator and, where the metric has one, denominator
	recorded   []arrow.Date32 // each day that has rows, where those are snapshots
}

// A cell is the days of one combination of dimensions, ascending.
type cell struct {
	codes    []uint32 // for each dimension, the place of its value
	from, to int      // in days and parts
}

// A part is the values of one aggregate, beside the days.
type part struct {
	fold   fold
	zero   number
	values []int64
}

// ErrNoCube says that a metric's rows do not make a cube.
var ErrNoCube = errors.New("no cube")

// maxCubeRows bounds a cube. It is not above MaxSeriesRows: what a query would
// refuse to answer for its many rows, no cube answers.
const maxCubeRows = 100_000

// Folds are those of the request's numerator and denominator; false if one of
// them has none.
func (q *Question) Folds() ([]fold, bool) {
	out := []fold{foldOf(q.Metric.Numerator)}
	if q.Metric.Denominator != "" {
		out = append(out, foldOf(q.Metric.Denominator))
	}
	return out, !slices.Contains(out, never)
}

// ReadCube makes the cube that the request can be answered from; ErrNoCube if
// there is none.
func ReadCube(ask statement.Ask, q *Question, folds []fold) (*Cube, error) {
	k := &Cube{parts: make([]part, len(folds))}
	for i, f := range folds {
		k.parts[i].fold = f
	}
	var raw []rawDimension
	for _, d := range q.dimensions() {
		raw = append(raw, newRawDimension(d.Name, statement.TypeOf(d)))
	}
	for batch, err := range ask(cubeQuery(q)) {
		if err != nil {
			return nil, err
		}
		if len(k.days)+int(batch.NumRows()) > maxCubeRows || !k.add(raw, batch) {
			return nil, ErrNoCube
		}
	}
	k.divide(raw)
	if q.snapshots() {
		k.recorded = slices.Compact(slices.Sorted(slices.Values(k.days)))
	}
	return k, nil
}

// add takes in the rows of a batch; false if one of its columns is of a type, or
// one of its values of a size, that cubes do not hold.
func (k *Cube) add(raw []rawDimension, batch archwire.Batch) bool {
	days, ok := batch.Column(0).(*array.Date32)
	if !ok {
		return false
	}
	k.days = append(k.days, days.Date32Values()...)
	for i := range raw {
		if !raw[i].add(batch.Column(1 + i)) {
			return false
		}
	}
	for i := range k.parts {
		if !k.parts[i].add(batch.Column(1 + len(raw) + i)) {
			return false
		}
	}
	return true
}

func (p *part) add(col arrow.Array) bool {
	p.zero = zeroLike(col.DataType())
	p.values = slices.Grow(p.values, col.Len())
	switch c := col.(type) {
	case *array.Decimal128:
		return p.addDecimals(c)
	case *array.Int64, *array.Int32, *array.Int16, *array.Int8:
		for i := range col.Len() {
			n, _ := encode.Integer(col, i)
			if col.IsNull(i) {
				n = absent
			} else if n == absent {
				return false
			}
			p.values = append(p.values, n)
		}
		return true
	}
	return false
}

func (p *part) addDecimals(c *array.Decimal128) bool {
	for i := range c.Len() {
		n := int64(absent)
		if !c.IsNull(i) {
			var ok bool
			if n, ok = (number{num: c.Value(i), kind: isExact}).small(); !ok {
				return false
			}
		}
		p.values = append(p.values, n)
	}
	return true
}

// number is a value of the part as a number.
func (p *part) number(n int64) number {
	if n == absent {
		return number{}
	}
	return number{num: decimal128.FromI64(n), scale: p.zero.scale, kind: isExact}
}

// divide cuts the rows, which lie in the order of their dimensions, into cells.
func (k *Cube) divide(raw []rawDimension) {
	k.dimensions = make([]dimension, len(raw))
	codes := make([][]uint32, len(raw))
	for i := range raw {
		k.dimensions[i], codes[i] = raw[i].coded()
	}
	from := 0
	for row := 1; row <= len(k.days); row++ {
		if row < len(k.days) && !slices.ContainsFunc(codes, func(c []uint32) bool { return c[row] != c[from] }) {
			continue
		}
		own := make([]uint32, len(codes))
		for i, c := range codes {
			own[i] = c[from]
		}
		k.cells = append(k.cells, cell{codes: own, from: from, to: row})
		from = row
	}
	k.days = slices.Clip(k.days)
	for i := range k.parts {
		k.parts[i].values = slices.Clip(k.parts[i].values)
	}
}

// Bytes is the memory that the cube takes, about.
func (k *Cube) Bytes() int64 {
	const eachCell, eachValue = 48, 96
	rows := 4 + 8*int64(len(k.parts))
	n := rows*int64(len(k.days)) + int64(len(k.cells))*(eachCell+4*int64(len(k.dimensions))) + 4*int64(len(k.recorded))
	for _, d := range k.dimensions {
		for _, v := range d.values {
			n += eachValue + int64(len(v.text)+len(v.json))
		}
	}
	return n
}
