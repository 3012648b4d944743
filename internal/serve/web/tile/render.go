package tile

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"

	"archwire/internal/serve/web/format"
)

//go:embed templates
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

// Render is the tile as an article of HTML for the reader whom f writes for. It
// fails only where the tile cannot be shown as it is: where a number is none.
func Render(f format.Format, t Tile) (template.HTML, error) {
	if err := t.check(); err != nil {
		return "", err
	}
	return written(newFrame(f, t))
}

func written(f frame) (template.HTML, error) {
	var out bytes.Buffer
	if err := templates.ExecuteTemplate(&out, "tile", f); err != nil {
		return "", fmt.Errorf("writing tile %s: %w", f.ID, err)
	}
	return template.HTML(out.String()), nil //nolint:gosec // html/template wrote it
}

// A frame is what templates/tile.html shows: what all tiles have, and the one
// body that this one has.
type frame struct {
	ID, Title, Definition string
	Kind                  Kind
	Width                 int
	State                 State
	Says                  string // of State, in a sentence; "" is nothing
	Links                 Links

	Number *number
	Chart  *chart
	Bars   []bars
	Funnel *bars
	Ageing *ageing
	Heat   *heat
	Bands  []band
	Table  *table // a table that is the tile
	Data   *table // the values of what is drawn, to be opened
	Pages  *Rows  // the pages before and after those of Table
}

func newFrame(f format.Format, t Tile) frame {
	w := writer{f, t}
	out := frame{
		ID: t.ID, Title: w.title(), Kind: t.Kind, Width: t.Width, State: t.State, Says: says(t.State, t.Note), Links: t.Links,
	}
	if out.Width == 0 {
		out.Width = 12
	}
	if len(t.Metrics) == 1 {
		out.Definition = t.Metrics[0].Definition
	}
	if !t.State.shows() {
		return out
	}
	w.fill(&out)
	if out.isBlank() {
		if out.State, out.Says = Empty, says(Empty, t.Note); t.Rows != nil {
			out.Says = "No rows."
		}
	}
	return out
}

// fill makes the body that the kind asks for.
func (w writer) fill(out *frame) {
	switch w.t.Kind {
	case Number:
		out.Number, out.Data = w.number(), w.history()
	case Line, Stacked:
		out.Chart, out.Data = w.chart(), w.history()
	case Bar:
		if len(w.t.Periods) > 1 {
			out.Chart, out.Data = w.chart(), w.history()
		} else {
			out.Bars = w.bars()
		}
	case Funnel:
		out.Funnel = w.funnel()
	case Ageing:
		out.Ageing = w.ageing()
	case HeatMap:
		out.Heat = w.heat()
	case Benchmark:
		out.Bands = w.bands()
	case Table:
		if out.Table = w.grid(); w.t.Rows != nil {
			out.Table, out.Pages = w.rows(), w.t.Rows
		}
	}
}

// isBlank says whether a tile that should show something has nothing to show.
func (f frame) isBlank() bool {
	return f.Number == nil && f.Chart == nil && len(f.Bars) == 0 && f.Funnel == nil && f.Ageing == nil && f.Heat == nil && len(f.Bands) == 0 && f.Table == nil
}

// A writer makes the parts of one tile for one reader.
type writer struct {
	f format.Format
	t Tile
}

// title is that of the tile, or the label of its first metric.
func (w writer) title() string {
	if w.t.Title == "" && len(w.t.Metrics) > 0 {
		return w.t.Metrics[0].Label
	}
	return w.t.Title
}

// name is what a series is called.
func (w writer) name(s Series) string {
	label := w.t.Metrics[s.Metric].Label
	part := s.Name
	if part == "" {
		part = s.Key
	}
	switch {
	case part == "":
		return label
	case len(w.t.Metrics) > 1:
		return label + ", " + part
	}
	return part
}
