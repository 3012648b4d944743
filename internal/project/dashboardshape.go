package project

import (
	"fmt"

	"archwire"
)

// A shape is what a kind of tile takes.
type shape struct {
	metrics, by [2]int // the least and the most; the most of many is any number
	whose       string // what of the tile decides how many metrics it takes; "" is its kind alone
	sums        bool   // its values are drawn as parts of a whole
	oneUnit     bool   // its metrics share an axis
	overTime    bool   // it has a place for each period
}

const many = 1 << 10

// shapeOf is what the tile takes, of its kind and split as it is. A split tile draws one
// metric: there is a series for each value.
func shapeOf(t archwire.Tile) shape {
	series, whose := [2]int{1, many}, ""
	if len(t.By) > 0 {
		series[1], whose = 1, " that is split"
	}
	switch t.Kind {
	case archwire.TileNumber:
		return shape{metrics: [2]int{1, 1}, overTime: true}
	case archwire.TileLine:
		return shape{metrics: series, whose: whose, by: [2]int{0, 1}, oneUnit: true, overTime: true}
	case archwire.TileBar:
		return shape{metrics: series, whose: whose, by: [2]int{0, 1}, oneUnit: true, overTime: len(t.By) == 0}
	case archwire.TileStacked:
		s := shape{metrics: series, whose: whose, by: [2]int{0, 1}, sums: true, oneUnit: true, overTime: true}
		if len(t.Metrics) < 2 {
			s.by[0] = 1
		}
		return s
	case archwire.TileFunnel:
		return shape{metrics: [2]int{2, many}, sums: true, oneUnit: true}
	case archwire.TileAgeing:
		return shape{metrics: [2]int{1, 1}, by: [2]int{1, 1}, sums: true}
	case archwire.TileTable:
		if t.OfRows() {
			return shape{whose: " with a dataset"}
		}
		return shape{metrics: [2]int{1, many}, by: [2]int{0, 1}}
	case archwire.TileHeatMap:
		return shape{metrics: [2]int{1, 1}, by: [2]int{2, 2}}
	case archwire.TileBenchmark:
		return shape{metrics: [2]int{1, 1}}
	}
	return shape{metrics: [2]int{0, many}, by: [2]int{0, many}, overTime: true} // nothing is known of it
}

// outside says what is wrong with a number of things: "" when it is in its bounds.
func outside(n int, bounds [2]int, thing string) string {
	if n >= bounds[0] && n <= bounds[1] {
		return ""
	}
	var says string
	switch {
	case bounds[1] == 0:
		return fmt.Sprintf("takes no %ss; leave them out", thing)
	case bounds[1] == many:
		says = fmt.Sprintf("at least %d", bounds[0])
	case bounds[0] == bounds[1]:
		says = fmt.Sprintf("exactly %d", bounds[0])
	default:
		says = fmt.Sprintf("at most %d", bounds[1])
	}
	plural := "s"
	if says == "at least 1" || says == "exactly 1" || says == "at most 1" {
		plural = ""
	}
	return fmt.Sprintf("takes %s %s%s, not %d", says, thing, plural, n)
}

// meaningless lists the fields that the tile has and its kind has no use for, each
// with what would have.
func (s shape) meaningless(t archwire.Tile) [][2]string {
	var out [][2]string
	for _, f := range []struct {
		field    string
		has, use bool
		of       string
	}{
		{"order", len(t.Order) > 0, len(t.By) > 0, "tiles that are split by a dimension"},
		{"target", t.Target != "", t.Kind == archwire.TileNumber, "number tiles"},
		{"grain", t.Grain != "", s.overTime, "tiles that draw periods"},
		{"periods", t.Periods != 0, s.overTime, "tiles that draw periods"},
		{"ahead", t.Ahead != 0, s.overTime && t.Kind != archwire.TileNumber, "tiles that draw periods side by side"},
		{"dataset", t.Dataset != "", t.Kind == archwire.TileTable || t.Kind == archwire.TileBenchmark, "tables of rows and benchmarks"},
		{"fields", len(t.Fields) > 0, t.OfRows(), "tables of rows"},
		{"order_by", t.Sort != "", t.OfRows(), "tables of rows"},
	} {
		if f.has && !f.use && t.Kind != "" {
			out = append(out, [2]string{f.field, f.of})
		}
	}
	return out
}
