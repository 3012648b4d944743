package web

import (
	"html/template"
	"slices"
	"time"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// A look is what pages with figures have in common: the view that their URL says, and
// what there is to be seen through it.
type look struct {
	board  *fill.Board
	format format.Format
	tenant tenant // whose page it is; the zero tenant of several
}

// look reads the view of a page off its URL. A tenant that does not open to the viewer
// does not exist.
func (v *visit) look(via string) (*look, error) {
	asOf, err := time.Parse(time.DateOnly, v.service.meta.AsOf)
	if err != nil {
		return nil, fault("reading the business date", err)
	}
	l := &look{board: &fill.Board{
		Ask: v.ask, View: view.Of(v.r.URL.Query(), v.service.Noun.Singular), AsOf: asOf, Plural: v.service.Noun.Plural, Via: via, Self: v.r.URL.Path,
	}}
	if len(v.tenants) == 1 && l.board.View.Tenant == "" {
		l.board.View.Tenant = v.tenants[0].ID
	}
	if id := l.board.View.Tenant; id != "" {
		i := slices.IndexFunc(v.tenants, func(t tenant) bool { return t.ID == id })
		if i < 0 {
			return nil, notThere()
		}
		l.tenant = v.tenants[i]
	}
	zone, err := time.LoadLocation(l.tenant.Timezone)
	if err != nil {
		zone = time.UTC
	}
	l.format = format.New(v.r.Header.Get("Accept-Language"), zone)
	err = ask.Do(v.askStatus, func() (err error) { l.board.Catalogue, err = fill.ReadCatalogue(v.ctx, v.ask); return err })
	if err != nil {
		return nil, err
	}
	l.board.Format = l.format
	if v.status.Late {
		l.board.Late = "data through " + l.format.Day(asOf)
	}
	l.board.Names = fill.ReadNames(v.ctx, v.ask, l.board.Catalogue, v.service.Noun.Singular, l.board.View.Tenant).Labelled(l.board.Catalogue)
	for _, t := range v.tenants {
		column := v.service.Noun.Singular + "_id"
		l.board.Names.Add(column, fill.Name{ID: t.ID, Label: t.Label})
	}
	return l, nil
}

// periodText is a span of months for people: Nov 2026, Aug – Oct 2026.
func (l *look) periodText(s view.Span) string {
	last := l.format.Period("month", s.Last)
	if s.Months() == 1 {
		return last
	}
	return l.format.Period("month", s.First) + " – " + last
}

// pathOf is how a metric's name leads back: the dashboard that via names.
func (v *visit) pathOf(l *look, via string) []link {
	for _, d := range v.dashboards {
		if d.Name == via {
			return []link{{Title: d.Title, To: l.board.View.Link("/dashboards/" + d.Name)}}
		}
	}
	return nil
}

// fillAll fills tiles at once, in their order.
func fillAll(n int, one func(int) tile.Tile) []tile.Tile {
	out := make([]tile.Tile, n)
	things := make([]func() error, n)
	for i := range n {
		things[i] = func() error { out[i] = one(i); return nil }
	}
	ask.Do(things...) //nolint:errcheck // none of them fails: what cannot be had is a state of its tile
	return out
}

// drawn is a tile as HTML. One that cannot be drawn says so, and takes no other with it.
func (v *visit) drawn(l *look, t tile.Tile) template.HTML {
	return v.drawnBy(t, func(t tile.Tile) (template.HTML, error) { return tile.Render(l.format, t) })
}

func (v *visit) drawnBy(t tile.Tile, render func(tile.Tile) (template.HTML, error)) template.HTML {
	html, err := render(t)
	if err == nil {
		return html
	}
	v.h.Log.ErrorContext(v.ctx, "tile not drawn", "err", err, "path", v.page.path, "request_id", v.id)
	html, err = render(tile.Tile{
		ID: t.ID, Kind: tile.Number, Title: t.Title, Width: t.Width, Metrics: []tile.Metric{{Label: "A figure"}}, State: tile.Failed, Note: "load the page again",
	})
	if err != nil {
		return ""
	}
	return html
}

// namesOf are the values of a dimension that one can choose from: ids are those of one
// tenant.
func (l *look) namesOf(dimension string) []fill.Name {
	if l.tenant.ID == "" && fill.OfOneTenant(dimension) {
		return nil
	}
	return l.board.Names.List(dimension)
}
