package tile

import (
	"strings"
	"time"

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
		out.Head = append(out.Head, head{Text: c.label(), Href: c.Sort, Sorted: c.Sorted, Figures: c.isFigures()})
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
		out.Cells = append(out.Cells, cell{Text: text, Href: c.Href, Figures: column.isFigures(), Class: column.class()})
	}
	return out
}

// text is a cell as people read it. What is not of its unit is shown as it is.
func (w writer) text(c Cell, unit string) string {
	switch {
	case c.Null:
		return format.None
	case unit == "":
		return c.Text
	case unit == "date":
		if t, err := time.Parse(time.DateOnly, c.Text); err == nil {
			return w.f.Date(t)
		}
		return c.Text
	case unit == "instant":
		if t, err := time.Parse(time.RFC3339, c.Text); err == nil {
			return w.f.Moment(t)
		}
		return c.Text
	case !format.Valid(c.Text):
		return c.Text
	}
	return w.f.Exact(c.Text, unit)
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
	if c.Unit == "date" || c.Unit == "instant" {
		return "time"
	}
	return ""
}

func (c Column) isFigures() bool { return c.Unit != "" && c.Unit != "date" && c.Unit != "instant" }
