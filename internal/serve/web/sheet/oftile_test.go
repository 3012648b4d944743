package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/tile"
)

// Two values of a dimension that have one name, and one that has none, are rows of their
// own: nothing of the tile is lost.
func TestEqualNamesAreSeveralRows(t *testing.T) {
	one := func(text string) []tile.Value { return []tile.Value{{Value: text}} }
	got := OfTile(tile.Tile{
		Metrics: []tile.Metric{{Label: "Collected", Unit: "usd"}, {Label: "Claims", Unit: "count"}}, Periods: make([]tile.Period, 1),
		Series: []tile.Series{
			{Metric: 0, Total: true, Values: one("113.00")},
			{Metric: 0, Key: "7", Name: "Delta Dental", Values: one("100.00")},
			{Metric: 0, Key: "9", Name: "Delta Dental", Values: one("10.00")},
			{Metric: 0, Key: "", Name: "Not known", Values: one("1.00")},
			{Metric: 0, Key: "x", Name: "Not known", Values: one("2.00")},
			{Metric: 1, Key: "9", Name: "Delta Dental", Values: one("3")},
		},
	})
	want := [][]Cell{
		{{Text: "Delta Dental"}, {Text: "100.00"}, {Null: true}},
		{{Text: "Delta Dental"}, {Text: "10.00"}, {Text: "3"}},
		{{Text: "Not known"}, {Text: "1.00"}, {Null: true}},
		{{Text: "Not known"}, {Text: "2.00"}, {Null: true}},
		{{Text: "All"}, {Text: "113.00"}, {Null: true}},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
