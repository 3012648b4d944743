package web

import (
	"archwire/internal/serve/web/fill"
)

// A metricsPage lists every metric that opens to the viewer, with its definition.
type metricsPage struct {
	From   provenance
	Groups []metricGroup
}

// A metricGroup is the metrics that are computed from one dataset.
type metricGroup struct {
	Title string
	List  []metricEntry
}

type metricEntry struct {
	ID, Label, Definition, To string
}

func showMetrics(v *visit) error {
	l, err := v.look("")
	if err != nil {
		return err
	}
	page := metricsPage{From: v.provenance(l)}
	place := map[string]int{}
	for _, m := range l.board.Catalogue.Metrics {
		title := "Others"
		if m.Dataset != "" {
			title = fill.Words(m.Dataset)
		}
		i, ok := place[title]
		if !ok {
			i = len(page.Groups)
			place[title] = i
			page.Groups = append(page.Groups, metricGroup{Title: title})
		}
		page.Groups[i].List = append(page.Groups[i].List, metricEntry{m.ID, m.Label, m.Definition, l.board.MetricLink(m, nil)})
	}
	return v.render("metrics", page)
}
