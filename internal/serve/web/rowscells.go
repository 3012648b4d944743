package web

import (
	"maps"
	"slices"
	"strings"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
)

// choices lists the columns to be shown and to be filtered by.
func (p *rowsPage) choices(q rowsQuery) {
	shown := q.fields()
	for _, c := range q.dataset.Columns {
		p.Columns = append(p.Columns, option{c.Name, fill.Words(c.Name), slices.Contains(shown, c.Name)})
		p.Fields = append(p.Fields, option{Value: c.Name, Text: fill.Words(c.Name)})
		if c.Pseudonym != "" && slices.Contains(shown, c.Name) {
			p.Pseudonyms = append(p.Pseudonyms, strings.ToLower(fill.Words(c.Name)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		if slices.Contains([]string{"cursor", "column", "is", "value", "format"}, name) {
			continue
		}
		for _, value := range q.values[name] {
			if name != "fields" {
				p.Kept = append(p.Kept, kept{name, value})
			}
		}
	}
}

// cells writes the values for people, and totals of what adds up.
func (p *rowsPage) cells(f format.Format, d fill.Dataset) {
	totals := make([][]string, len(p.Table.Columns))
	for _, row := range p.Table.Rows {
		var cells []shownCell
		for i, c := range row {
			column := p.Table.Columns[i]
			cells = append(cells, cellShown(f, column, c))
			if adds(d, column) && !c.Null {
				totals[i] = append(totals[i], c.Text)
			}
		}
		p.Cells = append(p.Cells, cells)
	}
	if len(p.Table.Rows) < 2 {
		return
	}
	any := false
	p.Totals = make([]string, len(totals))
	for i, values := range totals {
		if len(values) > 0 {
			p.Totals[i], any = f.Exact(fill.Sum(values), p.Table.Columns[i].Unit), true
		}
	}
	if !any {
		p.Totals = nil
	}
}

// adds says whether values of a column mean something together: money and counts do.
func adds(d fill.Dataset, column tile.Column) bool {
	c, ok := d.Column(column.Name)
	return ok && (c.Unit == "usd" || c.Unit == "count") && !slices.Contains(d.Key, c.Name)
}

// cellShown is a value as a table shows it.
func cellShown(f format.Format, column tile.Column, c tile.Cell) shownCell {
	shown := shownCell{Text: format.None, Figures: format.Figures(column.Unit)}
	if !c.Null {
		shown.Text = f.Value(c.Text, column.Unit)
	}
	return shown
}
