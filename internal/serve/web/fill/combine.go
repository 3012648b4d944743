package fill

import (
	"time"

	"archwire"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// combined is a metric over several periods, in their order: sums add up, of ratios
// numerators and denominators do, a state is the last one. What else there is of each
// period does not make one of all.
func combined(m Metric, values []tile.Value) tile.Value {
	switch {
	case len(values) == 0:
		return tile.Value{}
	case len(values) == 1 || m.IsState():
		return values[len(values)-1]
	}
	switch m.Additivity {
	case archwire.Additive:
		return tile.Value{Value: sum(pick(values, func(v tile.Value) string { return v.Value })...)}
	case archwire.Ratio:
		out := tile.Value{
			Numerator:   sum(pick(values, func(v tile.Value) string { return v.Numerator })...),
			Denominator: sum(pick(values, func(v tile.Value) string { return v.Denominator })...),
		}
		out.Value = over(out.Numerator, out.Denominator)
		return out
	case archwire.Semi, archwire.NonAdditive:
	}
	return tile.Value{Why: "choose one month"}
}

func pick(values []tile.Value, of func(tile.Value) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = of(v)
	}
	return out
}

// held is a value beside another, of the period that begins then.
func held(now, before tile.Value, then time.Time) tile.Value {
	change := less(now.Value, before.Value)
	now.Compare = &tile.Compare{Start: then, Value: before.Value, Change: change, Ratio: over(change, magnitude(before.Value))}
	return now
}

// within lists the values of the periods that begin in a span of months.
func within(periods []tile.Period, values []tile.Value, s view.Span) []tile.Value {
	var out []tile.Value
	for i, p := range periods {
		if !p.Start.Before(s.First) && !p.Start.After(s.End()) {
			out = append(out, values[i])
		}
	}
	return out
}
