package tile

import (
	"strings"

	"archwire/internal/serve/web/format"
)

// rows is a table of single things; nil is one without any.
func (w writer) rows() *table {
	r := w.t.Rows
	if len(r.Columns) == 0 || len(r.Rows) == 0 {
		return nil
	}
	out := &table{Caption: w.title()}
	for _, c := range r.Columns {
		out.Head = append(out.Head, head{Text: c.label(), Href: c.Sort, Sorted: c.Sorted, Figures: format.Figures(c.Unit)})
	}
	for _, cells := range r.Rows {
		out.Rows = append(out.Rows, w.written(cells))
	}
	if r.Totals != nil {
		foot := w.written(r.Totals)
		foot.Text, foot.Href = r.TotalsOf, ""
		out.Foot = &foot
	}
	return out
}

// written is a row as people read it.
func (w writer) written(cells []Cell) row {
	var out row
	for i, c := range cells {
		column := w.t.Rows.Columns[i]
		text := w.text(c, column.Unit)
		if i == 0 {
			out.Text, out.Href = text, c.Href
			continue
		}
		out.Cells = append(out.Cells, cell{Text: text, Href: c.Href, Figures: format.Figures(column.Unit), Class: column.class()})
	}
	return out
}

// text is a cell as people read it.
func (w writer) text(c Cell, unit string) string {
	if c.Null {
		return format.None
	}
	return w.f.Value(c.Text, unit)
}

// label is the name in words: practice_id is Practice id.
func (c Column) label() string {
	if c.Label != "" {
		return c.Label
	}
	words := strings.ReplaceAll(c.Name, "_", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// class keeps times on one line.
func (c Column) class() string {
	if format.Timed(c.Unit) {
		return "time"
	}
	return ""
}
