package tile

import (
	"math/big"
	"strings"

	"archwire/internal/serve/web/format"
)

// A spark is the trend of a number, drawn without axes. Its lines are in a box
// of 100 by 100; the style sheet says how large that is.
type spark struct {
	Says  string // the same in words
	Lines []line
	Last  string // the point of the page's period, as a line of no length; "" is none
	Aim   string // how high the target is; "" is none
}

// A line joins points, "0,100 50,20"; what is not final is dashed.
type line struct {
	Points string
	Dashed bool
}

// spark draws a series; nil is one with fewer than two values.
func (w writer) spark(s Series) *spark {
	m := w.t.Metrics[s.Metric]
	low, high, says := w.extremes(s, m)
	if says == "" {
		return nil
	}
	aim := amount(w.t.Target)
	if aim != nil {
		low, high = least(low, aim), most(high, aim)
	}
	at := func(v *big.Rat) string { return height(v, low, high) }
	out := &spark{Says: says, Lines: w.lines(s, at)}
	if aim != nil {
		out.Aim = at(aim)
	}
	if v := amount(s.Values[w.t.Now].Value); v != nil {
		point := along(w.t.Now, len(w.t.Periods)) + "," + at(v)
		out.Last = point + " " + point
	}
	return out
}

// extremes are the lowest and the highest value, and a sentence about both; ""
// where there are fewer than two.
func (w writer) extremes(s Series, m Metric) (low, high *big.Rat, says string) {
	var n, lowAt, highAt int
	for i, v := range s.Values {
		a := amount(v.Value)
		if a == nil {
			continue
		}
		if n++; low == nil || a.Cmp(low) < 0 {
			low, lowAt = a, i
		}
		if high == nil || a.Cmp(high) > 0 {
			high, highAt = a, i
		}
	}
	if n < 2 {
		return low, high, ""
	}
	period := func(i int) string { return w.period(w.t.Periods[i].Start) }
	told := func(i int) string { return w.f.Short(s.Values[i].Value, m.Unit) + " in " + period(i) }
	return low, high, "From " + period(0) + " to " + period(len(s.Values)-1) + ": lowest " + told(lowAt) + ", highest " + told(highAt) + "."
}

// lines joins the values that follow each other. A line that ends in a period
// that is not final is dashed. A value on its own is a line of no length.
func (w writer) lines(s Series, at func(*big.Rat) string) []line {
	var out []line
	var points []string
	dashed := false
	flush := func() {
		if len(points) == 1 {
			points = append(points, points[0])
		}
		if len(points) > 0 {
			out = append(out, line{strings.Join(points, " "), dashed})
		}
		points = nil
	}
	for i, v := range s.Values {
		a := amount(v.Value)
		if a == nil {
			flush()
			dashed = false
			continue
		}
		if open := !w.t.Periods[i].final(); open != dashed {
			var last []string
			if len(points) > 0 {
				last = points[len(points)-1:]
			}
			if len(points) > 1 || !open {
				flush()
			}
			points, dashed = append([]string(nil), last...), open
		}
		points = append(points, along(i, len(s.Values))+","+at(a))
	}
	flush()
	return out
}

// final says whether the values of a period are those that it will keep.
func (p Period) final() bool { return p.Complete && !p.Ahead }

// along is where the i-th of n points is, from left to right.
func along(i, n int) string {
	if n < 2 {
		return "50"
	}
	return short(big.NewRat(int64(hundred*i), int64(n-1)))
}

// height is where v is, from the top; equal extremes are half way.
func height(v, low, high *big.Rat) string {
	span := new(big.Rat).Sub(high, low)
	if span.Sign() == 0 {
		return "50"
	}
	part := new(big.Rat).Sub(high, v)
	return short(part.Mul(part.Quo(part, span), big.NewRat(hundred, 1)))
}

// short is a coordinate with at most one digit after the point.
func short(r *big.Rat) string { return strings.TrimSuffix(r.FloatString(1), ".0") }

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func most(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// unfinished tells of a period why its values may still change; "" is that they
// do not.
func unfinished(p Period) string {
	switch {
	case p.Ahead:
		return "forecast"
	case !p.Complete:
		return "not complete"
	}
	return ""
}

// exact is a value for tables and tooltips, with what it was made from.
func (w writer) exact(m Metric, v Value) string {
	if v.Value == "" {
		return format.None
	}
	out := w.f.Exact(v.Value, m.Unit)
	if of := w.of(m, v); of != "" {
		out += " (" + of + ")"
	}
	return out
}
