package project

import "archwire"

// dashboardSpec describes dashboards/<file>.yaml.
func dashboardSpec(d *archwire.Dashboard) spec {
	return spec{Name: KindDashboard, Doc: "A page of tiles: dashboards/<file>.yaml. A file may hold several, divided by ---.", Fields: []field{
		{"dashboard", "The dashboard's name; it names a path.", true, "", text{&d.Name, name()}},
		{"title", "Its name for people.", true, "", text{&d.Title, anyText()}},
		{"description", "What it is for, in a sentence.", false, "", text{&d.Description, anyText()}},
		{"position", "Its place among the dashboards, from 1. No two have the same.", true, "", integer{&d.Position, 1}},
		{"filters", "Dimensions by which the whole page can be narrowed. A tile without such a dimension stays as it is.", false, "none", list{&d.Filters, "dimension"}},
		{"tiles", "What is on it, in the order of reading.", true, "", mappings[archwire.Tile]{&d.Tiles, "tile", tileSpec}},
	}}
}

func tileSpec(t *archwire.Tile) spec {
	t.Metrics = []string{}
	return spec{Name: "tile", Doc: "One thing to look at: numbers of metrics, or rows of a dataset, and how they are drawn.", Fields: []field{
		{
			"tile", "What is drawn. number, ageing, heat_map and benchmark show one metric, a funnel two or more as its steps, the others one or several.",
			true, "",
			choice[archwire.TileKind]{&t.Kind, "kind of tile", archwire.TileKinds()},
		},
		{"title", "Its heading.", false, "the label of the metric", text{&t.Title, anyText()}},
		{"metrics", "The metrics. A table of rows has none, every other tile at least one. What shares an axis has one unit.", false, "none", list{&t.Metrics, "metric"}},
		{
			"by", "Dimensions of every one of the metrics to split by: two of a heat map, the buckets of an ageing bar; of a line, bar, stacked or table tile at most one.",
			false, "nothing is split",
			list{&t.By, "dimension"},
		},
		{"order", "The values of the first dimension, in their order.", false, "they are in the order of their size", list{&t.Order, "value"}},
		{"target", "Of a number: what it should be, in the unit of the metric.", false, "none", exact{&t.Target}},
		{"grain", "How long a period is, where periods are drawn.", false, "month", choice[string]{&t.Grain, "grain", []string{"day", "week", "month", "quarter", "year"}}},
		{"periods", "How many periods are drawn, up to the one that the page is about.", false, "13", bounded{&t.Periods, 1, 120}},
		{"ahead", "How many periods after it are drawn, for what is known or expected of them. A number has none.", false, "none", bounded{&t.Ahead, 1, 120}},
		{"dataset", "Of a table of rows the dataset that they are of; of a benchmark the one with the quartiles.", false, "", text{&t.Dataset, underContract()}},
		{"fields", "The columns of a table of rows.", false, "", list{&t.Fields, "column"}},
		{"order_by", "What a table of rows is sorted by: a column, or several with commas; -column for descending.", false, "the key", text{&t.Sort, anyText()}},
		{
			"filter", "Conditions that always hold for the tile, as the API takes them: insurance, or gt:90. Keys are dimensions of every one of the metrics; where a dataset is named, its columns.",
			false, "none",
			conditions{&t.Filter},
		},
		{"width", "How many of the page's 12 columns it takes.", true, "", bounded{&t.Width, 1, 12}},
	}}
}

// behindSpec describes where the rows behind a metric are.
func behindSpec(b *archwire.Behind) spec {
	return spec{Name: "rows", Doc: "Where the single things are that a metric counts.", Fields: []field{
		{"dataset", "The dataset with a row for each of them.", true, "", text{&b.Dataset, underContract()}},
		{"date", "Its column with the date that the metric goes by.", false, "its rows are as they are on the business date", text{&b.Date, anyText()}},
		{"filter", "Which of its rows count, as the API takes filters: open, or gt:90.", false, "all", conditions{&b.Filter}},
	}}
}

func (l *loader) dashboards() {
	for _, file := range l.names("dashboards", ".yaml") {
		for _, n := range l.several(file) {
			d := archwire.Dashboard{Filters: []string{}}
			at := l.decode(file, n, dashboardSpec(&d))
			if d.Name != "" && l.remember(Item{KindDashboard, d.Name}, "dashboard", at) {
				l.project.Dashboards = append(l.project.Dashboards, d)
			}
		}
	}
}
