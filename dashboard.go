package archwire

// A Dashboard is one page of a project: tiles in the order in which they are read. It
// travels with the publication, so that a page and its numbers always fit.
type Dashboard struct {
	Name        string   `json:"dashboard"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Position    int      `json:"position"` // its place among the pages, from 1
	Filters     []string `json:"filters"`  // dimensions by which the whole page can be narrowed
	Tiles       []Tile   `json:"tiles"`
}

// A TileKind says what a tile draws.
type TileKind string

// The kinds of tiles.
const (
	TileNumber    TileKind = "number"    // one metric: its value, its change and a target
	TileLine      TileKind = "line"      // metrics over periods; or one, a line for each value of a dimension
	TileBar       TileKind = "bar"       // the same as bars; by a dimension and without periods, a bar for each of its values
	TileStacked   TileKind = "stacked"   // bars over periods that add up: metrics, or the values of a dimension
	TileFunnel    TileKind = "funnel"    // metrics that are steps, in their order
	TileAgeing    TileKind = "ageing"    // one metric by buckets of age, in one bar
	TileTable     TileKind = "table"     // metrics, by a dimension or as a list; or rows of a dataset
	TileHeatMap   TileKind = "heat_map"  // one metric by two dimensions
	TileBenchmark TileKind = "benchmark" // one metric of a tenant beside the quartiles of the others
)

// TileKinds lists the kinds of tiles.
func TileKinds() []TileKind {
	return []TileKind{TileNumber, TileLine, TileBar, TileStacked, TileFunnel, TileAgeing, TileTable, TileHeatMap, TileBenchmark}
}

// A Tile is one thing to look at on a dashboard: what is asked of metrics or of a
// dataset, and how the answer is drawn. A tile of rows names a dataset and no metric.
type Tile struct {
	Kind    TileKind `json:"tile"`
	Title   string   `json:"title,omitempty"`  // "" is the label of the metric
	Metrics []string `json:"metrics"`          // of a funnel the steps in their order
	By      []string `json:"by,omitempty"`     // dimensions of every one of the metrics
	Order   []string `json:"order,omitempty"`  // the values of the first By in their order, where it is not that of their size
	Target  string   `json:"target,omitempty"` // of a number: a decimal to compare it with, in the metric's unit
	Grain   string   `json:"grain,omitempty"`  // day, week, month, quarter or year; "" is month

	// Periods is how many periods up to the page's are drawn; 0 is 13. Of a table, an ageing
	// bar, a heat map, a funnel and bars by a dimension the page's own period alone counts.
	Periods int `json:"periods,omitempty"`
	Ahead   int `json:"ahead,omitempty"` // how many periods after it: a forecast

	Dataset string   `json:"dataset,omitempty"`  // of a table of rows; of a benchmark, where the quartiles are
	Fields  []string `json:"fields,omitempty"`   // the columns of a table of rows
	Sort    string   `json:"order_by,omitempty"` // the order of its rows, as the API takes it: -balance

	// Filter always holds for the tile. Keys are dimensions, or columns of the dataset;
	// values are what the API takes: insurance, or gt:90.
	Filter map[string]string `json:"filter,omitempty"`

	Width int `json:"width"` // of the 12 columns of a page
}

// OfRows says whether the tile shows rows of a dataset instead of metrics.
func (t Tile) OfRows() bool { return t.Kind == TileTable && t.Dataset != "" }
