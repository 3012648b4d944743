package web

import (
	"cmp"
	"slices"

	"archwire"
	"archwire/internal/serve/web/fill"
)

// A definition is what a number of a report is.
type definition struct {
	Label, ID, Text string
	Facts           []fact
}

// definitions are those of the metrics that dashboards show, by label.
func (l *look) definitions(boards []archwire.Dashboard) []definition {
	var metrics []fill.Metric
	for _, d := range boards {
		for _, t := range d.Tiles {
			for _, name := range t.Metrics {
				m, ok := l.board.Catalogue.Metric(name)
				if ok && !slices.ContainsFunc(metrics, func(known fill.Metric) bool { return known.Name == m.Name }) {
					metrics = append(metrics, m)
				}
			}
		}
	}
	slices.SortFunc(metrics, func(a, b fill.Metric) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Name, b.Name)) })
	var out []definition
	for _, m := range metrics {
		d := definition{Label: m.Label, ID: m.ID, Text: m.Definition}
		for _, f := range factsOf(m) {
			if f.Text != "" && slices.Contains([]string{"Counted by", "Over months"}, f.Name) {
				d.Facts = append(d.Facts, f)
			}
		}
		out = append(out, d)
	}
	return out
}
