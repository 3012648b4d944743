package tile

import (
	"slices"
	"strconv"

	"archwire/internal/serve/web/format"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A table is what templates/table.html shows.
type table struct {
	Caption string
	Head    []head
	Rows    []row
	Foot    *row
}

// A head is that of a column.
type head struct {
	Text, Href, Sorted string
	Figures            bool // the column holds numbers
}

// A row begins with what it is about.
type row struct {
	Text, Href string
	Cells      []cell
}

// A cell is a value of a table.
type cell struct {
	Text, Note, Href, Class string
	Figures                 bool
}

// history is every value of the tile: a row for each period, a column for each
// series.
func (w writer) history() *table {
	if len(w.t.Series) == 0 {
		return nil
	}
	series := w.ordered(w.t.Series, overall)
	out := &table{Caption: w.title(), Head: []head{{Text: "Period"}}}
	for _, s := range series {
		out.Head = append(out.Head, head{Text: w.name(s), Href: s.Href, Figures: true})
	}
	for i, p := range w.t.Periods {
		r := row{Text: w.period(p.Start)}
		for _, s := range series {
			c := w.cell(w.t.Metrics[s.Metric], s.Values[i])
			if c.Text != format.None {
				c.Note = join(c.Note, unfinished(p))
			}
			r.Cells = append(r.Cells, c)
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

// cell is a value, or why there is none.
func (w writer) cell(m Metric, v Value) cell {
	if v.Value == "" {
		return cell{Text: format.None, Note: v.Why, Figures: true}
	}
	return cell{Text: w.f.Exact(v.Value, m.Unit), Note: w.of(m, v), Figures: true}
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// grid is metrics by the values of a dimension, in the page's period; where
// nothing is split a row for each metric, with its change.
func (w writer) grid() *table {
	if len(w.t.Series) == 0 {
		return nil
	}
	if !slices.ContainsFunc(w.t.Series, func(s Series) bool { return s.Total || !s.unsplit() }) {
		return w.list()
	}
	out := &table{Caption: w.title(), Head: []head{{Text: ""}}}
	for _, m := range w.t.Metrics {
		out.Head = append(out.Head, head{Text: m.Label, Figures: true})
	}
	for _, series := range w.byKey() {
		out.Rows = append(out.Rows, w.across(partOf(series[0]), series))
	}
	if totals := w.totals(); len(totals) > 0 {
		foot := w.across("All", totals)
		out.Foot = &foot
	}
	return out
}

// across is a row of the grid: the metrics for one value of the dimension, or for all.
func (w writer) across(text string, series []Series) row {
	r := row{Text: text, Href: series[0].Href, Cells: w.emptyCells()}
	for _, s := range series {
		r.Cells[s.Metric] = w.cell(w.t.Metrics[s.Metric], s.Values[w.t.Now])
	}
	return r
}

// totals are the series of all values of the dimension together.
func (w writer) totals() (out []Series) {
	for _, s := range w.t.Series {
		if s.Total {
			out = append(out, s)
		}
	}
	return out
}

func (w writer) emptyCells() []cell {
	out := make([]cell, len(w.t.Metrics))
	for i := range out {
		out[i] = cell{Text: format.None, Figures: true}
	}
	return out
}

func partOf(s Series) string {
	if s.Name == "" {
		return s.Key
	}
	return s.Name
}

// byKey groups series by the value of the dimension, in the order of the first
// metric.
func (w writer) byKey() [][]Series {
	var out [][]Series
	at := map[string]int{}
	for _, s := range w.ordered(w.t.Series, w.firstMetricsSize()) {
		if s.Total {
			continue
		}
		i, ok := at[s.Key]
		if !ok {
			i, out = len(out), append(out, nil)
			at[s.Key] = i
		}
		out[i] = append(out[i], s)
	}
	return out
}

// list is a row for each metric: its value, and against what it is held.
func (w writer) list() *table {
	out := &table{Caption: w.title(), Head: []head{{Text: ""}, {Text: w.period(w.t.Periods[w.t.Now].Start), Figures: true}, {Text: "Change", Figures: true}}}
	for _, s := range w.t.Series {
		m, v := w.t.Metrics[s.Metric], s.Values[w.t.Now]
		changed := cell{Text: format.None, Figures: true}
		if c := w.change(m, v); c != nil {
			changed = cell{Text: spaced(c.Arrow, c.Text), Note: spaced(c.Word, "than "+c.Than), Class: c.Class, Figures: true}
		}
		out.Rows = append(out.Rows, row{Text: m.Label, Href: s.Href, Cells: []cell{w.cell(m, v), changed}})
	}
	return out
}

func spaced(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
