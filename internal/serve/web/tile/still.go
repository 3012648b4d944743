package tile

import (
	"html/template"
	"slices"

	"archwire/internal/serve/web/format"
)

// RenderStill is Render for mail and paper: what Render leaves to a script is drawn
// here, and each link leads where link says; "" is nowhere. Files are not offered.
func RenderStill(f format.Format, t Tile, link func(string) string) (template.HTML, error) {
	if err := t.check(); err != nil {
		return "", err
	}
	out := newFrame(f, t.linked(link))
	if out.Chart != nil {
		if out.Chart.Drawing = drawn(out.Chart.of, out.Width); out.Chart.Drawing == nil {
			out.Chart = nil // its table is there
		}
	}
	return written(out)
}

// linked is the tile with other links.
func (t Tile) linked(link func(string) string) Tile {
	to := func(href *string) {
		if *href != "" {
			*href = link(*href)
		}
	}
	t.Links.Exports = nil
	to(&t.Links.Definition)
	to(&t.Links.Why)
	to(&t.Links.Rows)
	t.Series = slices.Clone(t.Series)
	for i := range t.Series {
		to(&t.Series[i].Href)
	}
	if t.Heat != nil {
		heat := *t.Heat
		heat.Rows, heat.Columns = slices.Clone(heat.Rows), slices.Clone(heat.Columns)
		for _, names := range [][]Name{heat.Rows, heat.Columns} {
			for i := range names {
				to(&names[i].Href)
			}
		}
		t.Heat = &heat
	}
	if t.Rows != nil {
		t.Rows = t.Rows.linked(to)
	}
	return t
}

// linked are the rows with other links, and without those to pages of them.
func (r Rows) linked(to func(*string)) *Rows {
	r.Previous, r.Next = "", ""
	r.Columns, r.Rows, r.Totals = slices.Clone(r.Columns), slices.Clone(r.Rows), slices.Clone(r.Totals)
	for i := range r.Columns {
		to(&r.Columns[i].Sort)
	}
	for i := range r.Rows {
		r.Rows[i] = slices.Clone(r.Rows[i])
		for j := range r.Rows[i] {
			to(&r.Rows[i][j].Href)
		}
	}
	for i := range r.Totals {
		to(&r.Totals[i].Href)
	}
	return &r
}
