package tile

import (
	"math/big"
	"slices"
)

// A heat is what templates/heat.html shows: a table whose cells are the darker
// the more they are.
type heat struct {
	table
	RowsOf string
	Scale  []mark
}

// A mark is a shade, and the values that it stands for.
type mark struct{ Class, Text string }

// shades is how many there are.
const shades = 5

// heat is nil where the tile has none.
func (w writer) heat() *heat {
	h := w.t.Heat
	if h == nil || len(h.Rows) == 0 || len(h.Columns) == 0 {
		return nil
	}
	m := w.t.Metrics[0]
	out := &heat{table: table{Caption: w.title(), Head: []head{{Text: h.RowsOf + " by " + lower(h.ColumnsOf)}}}, RowsOf: h.RowsOf}
	for _, c := range h.Columns {
		out.Head = append(out.Head, head{Text: c.Text, Href: c.Href, Figures: true})
	}
	values := h.values()
	for i, name := range h.Rows {
		r := row{Text: name.Text, Href: name.Href}
		for _, v := range h.Cells[i] {
			c := w.cell(m, v)
			if a := amount(v.Value); a != nil {
				c.Text, c.Class = w.f.Short(v.Value, m.Unit), "shade-"+itoa(shade(a, values))
			}
			r.Cells = append(r.Cells, c)
		}
		out.Rows = append(out.Rows, r)
	}
	out.Scale = w.scale(m, h, values)
	return out
}

// values are those of all cells, each once, in order.
func (h *Heat) values() []*big.Rat {
	var out []*big.Rat
	for _, row := range h.Cells {
		for _, v := range row {
			if a := amount(v.Value); a != nil {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, (*big.Rat).Cmp)
	return slices.CompactFunc(out, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
}

// shade is which fifth of all values v is in, from 1.
func shade(v *big.Rat, values []*big.Rat) int {
	i, _ := slices.BinarySearchFunc(values, v, (*big.Rat).Cmp)
	return 1 + i*shades/len(values)
}

// scale says what each shade stands for, from the values that have it.
func (w writer) scale(m Metric, h *Heat, values []*big.Rat) []mark {
	from, to := map[int]string{}, map[int]string{}
	for _, row := range h.Cells {
		for _, v := range row {
			a := amount(v.Value)
			if a == nil {
				continue
			}
			n := shade(a, values)
			if low := amount(from[n]); low == nil || a.Cmp(low) < 0 {
				from[n] = v.Value
			}
			if high := amount(to[n]); high == nil || a.Cmp(high) > 0 {
				to[n] = v.Value
			}
		}
	}
	var out []mark
	for n := 1; n <= shades; n++ {
		if from[n] == "" {
			continue
		}
		text := w.f.Short(from[n], m.Unit)
		if last := w.f.Short(to[n], m.Unit); last != text {
			text += " – " + last
		}
		out = append(out, mark{"shade-" + itoa(n), text})
	}
	return out
}
