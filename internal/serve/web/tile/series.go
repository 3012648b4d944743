package tile

import (
	"encoding/json"
	"math"
)

// token is the colour of the i-th series; the rest of a split is always grey.
func token(i int, s Series) string {
	if s.Key == otherKey {
		i = mostSeries - 1
	}
	return "--series-" + itoa(i+1)
}

// curves are the lines of a series: one to the last period that is final, and
// from there a dashed one through those that are not.
func (w writer) curves(i int, s Series) []series {
	symbols := []string{"circle", "rect", "triangle", "diamond", "roundRect", "pin"}
	line := func(from, to int) series {
		out := series{
			Type: "line", Name: w.name(s), Color: token(i, s), Symbol: symbols[i%len(symbols)], SymbolSize: 6,
			LineStyle: &lineStyle{Width: 2}, ConnectNulls: new(bool), Emphasis: &shownDisable{true},
		}
		for j := range w.t.Periods {
			if j < from || j >= to {
				out.Data, out.Texts = append(out.Data, nil), append(out.Texts, "")
				continue
			}
			out.Data, out.Texts = append(out.Data, pointOf(s.Values[j])), append(out.Texts, w.told(s, j))
		}
		return out
	}
	open := len(w.t.Periods)
	for open > 0 && !w.t.Periods[open-1].final() {
		open--
	}
	if open == len(w.t.Periods) {
		return []series{line(0, open)}
	}
	tail := line(max(0, open-1), len(w.t.Periods))
	tail.LineStyle.Type = "dashed"
	if open == 0 {
		return []series{tail}
	}
	tail.Texts[open-1] = "" // the solid line tells it
	return []series{line(0, open), tail}
}

// columns are the bars of a series. Those of periods that are not final are pale
// and have a dashed edge.
func (w writer) columns(i int, s Series, of int, stacked bool) series {
	out := series{Type: "bar", Name: w.name(s), Color: token(i, s), BarMaxWidth: 36, Emphasis: &shownDisable{true}}
	if stacked {
		out.Stack = "all"
	}
	if of > 1 {
		out.ItemStyle = &itemStyle{Decal: pattern(i, s), BorderColor: "--surface", BorderWidth: 1}
	}
	for j, v := range s.Values {
		p := pointOf(v)
		if p != nil && !w.t.Periods[j].final() {
			const pale = 0.45
			p.ItemStyle = &itemStyle{Opacity: pale, BorderType: "dashed", BorderColor: out.Color, BorderWidth: 1}
		}
		out.Data, out.Texts = append(out.Data, p), append(out.Texts, w.told(s, j))
	}
	return out
}

// pointOf is nil where there is no value: a gap.
func pointOf(v Value) *point {
	if v.Value == "" {
		return nil
	}
	return &point{Value: json.Number(v.Value)}
}

// told is a value for the tooltip; what there is not is not told.
func (w writer) told(s Series, i int) string {
	if s.Values[i].Value == "" {
		return ""
	}
	return join(w.exact(w.t.Metrics[s.Metric], s.Values[i]), unfinished(w.t.Periods[i]))
}

// pattern is that of the i-th series; the first has none, nor has the rest.
func pattern(i int, s Series) *decal {
	if s.Key == otherKey {
		return nil
	}
	const light, diagonal = "--pattern", math.Pi / 4
	switch i {
	case 1:
		return &decal{Symbol: "rect", Color: light, DashArrayX: []int{1, 0}, DashArrayY: []int{2, 5}, Rotation: -diagonal}
	case 2:
		return &decal{Symbol: "circle", SymbolSize: 0.6, Color: light, DashArrayX: []int{6, 6}, DashArrayY: []int{6, 0}}
	case 3:
		return &decal{Symbol: "rect", Color: light, DashArrayX: []int{1, 0}, DashArrayY: []int{2, 5}, Rotation: diagonal}
	case 4:
		return &decal{Symbol: "rect", Color: light, DashArrayX: []int{1, 0}, DashArrayY: []int{2, 6}}
	case 5:
		return &decal{Symbol: "rect", Color: light, DashArrayX: []int{1, 0}, DashArrayY: []int{2, 6}, Rotation: 2 * diagonal}
	}
	return nil
}
