package measure

import (
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// A Measure is what a metric comes to in one period.
type Measure struct{ numerator, denominator number }

// A Series is the measures of one combination of dimensions, by period.
type Series struct {
	by      []byte // the combination: JSON members, each after a comma
	Tenant  string // where the tenant is a dimension
	periods []arrow.Date32
	values  []Measure
}

// A Table is a metric by period and dimensions.
type Table struct {
	series []*Series // in the order of the dimensions
	zero   Measure   // 0, written as the columns' values are
	seen   map[presence]bool
}

// presence says that a tenant, or any when it is "", has a snapshot in a period.
type presence struct {
	tenant string
	period arrow.Date32
}

// At is what the metric comes to in a period, whether it has rows there or not:
// a sum over no rows is 0, a state nobody recorded is nothing.
func (t *Table) At(q *Question, s *Series, period time.Time) Measure {
	day := arrow.Date32FromTime(period)
	i, ok := slices.BinarySearch(s.periods, day)
	var m Measure
	if ok {
		m = s.values[i]
	}
	if m.denominator.kind == nothing {
		m.denominator = t.zero.denominator
	}
	switch {
	case q.Metric.Additivity == archwire.NonAdditive:
		return m
	case !ok && q.snapshots() && !t.seen[presence{s.Tenant, day}]:
		return Measure{}
	case m.numerator.kind == nothing:
		m.numerator = t.zero.numerator
	}
	return m
}

// Shown lists the series of an answer: those with a row in its periods or the
// ones they are compared with, and those that are there without any.
func (t *Table) Shown(q *Question) []*Series {
	if len(q.By) == 0 || q.onlyByTenant() {
		return t.series
	}
	spans := q.Calendar.Spans(q.Compare)
	var out []*Series
	for _, s := range t.series {
		if s.within(spans) {
			out = append(out, s)
		}
	}
	return out
}

func (q *Question) onlyByTenant() bool { return len(q.By) == 1 && q.By[0] == q.Noun }

// within says whether the series has a row in any of the spans.
func (s *Series) within(spans []Span) bool {
	for _, w := range spans {
		i, _ := slices.BinarySearch(s.periods, arrow.Date32FromTime(w.from))
		if i < len(s.periods) && s.periods[i] < arrow.Date32FromTime(w.end) {
			return true
		}
	}
	return false
}

// Value is the metric's value in a measure.
func (q *Question) Value(m Measure) number {
	if q.Metric.Additivity == archwire.Ratio {
		return m.numerator.over(m.denominator)
	}
	return m.numerator
}
