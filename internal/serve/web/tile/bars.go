package tile

import (
	"math/big"
	"slices"

	"archwire"
)

// bars are the values of one metric in the page's period, each with a bar from
// zero. They are drawn by the server and read as a table.
type bars struct {
	Label   string
	Rows    []bar
	Left    string // how many are not shown; "" is none
	Changes bool   // some rows have one
}

// A bar is one value. Zero, X and Width are lengths in SVG.
type bar struct {
	Name, Href     string
	Zero, X, Width string
	Below          bool // the value is below zero
	Class          string
	Cell           cell
	Part           string // of the whole, or of the step before
	Change         *change
}

// mostBars is how many bars are drawn under each other.
const mostBars = 12

// bars draws a block for each metric.
func (w writer) bars() []bars {
	var out []bars
	for i, m := range w.t.Metrics {
		var series []Series
		for _, s := range w.t.Series {
			if s.Metric == i {
				series = append(series, s)
			}
		}
		if len(series) == 0 {
			continue
		}
		shown, left := w.atMost(mostBars, w.ordered(series, w.current))
		b := bars{Label: m.Label, Rows: w.drawn(shown)}
		if m.Additivity == archwire.Additive || m.Additivity == archwire.Semi {
			w.parts(b.Rows, shown)
		}
		if left > 0 {
			b.Left = w.f.Count(itoa(left)) + " more are not shown."
		}
		b.Changes = hasChange(b.Rows)
		out = append(out, b)
	}
	return out
}

func hasNegative(rows []bar) bool {
	return slices.ContainsFunc(rows, func(b bar) bool { return b.Below })
}

func hasChange(rows []bar) bool {
	return slices.ContainsFunc(rows, func(b bar) bool { return b.Change != nil })
}

// drawn makes a bar of each series, all to one scale.
func (w writer) drawn(series []Series) []bar {
	low, high := new(big.Rat), new(big.Rat)
	for _, s := range series {
		if v := amount(s.Values[w.t.Now].Value); v != nil {
			low, high = least(low, v), most(high, v)
		}
	}
	span := new(big.Rat).Sub(high, low)
	zero := new(big.Rat).Neg(low)
	out := make([]bar, len(series))
	for i, s := range series {
		m, v := w.t.Metrics[s.Metric], s.Values[w.t.Now]
		b := bar{Name: partOf(s), Href: s.Href, Cell: w.cell(m, v), Change: w.change(m, v), Zero: percent(zero, span), X: percent(zero, span), Width: "0%", Class: "series-1"}
		if b.Name == "" {
			b.Name = m.Label
		}
		if s.Key == otherKey {
			b.Class = "series-6"
		}
		if a := amount(v.Value); a != nil {
			b.Width = percent(new(big.Rat).Abs(a), span)
			if b.Below = a.Sign() < 0; b.Below {
				b.X = percent(new(big.Rat).Add(zero, a), span)
			}
		}
		out[i] = b
	}
	return out
}

// parts says of each bar how much of the whole it is, where none is below zero.
func (w writer) parts(rows []bar, series []Series) {
	texts := make([]string, len(series))
	for i, s := range series {
		texts[i] = s.Values[w.t.Now].Value
	}
	total, _ := sum(texts)
	if hasNegative(rows) || len(rows) < 2 {
		return
	}
	for i := range rows {
		if part := ratio(amount(texts[i]), total); part != "" {
			rows[i].Part = w.f.Short(part, "share")
		}
	}
}

// funnel draws the steps in their order, and says of each how much of the step
// before came as far.
func (w writer) funnel() *bars {
	if len(w.t.Series) == 0 {
		return nil
	}
	out := &bars{Label: w.title(), Rows: w.drawn(w.t.Series)}
	out.Changes = hasChange(out.Rows)
	for i := range out.Rows {
		if i == 0 {
			continue
		}
		before, is := w.t.Series[i-1].Values[w.t.Now].Value, w.t.Series[i].Values[w.t.Now].Value
		if part := ratio(amount(is), amount(before)); part != "" {
			out.Rows[i].Part = w.f.Short(part, "share") + " of " + lower(out.Rows[i-1].Name)
		}
	}
	return out
}
