package web

import (
	"html/template"
	"slices"

	"archwire"
	"archwire/internal/serve/web/tile"
)

// A dashboardPage is a dashboard with its tiles filled.
type dashboardPage struct {
	Title, About string
	Period       string
	Against      string // what it is compared with; "" is nothing
	Bar          bar
	From         provenance
	Start        []link // what to look at
	Tiles        []template.HTML
}

// showDashboard answers with a dashboard: every tile is asked for at once.
func showDashboard(v *visit) error {
	d, err := v.dashboard()
	if err != nil {
		return err
	}
	l, err := v.look(d.Name)
	if err != nil {
		return err
	}
	tiles := fillAll(len(d.Tiles), func(i int) tile.Tile { return l.board.Fill(v.ctx, i+1, d.Tiles[i]) })
	page := dashboardPage{Title: d.Title, About: d.Description, Bar: v.barOf(l, d.Filters), From: v.provenance(l)}
	s := l.board.View.Span(l.board.AsOf)
	page.Period = l.periodText(s)
	if against, ok := l.board.View.Against(s); ok {
		page.Against = l.periodText(against)
	}
	page.Start = v.start(l, d.Name, tiles)
	for _, t := range tiles {
		page.Tiles = append(page.Tiles, v.drawn(l, t))
	}
	return v.render("dashboard", page)
}

// dashboard is the one that the path names.
func (v *visit) dashboard() (archwire.Dashboard, error) {
	i := slices.IndexFunc(v.dashboards, func(d archwire.Dashboard) bool { return d.Name == v.r.PathValue("name") })
	if i < 0 {
		return archwire.Dashboard{}, notThere()
	}
	return v.dashboards[i], nil
}
