package fill

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// links are where a tile leads: to the number's own page, to its rows, and out as files.
func (b *Board) links(n int, t archwire.Tile, metrics []Metric) tile.Links {
	out := tile.Links{Exports: []tile.Link{
		{Text: "CSV", Href: b.View.Link(fmt.Sprintf("%s/%d.csv", b.Self, n))},
		{Text: "XLSX", Href: b.View.Link(fmt.Sprintf("%s/%d.xlsx", b.Self, n))},
	}}
	if t.OfRows() {
		if d, ok := b.Catalogue.Dataset(t.Dataset); ok {
			q := b.rowsQuery(d, t)
			if t.Sort != "" && b.View.Tenant != "" {
				q.Set("order", t.Sort)
			}
			q.Set("via", b.Via)
			b.carry(d, q)
			out.Rows = "/rows/" + url.PathEscape(d.Name) + "?" + q.Encode()
		}
		return out
	}
	m := metrics[0]
	page := b.MetricLink(m, t.Filter)
	out.Definition, out.Why = page, page+"#why"
	out.Rows = b.RowsLink(m, t.Filter)
	return out
}

// SelfLink leads to the page itself, looked at otherwise. The page of a metric keeps the
// dashboard from which somebody came.
func (b *Board) SelfLink(v view.View) string {
	q := v.Query()
	if b.Via != "" && strings.HasPrefix(b.Self, "/metrics/") {
		q.Set("via", b.Via)
	}
	if len(q) == 0 {
		return b.Self
	}
	return b.Self + "?" + q.Encode()
}

// MetricLink leads to a metric's own page, looked at as this one is.
func (b *Board) MetricLink(m Metric, filter map[string]string) string {
	q := b.View.Query()
	for dimension, value := range filter {
		q["filter["+dimension+"]"], _ = Both(b.View.Filters[dimension], value)
	}
	if b.Via != "" {
		q.Set("via", b.Via)
	}
	return "/metrics/" + url.PathEscape(m.Name) + "?" + q.Encode()
}

// RowsLink leads to the rows behind a metric in the page's period; "" where they do not
// open.
func (b *Board) RowsLink(m Metric, filter map[string]string) string {
	behind := Behind{Dataset: m.Dataset}
	if m.Rows != nil {
		behind = *m.Rows
	}
	d, ok := b.Catalogue.Dataset(behind.Dataset)
	if !ok {
		return ""
	}
	q := b.rowsQuery(d, archwire.Tile{Filter: b.known(d, filter)})
	for column, value := range behind.Filter {
		name := "filter[" + column + "]"
		values, ok := Both(q[name], value)
		if !ok {
			return "" // there are no such rows behind it
		}
		q[name] = values
	}
	s := b.spanOf()
	if _, ok := d.Column(behind.Date); ok {
		name := "filter[" + behind.Date + "]"
		q[name] = append(q[name], "gte:"+s.First.Format(time.DateOnly), "lte:"+s.End().Format(time.DateOnly))
	} else if m.IsState() && s.End().Before(b.AsOf) {
		q.Set("of", s.End().Format(time.DateOnly))
	}
	b.carry(d, q)
	if b.Via != "" {
		q.Set("via", b.Via)
	}
	q.Set("metric", m.Name)
	return "/rows/" + url.PathEscape(d.Name) + "?" + q.Encode()
}

// carry hands on the filters of the page that the rows of a dataset cannot be narrowed
// by: the page of rows says so, and what it leads back to keeps them.
func (b *Board) carry(d Dataset, q url.Values) {
	for column, values := range b.View.Filters {
		if _, ok := d.Column(column); !ok {
			q["filter["+column+"]"] = slices.Clone(values)
		}
	}
}

// known is the filters on columns that a dataset has.
func (b *Board) known(d Dataset, filter map[string]string) map[string]string {
	out := map[string]string{}
	for column, value := range filter {
		if slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Name == column }) {
			out[column] = value
		}
	}
	return out
}
