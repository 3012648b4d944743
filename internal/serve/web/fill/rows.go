package fill

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/web/tile"
)

// tileRows is how many rows a tile shows; the page of rows has them all.
const tileRows = "10"

// rows fills a tile with the first rows of a dataset.
func (b *Board) rows(ctx context.Context, out *tile.Tile, t archwire.Tile) error {
	d, ok := b.Catalogue.Dataset(t.Dataset)
	if !ok {
		out.State = tile.NotAllowed
		return nil
	}
	if out.Title == "" {
		out.Title = d.Called()
	}
	q := b.rowsQuery(d, t)
	q.Set("limit", tileRows)
	if t.Sort != "" && b.View.Tenant != "" {
		q.Set("order", t.Sort)
	}
	a, err := b.Ask.Get(ctx, "/v1/datasets/"+url.PathEscape(d.Name)+"/rows", q)
	if err != nil {
		return err
	}
	var doc struct {
		Data []map[string]any `json:"data"`
		Page struct {
			Next *string `json:"next"`
		} `json:"page"`
	}
	if err := a.Into(&doc); err != nil {
		return err
	}
	fields := t.Fields
	if len(fields) == 0 {
		for _, c := range d.Columns {
			fields = append(fields, c.Name)
		}
	}
	out.Rows = TableOf(d, called(d, fields), doc.Data, b.Names)
	for i, column := range out.Rows.Columns {
		if c, _ := d.Column(column.Name); c.Pseudonym != "" {
			out.Rows.Columns[i].Label += " (pseudonym)"
		}
	}
	if doc.Page.Next != nil {
		out.Rows.Next = out.Links.Rows
	}
	return nil
}

// rowsQuery narrows rows by tenant, by filters of the page on columns that there are,
// and by the tile's own.
func (b *Board) rowsQuery(d Dataset, t archwire.Tile) url.Values {
	q := url.Values{}
	if b.View.Tenant != "" {
		q.Set(b.View.Noun, b.View.Tenant)
	}
	for column, values := range b.View.Filters {
		if _, ok := d.Column(column); ok {
			q["filter["+column+"]"] = slices.Clone(values)
		}
	}
	for column, value := range t.Filter {
		q["filter["+column+"]"], _ = Both(b.View.Filters[column], value)
	}
	return q
}

// called leaves out the ids of people and accounts where their names are shown.
func called(d Dataset, fields []string) []string {
	of := func(name, class string) bool {
		c, ok := d.Column(name)
		return ok && c.Class == class
	}
	if !slices.ContainsFunc(fields, func(name string) bool { return of(name, "identified") }) {
		return fields
	}
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return strings.HasSuffix(name, "_id") && of(name, "pseudonymous") })
}

// TableOf is rows of a dataset as a table of some of its columns.
func TableOf(d Dataset, fields []string, rows []map[string]any, names Names) *tile.Rows {
	out := &tile.Rows{}
	var columns []Column
	for _, name := range fields {
		if c, ok := d.Column(name); ok {
			columns = append(columns, c)
			out.Columns = append(out.Columns, tile.Column{Name: c.Name, Label: Words(c.Name), Unit: UnitOf(c)})
		}
	}
	for _, row := range rows {
		cells := make([]tile.Cell, len(columns))
		for i, c := range columns {
			cells[i] = CellOf(c, row[c.Name], names)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// CellOf is a value of a column; ids that have a name are called by it.
func CellOf(c Column, value any, names Names) tile.Cell {
	if value == nil {
		return tile.Cell{Null: true}
	}
	text := textOf(value)
	label, labelled := c.Label(text)
	switch _, named := names[c.Name]; {
	case labelled:
		text = label
	case named:
		text = names.Of(c.Name, text)
	case c.Class != "identified" && c.Pseudonym == "" && c.Type == "text" && !strings.HasSuffix(c.Name, "_id"):
		text = spoken(text)
	}
	return tile.Cell{Text: text}
}

// UnitOf is how values of a column are written for people: its unit, what its type
// tells of one, or "" for text.
func UnitOf(c Column) string {
	if c.Unit != "" {
		return c.Unit
	}
	switch {
	case c.Type == "date":
		return "date"
	case strings.HasPrefix(c.Type, "timestamp"):
		return "instant"
	case strings.HasSuffix(c.Name, "_id"):
		return ""
	case strings.HasPrefix(c.Type, "int"), strings.HasPrefix(c.Type, "uint"), strings.HasPrefix(c.Type, "decimal"), strings.HasPrefix(c.Type, "float"):
		return "count"
	}
	return ""
}

func parseDay(text string) (time.Time, error) { return time.Parse(time.DateOnly, text) }
