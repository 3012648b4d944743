package tile

import (
	"math/big"
	"slices"

	"archwire"
)

// ordered are series in the order in which they are shown: those that Order
// names, then by size, the largest first. Series that are not split keep the
// order of their metrics.
func (w writer) ordered(series []Series, size func(Series) *big.Rat) []Series {
	out := slices.Clone(series)
	slices.SortStableFunc(out, func(a, b Series) int {
		i, j := w.place(a), w.place(b)
		switch {
		case i != j:
			return i - j
		case a.unsplit() && b.unsplit():
			return 0
		case a.unsplit():
			return -1
		case b.unsplit():
			return 1
		}
		return size(b).Cmp(size(a))
	})
	return out
}

// place is where Order has a series; after all others where it has not.
func (w writer) place(s Series) int {
	if i := slices.Index(w.t.Order, s.Key); i >= 0 {
		return i
	}
	return len(w.t.Order)
}

// overall is the size of a series in all periods.
func overall(s Series) *big.Rat { return magnitude(s.Values) }

// current is the size of a series in the page's period.
func (w writer) current(s Series) *big.Rat {
	if v := amount(s.Values[w.t.Now].Value); v != nil {
		return v
	}
	return new(big.Rat)
}

// otherKey marks the series that holds the rest; no dimension has such a value.
const otherKey = "\x00other"

// atMost are at most n of the series. Where their values may be added, the last
// one is the sum of those left out; where they may not, left says how many are.
func (w writer) atMost(n int, series []Series) (shown []Series, left int) {
	if len(series) <= n {
		return series, 0
	}
	m := w.t.Metrics[series[0].Metric]
	if m.Additivity != archwire.Additive && m.Additivity != archwire.Semi || !oneMetric(series) {
		return series[:n], len(series) - n
	}
	return append(slices.Clone(series[:n-1]), w.other(series[n-1:])), 0
}

func oneMetric(series []Series) bool {
	return !slices.ContainsFunc(series, func(s Series) bool { return s.Metric != series[0].Metric })
}

// other is the sum of series of one metric.
func (w writer) other(series []Series) Series {
	out := Series{Metric: series[0].Metric, Key: otherKey, Name: w.f.Count(itoa(len(series))) + " others", Values: make([]Value, len(w.t.Periods))}
	for i := range out.Values {
		texts := make([]string, len(series))
		for j, s := range series {
			texts[j] = s.Values[i].Value
		}
		out.Values[i].Value = sumText(texts)
	}
	return out
}

// firstMetricsSize sorts series by what the first metric is for the same value of
// the dimension, so that the rows of a table keep together.
func (w writer) firstMetricsSize() func(Series) *big.Rat {
	sizes := map[string]*big.Rat{}
	for _, s := range w.t.Series {
		if s.Metric == 0 && !s.Total {
			sizes[s.Key] = w.current(s)
		}
	}
	return func(s Series) *big.Rat {
		if size := sizes[s.Key]; size != nil {
			return size
		}
		return new(big.Rat)
	}
}
