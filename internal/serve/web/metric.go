package web

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/tile"
)

// A metricPage is a number's own page.
type metricPage struct {
	Metric  fill.Metric
	Crumbs  []link
	Period  string
	Against string
	Bar     bar
	From    provenance
	AsOf    string

	Number, History template.HTML
	Says            string // how it changed, in a sentence
	Splits          []template.HTML
	Facts           []fact
	Change          change
	Since           since
	Rows            string // where its rows are; "" where they do not open
	RowsOf          string
	Ratio           bool
	ShownOn         []link // the dashboards that show it
}

// A fact is a line of what a number is.
type fact struct{ Name, Text string }

// showMetric answers with a metric: what it is, was, is made of, and why it changed.
func showMetric(v *visit) error {
	via := v.r.URL.Query().Get("via")
	l, err := v.look(via)
	if err != nil {
		return err
	}
	m, ok := l.board.Catalogue.Metric(v.r.PathValue("metric"))
	if !ok {
		return notThere()
	}
	s := l.board.View.Span(l.board.AsOf)
	page := metricPage{
		Metric: m, Crumbs: append(v.pathOf(l, via), link{Title: m.Label}), Period: l.periodText(s), Bar: v.barOf(l, m.Dimensions, "via"),
		From: v.provenance(l), AsOf: l.format.Day(l.board.AsOf), Facts: factsOf(m), Rows: l.board.RowsLink(m, nil), Ratio: m.Additivity == archwire.Ratio,
	}
	for _, d := range v.dashboards {
		if slices.ContainsFunc(d.Tiles, func(t archwire.Tile) bool { return slices.Contains(t.Metrics, m.Name) }) {
			page.ShownOn = append(page.ShownOn, dashboardLink(l.board.View, d))
		}
	}
	if against, ok := l.board.View.Against(s); ok {
		page.Against = l.periodText(against)
	}
	if d, ok := l.board.Catalogue.Dataset(behindOf(m)); ok {
		page.RowsOf = uncapital(d.Called())
	}
	if err := v.tilesOfMetric(l, m, &page); err != nil {
		return err
	}
	return v.render("metric", page)
}

func behindOf(m fill.Metric) string {
	if m.Rows != nil {
		return m.Rows.Dataset
	}
	return m.Dataset
}

// tilesOfMetric fills the page's tiles, and asks why the number changed, at once.
func (v *visit) tilesOfMetric(l *look, m fill.Metric, page *metricPage) error {
	specs := specsOf(m)
	var tiles []tile.Tile
	err := ask.Do(
		func() error {
			tiles = fillAll(len(specs), func(i int) tile.Tile {
				out := l.board.Fill(v.ctx, i+1, specs[i])
				out.Links = tile.Links{Exports: out.Links.Exports}
				return sinceIt(out)
			})
			return nil
		},
		func() (err error) { page.Change, err = v.changeOf(l, m); return err },
		func() (err error) { page.Since, err = v.sinceOf(l, m); return err },
	)
	if err != nil {
		return err
	}
	page.Says = l.changeSays(m, tiles[0], page.Period, page.Against)
	for i, t := range tiles {
		html := v.drawn(l, t)
		switch i {
		case 0:
			page.Number = html
		case 1:
			page.History = html
		default:
			page.Splits = append(page.Splits, html)
		}
	}
	return nil
}

// specsOf are the tiles of a metric's page, as a dashboard would have them.
func specsOf(m fill.Metric) []archwire.Tile {
	specs := []archwire.Tile{
		{Kind: archwire.TileNumber, Metrics: []string{m.Name}, Width: 4},
		{Kind: archwire.TileLine, Metrics: []string{m.Name}, Title: "History", Periods: 25, Width: 8},
	}
	for _, dimension := range m.Dimensions {
		specs = append(specs, archwire.Tile{Kind: archwire.TileTable, Metrics: []string{m.Name}, By: []string{dimension}, Title: "By " + strings.ToLower(fill.Words(dimension)), Width: 6})
	}
	return specs
}

// factsOf is what a number is, in words.
func factsOf(m fill.Metric) []fact {
	facts := []fact{{"Name", m.Name}}
	if m.ID != "" {
		facts = append(facts, fact{"Catalogue", m.ID})
	}
	return append(facts,
		fact{"Version of the definition", strconv.Itoa(m.Version)},
		fact{"Counted by", map[archwire.Basis]string{
			archwire.BasisEvent: "the day on which it happened", archwire.BasisPosting: "the day on which it was posted", archwire.BasisService: "the day of the service",
			archwire.BasisDue: "the day on which it is due", archwire.BasisSnapshot: "its state at the end of a day", archwire.BasisCohort: "the people of a month, followed to their end",
		}[m.Basis]},
		fact{"Over months", map[archwire.Additivity]string{
			archwire.Additive: "adds up", archwire.Semi: "is what it is at the end of the last one", archwire.Ratio: "is worked out anew of both sums", archwire.NonAdditive: "does not add up",
		}[m.Additivity]},
		fact{"Better", map[string]string{"up": "more", "down": "less", "neither": "neither more nor less"}[m.Better]},
	)
}
