package catalogue

import (
	"maps"
	"slices"
	"strings"

	"archwire"
)

// DashboardDoc is a page of tiles.
type DashboardDoc struct {
	Name        string    `json:"dashboard" doc:"Names the dashboard."`
	Title       string    `json:"title" doc:"Its name for people."`
	Description string    `json:"description,omitempty" doc:"What it is for."`
	Position    int       `json:"position" doc:"Its place among the dashboards of the project."`
	Filters     []string  `json:"filters" doc:"What the whole page can be narrowed by: dimensions of metrics, columns of datasets. A tile that has none of that name stays as it is."`
	Tiles       []TileDoc `json:"tiles" doc:"What is on it, in the order of reading."`
}

// TileDoc is one tile: what to ask the API for, and how to draw the answer.
type TileDoc struct {
	Kind    archwire.TileKind `json:"tile" doc:"What is drawn." enum:"number,line,bar,stacked,funnel,ageing,table,heat_map,benchmark"`
	Title   string            `json:"title,omitempty" doc:"Its heading; without one it is the label of the metric."`
	Metrics []string          `json:"metrics" doc:"The metrics; of a funnel its steps in their order. None of a table of rows."`
	By      []string          `json:"by,omitempty" doc:"The dimensions to split by."`
	Order   []string          `json:"order,omitempty" doc:"The values of the first of them in their order, where it is not that of their size."`
	Target  string            `json:"target,omitempty" doc:"What the number should be: a decimal in the unit of the metric." example:"0.95"`
	Grain   string            `json:"grain,omitempty" doc:"How long a period is; month where there is none." enum:"day,week,month,quarter,year"`
	Periods int               `json:"periods,omitempty" doc:"How many periods are drawn up to the one that the page is about; 13 where there is none. Where no periods are drawn, that one alone counts."`
	Ahead   int               `json:"ahead,omitempty" doc:"How many periods after it are drawn."`
	Dataset string            `json:"dataset,omitempty" doc:"The dataset of a table of rows; of a benchmark the one with the quartiles."`
	Fields  []string          `json:"fields,omitempty" doc:"The columns of a table of rows that open to you."`
	Sort    string            `json:"order_by,omitempty" doc:"What a table of rows is sorted by, as the parameter order takes it." example:"-balance"`
	Filter  map[string]string `json:"filter,omitempty" doc:"Filters that always hold, as requests take them."`
	Width   int               `json:"width" doc:"How many of the 12 columns of a page it takes."`
}

// Dashboards lists the dashboards as whoever sees v is told of them: with the tiles of
// which everything is in v, tables of rows with the columns that are. A tile that asks
// for more is not there, and no dashboard without tiles.
func (e *Edition) Dashboards(v *View) []DashboardDoc {
	out := []DashboardDoc{}
	for _, d := range e.Manifest.Dashboards {
		doc := DashboardDoc{Name: d.Name, Title: d.Title, Description: d.Description, Position: d.Position, Filters: []string{}, Tiles: []TileDoc{}}
		narrows := map[string]bool{}
		for _, t := range d.Tiles {
			t, names, ok := v.openTile(t)
			if !ok {
				continue
			}
			for _, name := range names {
				narrows[name] = true
			}
			t.Dataset = e.Contracts.Public[t.Dataset]
			t.Metrics = append([]string{}, t.Metrics...)
			doc.Tiles = append(doc.Tiles, TileDoc(t))
		}
		for _, name := range d.Filters {
			if narrows[name] {
				doc.Filters = append(doc.Filters, name)
			}
		}
		if len(doc.Tiles) > 0 {
			out = append(out, doc)
		}
	}
	return out
}

// openTile is a tile with those of its fields that are in the view, and what it can be
// narrowed by there. It is not ok where anything else that the tile asks for is not.
func (v *View) openTile(t archwire.Tile) (_ archwire.Tile, narrows []string, ok bool) {
	conditions := slices.Collect(maps.Keys(t.Filter))
	if t.Dataset != "" {
		d, found := v.Dataset(t.Dataset)
		if !found || !hasAll(d, conditions) || !hasAll(d, sortedBy(t)) {
			return t, nil, false
		}
		if t.Fields, ok = openFields(d, t.Fields); !ok {
			return t, nil, false
		}
		conditions = nil
		if t.OfRows() {
			for _, c := range d.Columns {
				narrows = append(narrows, c.Name)
			}
		}
	}
	for _, name := range t.Metrics {
		m, found := v.Metric(name)
		if !found || !within(t.By, m.Dimensions) || !within(conditions, m.Dimensions) {
			return t, nil, false
		}
		narrows = append(narrows, m.Dimensions...)
	}
	return t, narrows, true
}

// openFields are the columns that a dataset of the view has. It is not ok where some are
// left out and none of the others tells what a row is about.
func openFields(d archwire.Dataset, fields []string) (open []string, ok bool) {
	open = slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return !hasAll(d, []string{name}) })
	ok = len(open) == len(fields) || slices.ContainsFunc(open, func(name string) bool { return slices.Contains(d.Key, name) })
	return open, ok
}

// sortedBy lists the columns that the rows of a tile are sorted by.
func sortedBy(t archwire.Tile) (names []string) {
	for name := range strings.SplitSeq(t.Sort, ",") {
		if name = strings.TrimPrefix(strings.TrimSpace(name), "-"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func hasAll(d archwire.Dataset, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		_, ok := d.Column(name)
		return !ok
	})
}

func within(names, all []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(all, name) })
}
