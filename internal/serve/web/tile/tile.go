// Package tile writes the tiles of a dashboard as HTML: values go in as exact
// decimals in text, and come out as a heading, the value or the chart for
// people, a table of the same and a line of links. It knows neither HTTP nor the
// API. Nothing in what it writes needs a script, an inline style or another host.
package tile

import (
	"time"

	"archwire"
)

// A Kind is what a tile looks like.
type Kind string

// The kinds of tiles, spelt as dashboards spell them.
const (
	Number    Kind = "number"    // one value, large, with change, target and trend
	Line      Kind = "line"      // Series over Periods
	Bar       Kind = "bar"       // Series over Periods; with one period, Series side by side
	Stacked   Kind = "stacked"   // Series over Periods, one on the other
	Funnel    Kind = "funnel"    // Series as steps, each with its value of the period Now
	Ageing    Kind = "ageing"    // Series as buckets in their order, of the period Now
	Table     Kind = "table"     // Rows; without them, Metrics by the values of a dimension, of the period Now
	HeatMap   Kind = "heat_map"  // Heat
	Benchmark Kind = "benchmark" // Bands
)

// A Tile is one tile of a page, with the values that it shows.
type Tile struct {
	ID      string // the id of its element, once on a page: letters, digits and hyphens
	Kind    Kind
	Title   string // "" is the label of the first metric
	Width   int    // columns of 12; 0 is 12
	Metrics []Metric
	State   State
	Note    string // what State says to people, without a full stop: "complete on Jan 31", "fewer than 5 practices"

	Grain   string   // day, week, month, quarter or year
	Span    int      // how many months each of Periods has, where that is no grain; else 0
	Periods []Period // all periods shown, in order, with those ahead
	Now     int      // the page's period, in Periods
	Series  []Series // see Kind; the first of kind number is the value
	Order   []string // the Keys of Series in their order, where it is not their size's; those it does not name follow
	Target  string   // of kind number: a decimal to compare with; "" is none

	Heat  *Heat  // of kind heat_map
	Bands []Band // of kind benchmark
	Peers string // of kind benchmark: what it compares with, "practices"
	Rows  *Rows  // of kind table, where it shows single things

	Links Links
}

// A Metric is what the values of a tile measure.
type Metric struct {
	Name, Label, Definition string
	Unit                    string // usd, count, share, days, months, or a word of the project
	Better                  string // up, down or neither
	Additivity              archwire.Additivity
}

// A State is how far a tile has something to show. Ready, Partial and Late show
// the values; the others show Note in their place.
type State string

// The states of a tile.
const (
	Ready      State = ""
	Loading    State = "loading"
	Empty      State = "empty"      // no data yet
	None       State = "none"       // of a list: nothing is on it
	Barred     State = "barred"     // the page is about other things than the tile: "choose one location"
	NotMature  State = "not_mature" // a cohort that is still followed: "complete on Jan 31"
	Suppressed State = "suppressed" // too few to be told: "fewer than 5 practices"
	Partial    State = "partial"    // "Nov 20 is not closed"
	Late       State = "late"       // what is shown is older than promised
	NotAllowed State = "not_allowed"
	Failed     State = "failed"
)

// A Period is a period of the tile's grain.
type Period struct {
	Start    time.Time // its first day, at midnight UTC
	Complete bool      // the data reach to its end
	Ahead    bool      // it lies after the data: its values are a forecast, drawn dashed
}

// A Series is one metric for one value of a dimension, over the periods.
type Series struct {
	Metric int     // in Metrics
	Key    string  // the value of the dimension; "" where it is not known, or the metric is not split
	Name   string  // Key for people; "" is Key, and without Key the metric's label
	Total  bool    // of kind table: all values of the dimension together, which stand at its foot
	Href   string  // where this part alone is shown; "" is nowhere
	Values []Value // one for each of Periods
}

// unsplit says whether a series is a metric as a whole, and no part of it: a value of a
// dimension that is not known has a name.
func (s Series) unsplit() bool { return s.Key == "" && s.Name == "" }

// A Value is what a metric is in a period. The numbers are decimals in plain
// text, with all their digits: "-1284.50".
type Value struct {
	Value                  string // "" is none
	Numerator, Denominator string // of ratios
	Count                  string // how many things a median or an average is of, where that is known
	Why                    string // why there is none, for people; "" is "no data"
	Compare                *Compare
}

// A Compare is what a value is held against.
type Compare struct {
	Start  time.Time // the first day of the period compared with
	Value  string    // "" is none
	Change string    // the value less this one; "" is unknown
	Ratio  string    // Change over the magnitude of Value, a fraction: "0.043"; "" where that is 0 or unknown

	SameDays bool // Value is of as many days as there are of a period that is not over
}

// Links are where a tile leads. Each may be "".
type Links struct {
	Definition, Why, Rows string
	Exports               []Link // "CSV", "XLSX"
}

// A Link is a text that leads somewhere.
type Link struct{ Text, Href string }

// A Heat is a metric by two dimensions.
type Heat struct {
	RowsOf, ColumnsOf string // what the dimensions are called: "Weekday", "Hour"
	Rows, Columns     []Name
	Cells             [][]Value // by row, then column
}

// A Name is a value of a dimension, for people.
type Name struct{ Text, Href string }

// A Band is where the middle half of all practices lies in one cell, and where
// the reader's own is.
type Band struct {
	Name                      string // the cell: "Large, Mountain"
	Own, Lower, Median, Upper string // decimals; "" is none
	Practices                 string // at least so many
	Suppressed                string // why no quartiles are told, for people; "" where they are
}

// Rows are single things, a page of them.
type Rows struct {
	Columns  []Column
	Rows     [][]Cell // by row, then column
	Totals   []Cell   // nil is none; the first says nothing, TotalsOf stands there
	TotalsOf string   // what the totals total: "All 122 patients", "These 50 rows"
	Previous string   // links to the pages before and after; "" is none
	Next     string
}

// A Column heads the values of Rows.
type Column struct {
	Name   string // of the dataset
	Label  string // "" is Name in words
	Unit   string // usd, count, share, days, months; date and instant for times; "" is text
	Sort   string // the link that sorts by it; "" is none
	Sorted string // ascending or descending; "" where the rows are sorted by another
}

// A Cell is a value of Rows, as the API writes it. A Cell of NULL is not one of "".
type Cell struct {
	Text string // a decimal in plain text, a date 2026-11-20, an instant in RFC 3339, or text
	Null bool
	Href string
}
