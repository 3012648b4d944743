// Package fill turns the tiles of a dashboard into questions to the API, and answers
// into tiles with values. What it adds up, it adds up exactly.
package fill

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// A Board is what all tiles of a page have in common.
type Board struct {
	Ask       *ask.Viewer
	Catalogue Catalogue
	Names     Names
	View      view.View
	AsOf      time.Time // the business date
	Plural    string    // what several tenants are called
	Via       string    // names the page in links that lead on from it
	Self      string    // the path of the page
	Format    format.Format
	Late      string // that the data are older than promised, for people; "" while they are not
}

// Dashboards asks for the dashboards that open to the viewer, by position.
func Dashboards(ctx context.Context, v *ask.Viewer) ([]archwire.Dashboard, error) {
	var out []archwire.Dashboard
	err := read(ctx, v, "/v1/dashboards", &out)
	if ask.StatusOf(err) == 404 {
		return nil, nil // of a publication that has none
	}
	slices.SortStableFunc(out, func(a, b archwire.Dashboard) int { return a.Position - b.Position })
	return out, err
}

// Fill asks for what a tile shows. What cannot be had is a state of the tile.
func (b *Board) Fill(ctx context.Context, n int, t archwire.Tile) tile.Tile {
	out := tile.Tile{ID: fmt.Sprintf("tile-%d", n), Kind: tile.Kind(t.Kind), Title: t.Title, Width: t.Width, Order: t.Order, Target: t.Target, Grain: "month"}
	if t.OfRows() {
		out.Rows = &tile.Rows{}
	}
	metrics, err := b.metrics(t)
	if err != nil {
		out.Metrics = make([]tile.Metric, max(1, len(t.Metrics))) // they are not there to be described
		if out.Title == "" && len(t.Metrics) > 0 {
			out.Title = Words(t.Metrics[0])
		}
		return failed(out, err)
	}
	for _, m := range metrics {
		out.Metrics = append(out.Metrics, m.OfTile())
	}
	out.Links = b.links(n, t, metrics)
	if out.Note = b.barred(t); out.Note != "" {
		out.State = tile.Barred
		return out
	}
	switch {
	case t.OfRows():
		err = b.rows(ctx, &out, t)
	case t.Kind == archwire.TileNumber:
		err = b.number(ctx, &out, t, metrics[0])
	case t.Kind == archwire.TileHeatMap:
		err = b.heat(ctx, &out, t, metrics[0])
	case t.Kind == archwire.TileBenchmark:
		err = b.benchmark(ctx, &out, t, metrics[0])
	case t.Kind == archwire.TileLine, t.Kind == archwire.TileStacked, t.Kind == archwire.TileBar && len(t.By) == 0:
		err = b.overTime(ctx, &out, t, metrics)
	default:
		err = b.ofPeriod(ctx, &out, t, metrics)
	}
	if err != nil {
		return failed(out, err)
	}
	b.judge(&out, t, metrics)
	return out
}

// metrics finds the metrics of a tile.
func (b *Board) metrics(t archwire.Tile) ([]Metric, error) {
	var out []Metric
	for _, name := range t.Metrics {
		m, ok := b.Catalogue.Metric(name)
		if !ok {
			return nil, &ask.Problem{Status: 404, Detail: "not open to you"}
		}
		out = append(out, m)
	}
	if len(out) == 0 && !t.OfRows() {
		return nil, &ask.Problem{Status: 404, Detail: "nothing to show"}
	}
	return out, nil
}

// scope narrows a question by the page's tenant and those of its filters that the
// metric knows, and by the tile's own.
func (b *Board) scope(m Metric, t archwire.Tile) url.Values {
	out := b.View.Scope()
	for dimension := range b.View.Filters {
		if !slices.Contains(m.Dimensions, dimension) {
			out.Del("filter[" + dimension + "]")
		}
	}
	for dimension, value := range t.Filter {
		out["filter["+dimension+"]"], _ = Both(b.View.Filters[dimension], value)
	}
	return out
}

// failed is a tile that says why it shows nothing.
func failed(t tile.Tile, err error) tile.Tile {
	t.State, t.Note = tile.Failed, "load the page again"
	switch ask.StatusOf(err) {
	case 404, 403:
		t.State, t.Note = tile.NotAllowed, ""
	case 429:
		t.Note = "too much was asked at once, load the page again in a minute"
	case 503:
		t.Note = "the answer took too long, load the page again"
	}
	return t
}
