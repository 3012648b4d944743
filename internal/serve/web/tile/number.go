package tile

import (
	"archwire"
	"archwire/internal/serve/web/format"
)

// A number is what templates/number.html shows.
type number struct {
	Value  string
	Why    string // why there is no value
	Of     string // what a ratio is made of: 122 of 190
	Period string
	Change *change
	Target *target
	Spark  *spark
}

// A change is a value against another one, in signs and in words.
type change struct {
	Arrow string // "" where there is none
	Text  string
	Word  string // better, worse or ""
	Class string // of the style sheet: better, worse or same
	Than  string // what it is held against: Oct 2026 ($1,231)
}

// A target is what a number should be.
type target struct{ Value, Says, Class string }

// number is the first series in the page's period; nil is none.
func (w writer) number() *number {
	if len(w.t.Series) == 0 {
		return nil
	}
	s := w.t.Series[0]
	m, v := w.t.Metrics[s.Metric], s.Values[w.t.Now]
	out := &number{
		Value: w.f.Short(v.Value, m.Unit), Of: w.of(m, v), Period: w.period(w.t.Periods[w.t.Now].Start),
		Change: w.change(m, v), Target: w.target(m, v), Spark: w.spark(s),
	}
	if v.Value == "" {
		out.Why = why(v)
	}
	return out
}

// why is the reason that there is no value.
func why(v Value) string {
	if v.Why == "" {
		return "no data"
	}
	return v.Why
}

// of tells what a share is made from, or of how many things a value is. Other
// ratios are no part of a whole: "1,400 of 500" would say what is not so.
func (w writer) of(m Metric, v Value) string {
	switch {
	case m.Additivity == archwire.Ratio && m.Unit == "share" && v.Numerator != "" && v.Denominator != "":
		return w.f.Glance(v.Numerator) + " of " + w.f.Glance(v.Denominator)
	case m.Additivity == archwire.NonAdditive && v.Count != "":
		return "of " + w.f.Count(v.Count)
	}
	return ""
}

// change is nil where there is nothing to compare with.
func (w writer) change(m Metric, v Value) *change {
	c := v.Compare
	if c == nil || c.Change == "" {
		return nil
	}
	out := &change{Class: "same", Than: w.period(c.Start) + " (" + w.f.Short(c.Value, m.Unit) + ")"}
	if c.SameDays {
		out.Than = "as many days of " + out.Than
	}
	sign := format.Sign(c.Change)
	if sign == 0 {
		out.Text = "no change"
		return out
	}
	if out.Arrow = "▲"; sign < 0 {
		out.Arrow = "▼"
	}
	if out.Text = w.f.Percent(c.Ratio); c.Ratio == "" || m.Unit == "share" {
		out.Text = w.f.Signed(c.Change, m.Unit)
	}
	if word := better(m, sign); word != "" {
		out.Word, out.Class = word, word
	}
	return out
}

// better says whether a change of that sign is better or worse; "" is neither.
func better(m Metric, sign int) string {
	switch {
	case sign == 0:
		return ""
	case m.Better == "up" && sign > 0, m.Better == "down" && sign < 0:
		return "better"
	case m.Better == "up", m.Better == "down":
		return "worse"
	}
	return ""
}

// target is nil where the tile has none.
func (w writer) target(m Metric, v Value) *target {
	aim := amount(w.t.Target)
	if aim == nil {
		return nil
	}
	out := &target{Value: w.f.Short(w.t.Target, m.Unit)}
	is := amount(v.Value)
	if is == nil || m.Better == "neither" {
		return out
	}
	if out.Says, out.Class = "reached", "better"; better(m, is.Cmp(aim)) == "worse" {
		out.Says, out.Class = "not reached", "worse"
	}
	return out
}
