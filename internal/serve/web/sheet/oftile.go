package sheet

import (
	"slices"
	"strconv"
	"time"

	"archwire/internal/serve/web/tile"
)

// OfTile is a tile's values as a table: all that it shows, and nothing more.
func OfTile(t tile.Tile) Sheet {
	out := Sheet{Name: t.Title}
	if out.Name == "" && len(t.Metrics) > 0 {
		out.Name = t.Metrics[0].Label
	}
	switch {
	case t.Rows != nil:
		out.rows(*t.Rows)
	case t.Heat != nil:
		out.heat(*t.Heat, t.Metrics[0])
	case len(t.Bands) > 0:
		out.bands(t)
	case len(t.Periods) == 1:
		out.parts(t)
	default:
		out.history(t)
	}
	return out
}

// history is a row a period, a column a series.
func (s *Sheet) history(t tile.Tile) {
	s.Columns = []Column{{"Period", "date"}}
	if t.Grain == "month" {
		s.Columns[0].Unit = t.Grain
	}
	for _, series := range t.Series {
		m := t.Metrics[series.Metric]
		label := m.Label
		if series.Name != "" {
			label += ": " + series.Name
		}
		s.Columns = append(s.Columns, Column{label, m.Unit})
	}
	for i, p := range t.Periods {
		row := []Cell{{Text: p.Start.Format(time.DateOnly)}}
		for _, series := range t.Series {
			row = append(row, number(series.Values[i].Value))
		}
		s.Rows = append(s.Rows, row)
	}
}

// parts is a row a value of the dimension, a column a metric.
func (s *Sheet) parts(t tile.Tile) {
	s.Columns = []Column{{"", ""}}
	for _, m := range t.Metrics {
		s.Columns = append(s.Columns, Column{m.Label, m.Unit})
	}
	place := map[[2]string]int{} // by what the row is of: two values of a dimension may have one name
	for _, series := range slices.Concat(of(t.Series, false), of(t.Series, true)) {
		name, key := nameOf(t, series)
		i, ok := place[key]
		if !ok {
			i = len(s.Rows)
			place[key] = i
			row := []Cell{{Text: name}}
			for range t.Metrics {
				row = append(row, Cell{Null: true})
			}
			s.Rows = append(s.Rows, row)
		}
		s.Rows[i][1+series.Metric] = number(series.Values[0].Value)
	}
}

// of are the series of parts, or those of all parts together.
func of(series []tile.Series, total bool) (out []tile.Series) {
	for _, s := range series {
		if s.Total == total {
			out = append(out, s)
		}
	}
	return out
}

// nameOf is what the row of a series is called, and what tells it from all others: the
// value of the dimension or, where the metric is not split, the metric.
func nameOf(t tile.Tile, s tile.Series) (name string, key [2]string) {
	label := t.Metrics[s.Metric].Label
	switch {
	case s.Total:
		return "All", [2]string{"total"}
	case s.Key == "" && s.Name == "":
		return label, [2]string{"metric", strconv.Itoa(s.Metric)}
	case s.Name == "":
		return s.Key, [2]string{"value", s.Key}
	}
	return s.Name, [2]string{"value", s.Key}
}

func (s *Sheet) heat(h tile.Heat, m tile.Metric) {
	s.Columns = []Column{{h.RowsOf, ""}}
	for _, c := range h.Columns {
		s.Columns = append(s.Columns, Column{c.Text, m.Unit})
	}
	for i, r := range h.Rows {
		row := []Cell{{Text: r.Text}}
		for _, v := range h.Cells[i] {
			row = append(row, number(v.Value))
		}
		s.Rows = append(s.Rows, row)
	}
}

func (s *Sheet) bands(t tile.Tile) {
	unit := t.Metrics[0].Unit
	s.Columns = []Column{{"Cell", ""}, {"Own", unit}, {"Lower quartile", unit}, {"Median", unit}, {"Upper quartile", unit}, {"How many", "count"}, {"Not told because", ""}}
	for _, b := range t.Bands {
		s.Rows = append(s.Rows, []Cell{{Text: b.Name}, number(b.Own), number(b.Lower), number(b.Median), number(b.Upper), number(b.Practices), {Text: b.Suppressed}})
	}
}

func (s *Sheet) rows(r tile.Rows) {
	for _, c := range r.Columns {
		label := c.Label
		if label == "" {
			label = c.Name
		}
		s.Columns = append(s.Columns, Column{label, c.Unit})
	}
	for _, cells := range r.Rows {
		row := make([]Cell, len(cells))
		for i, c := range cells {
			row[i] = Cell{c.Text, c.Null}
		}
		s.Rows = append(s.Rows, row)
	}
}

// number is a decimal, or nothing.
func number(text string) Cell { return Cell{Text: text, Null: text == ""} }
