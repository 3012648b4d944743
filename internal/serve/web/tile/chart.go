package tile

import (
	"encoding/json"
	"math/big"
	"strings"

	"archwire"
)

// A chart is what static/charts.js draws from Option. Says is the same in words.
type chart struct {
	Option, Says string
	Left         string   // how many series are not drawn; "" is none
	Drawing      *drawing // what is drawn here instead; nil leaves it to the script
	of           option
}

// mostSeries is how many series are told apart in one chart.
const mostSeries = 6

// chart is nil where the tile has nothing to draw.
func (w writer) chart() *chart {
	if len(w.t.Series) == 0 {
		return nil
	}
	shown, left := w.atMost(mostSeries, w.ordered(w.t.Series, overall))
	stacked := w.t.Kind == Stacked && w.adds()
	out := &chart{Says: w.describe(shown)}
	out.of = w.option(shown, stacked, out.Says)
	text, err := json.Marshal(out.of)
	if err != nil {
		return nil // it holds texts, and numbers that were checked
	}
	if out.Option = string(text); left > 0 {
		out.Left = w.f.Count(itoa(left)) + " more are in the table only."
	}
	return out
}

// adds says whether values of all metrics may be put on each other.
func (w writer) adds() bool {
	for _, m := range w.t.Metrics {
		if m.Additivity != archwire.Additive && m.Additivity != archwire.Semi {
			return false
		}
	}
	return true
}

// describe says what the chart shows to whom cannot see it.
func (w writer) describe(series []Series) string {
	period := func(i int) string { return w.f.Period(w.t.Grain, w.t.Periods[i].Start) }
	parts := make([]string, len(series))
	for i, s := range series {
		parts[i] = w.name(s) + " " + w.exact(w.t.Metrics[s.Metric], s.Values[w.t.Now])
	}
	return w.title() + ", " + period(0) + " to " + period(len(w.t.Periods)-1) + ". In " + period(w.t.Now) + ": " + strings.Join(parts, "; ") + "."
}

// option is the chart in the words of ECharts.
func (w writer) option(series []Series, stacked bool, says string) option {
	bars := w.t.Kind != Line
	out := option{
		Aria:    aria{Enabled: true, Label: ariaLabel{says}},
		Grid:    grid{Left: 8, Right: 16, Top: 16, Bottom: 8, ContainLabel: true},
		Tooltip: tooltip{Trigger: "axis", RenderMode: "richText", Confine: true, AxisPointer: pointer{Type: "line"}},
		XAxis:   w.xAxis(bars),
		YAxis:   w.yAxis(series, bars, stacked),
	}
	if bars {
		out.Tooltip.AxisPointer.Type = "shadow"
	}
	if len(series) > 1 {
		out.Legend = &legend{Left: 0, Top: 0, ItemWidth: 14, ItemHeight: 10, ItemGap: 10, TextStyle: textStyle{Color: "--ink"}}
		out.Grid.Top = 40
	}
	for i, s := range series {
		switch {
		case bars:
			out.Series = append(out.Series, w.columns(i, s, len(series), stacked))
		default:
			out.Series = append(out.Series, w.curves(i, s)...)
		}
	}
	if !bars {
		w.nameLines(&out, series)
	}
	return out
}

func (w writer) xAxis(gap bool) axis {
	out := axis{
		Type: "category", BoundaryGap: &gap, AxisTick: &shown{false},
		AxisLine:  &axisLine{lineStyle{Color: "--edge"}},
		AxisLabel: axisLabel{Color: "--muted", LineHeight: 15, HideOverlap: true},
	}
	for i, p := range w.t.Periods {
		out.Data = append(out.Data, w.f.Period(w.t.Grain, p.Start))
		out.AxisLabel.Texts = append(out.AxisLabel.Texts, w.f.Tick(w.t.Grain, p.Start, i == 0))
	}
	return out
}

func (w writer) yAxis(series []Series, fromZero, stacked bool) axis {
	m := w.t.Metrics[series[0].Metric]
	low, high := w.reach(series, stacked)
	s := newScale(low, high, fromZero)
	out := axis{
		Type: "value", Min: s.text(s.from), Max: s.text(s.to), Interval: s.text(s.step),
		AxisLabel: axisLabel{Color: "--muted"}, SplitLine: &axisLine{lineStyle{Color: "--line"}},
	}
	for _, tick := range s.ticks() {
		out.AxisLabel.Texts = append(out.AxisLabel.Texts, w.f.Compact(string(s.text(tick)), m.Unit))
	}
	return out
}

// reach is the lowest and the highest that is drawn: of stacks their sums.
func (w writer) reach(series []Series, stacked bool) (low, high *big.Rat) {
	for i := range w.t.Periods {
		below, above := new(big.Rat), new(big.Rat)
		for _, s := range series {
			v := amount(s.Values[i].Value)
			switch {
			case v == nil:
				continue
			case !stacked:
				below, above = v, v
			case v.Sign() < 0:
				below.Add(below, v)
			default:
				above.Add(above, v)
			}
			if low == nil {
				low, high = below, above
			}
			low, high = least(low, below), most(high, above)
		}
	}
	if low == nil {
		return new(big.Rat), big.NewRat(1, 1)
	}
	return new(big.Rat).Set(low), new(big.Rat).Set(high)
}
