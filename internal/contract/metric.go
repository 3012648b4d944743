package contract

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// metricChanges lists what breaks of a metric. A higher version announces any
// change: every answer tells it. Nothing but a sunset announces its end.
func metricChanges(was archwire.Metric, service, next Offer) (out []Change) {
	add := func(dimension, format string, args ...any) {
		out = append(out, Change{
			Kind: kindMetric, Name: was.Name, Contract: was.Version, Column: dimension, What: fmt.Sprintf(format, args...),
			Way: fmt.Sprintf("Leave it, or raise its version to %d.", was.Version+1),
		})
	}
	i := slices.IndexFunc(next.Metrics, func(m archwire.Metric) bool { return m.Name == was.Name })
	if i < 0 {
		add("", "is removed")
		out[0].Way = "Put it back with a sunset date, which is the last day on which it is published."
		return out
	}
	is := next.Metrics[i]
	if was.Sunset != "" && is.Sunset != "" && is.Sunset < was.Sunset {
		add("", "ends on %s, though %s was said", is.Sunset, was.Sunset)
		out[0].Way = fmt.Sprintf("Leave its sunset at %s.", was.Sunset)
	}
	if is.Version > was.Version {
		return out
	}
	for _, f := range []struct{ name, was, is string }{
		{"unit", was.Unit, is.Unit},
		{"additivity", string(was.Additivity), string(is.Additivity)},
		{"numerator", was.Numerator, is.Numerator},
		{"denominator", was.Denominator, is.Denominator},
		{"basis", string(was.Basis), string(is.Basis)},
		{"date", was.Date, is.Date},
		{"definition", was.Definition, is.Definition},
	} {
		if !sameWords(f.was, f.is) {
			add("", "has another %s: %q instead of %q", f.name, f.is, f.was)
		}
	}
	if is.Version < was.Version {
		add("", "has the lower version %d", is.Version)
	}
	for _, dimension := range was.Dimensions {
		if !slices.Contains(is.Dimensions, dimension) {
			add(dimension, "is removed")
		}
	}
	return append(out, hiddenFrom(was, service.dataset(was.Dataset), next.dataset(is.Dataset))...)
}

// hiddenFrom lists what of a metric fewer would see, because fewer see the columns
// that it is computed from or cut by.
func hiddenFrom(m archwire.Metric, was, is archwire.Dataset) (out []Change) {
	for _, col := range was.Columns {
		now, found := is.Column(col.Name)
		if !found || !narrower(col.Class, now.Class) {
			continue
		}
		c := Change{
			Kind: kindMetric, Name: m.Name, Contract: m.Version, What: shownToFewer(col.Class, now.Class), hidden: now.Class,
			Way: fmt.Sprintf("Leave the class of column %s, or raise the metric's version to %d.", col.Name, m.Version+1),
		}
		switch {
		case m.MayRead(col.Name):
			c.What = fmt.Sprintf("reads column %s, which %s", col.Name, c.What)
		case slices.Contains(m.Dimensions, col.Name):
			c.Column = col.Name
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// sameWords compares texts without regard to where their lines end.
func sameWords(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }
