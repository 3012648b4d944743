package api

import (
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// A measure is what a metric comes to in one period.
type measure struct{ numerator, denominator number }

// A series is the measures of one combination of dimensions, by period.
type series struct {
	by      []byte // the combination: JSON members, each after a comma
	tenant  string // where the tenant is a dimension
	periods []arrow.Date32
	values  []measure
}

// A table is a metric by period and dimensions.
type table struct {
	series []*series // in the order of the dimensions
	zero   measure   // 0, written as the columns' values are
	seen   map[presence]bool
}

// presence says that a tenant, or any when it is "", has a snapshot in a period.
type presence struct {
	tenant string
	period arrow.Date32
}

// at is what the metric comes to in a period, whether it has rows there or not:
// a sum over no rows is 0, a state nobody recorded is nothing.
func (t *table) at(q *metricRequest, s *series, period time.Time) measure {
	day := arrow.Date32FromTime(period)
	i, ok := slices.BinarySearch(s.periods, day)
	var m measure
	if ok {
		m = s.values[i]
	}
	if m.denominator.kind == nothing {
		m.denominator = t.zero.denominator
	}
	switch {
	case q.metric.Additivity == archwire.NonAdditive:
		return m
	case !ok && q.snapshots() && !t.seen[presence{s.tenant, day}]:
		return measure{}
	case m.numerator.kind == nothing:
		m.numerator = t.zero.numerator
	}
	return m
}

// shown lists the series of an answer: those with a row in its periods or the
// ones they are compared with, and those that are there without any.
func (t *table) shown(q *metricRequest) []*series {
	if len(q.by) == 0 || q.onlyByTenant() {
		return t.series
	}
	spans := q.calendar.spans(q.compare)
	var out []*series
	for _, s := range t.series {
		if s.within(spans) {
			out = append(out, s)
		}
	}
	return out
}

func (q *metricRequest) onlyByTenant() bool { return len(q.by) == 1 && q.by[0] == q.noun }

// within says whether the series has a row in any of the spans.
func (s *series) within(spans []span) bool {
	for _, w := range spans {
		i, _ := slices.BinarySearch(s.periods, arrow.Date32FromTime(w.from))
		if i < len(s.periods) && s.periods[i] < arrow.Date32FromTime(w.end) {
			return true
		}
	}
	return false
}

// value is the metric's value in a measure.
func (q *metricRequest) value(m measure) number {
	if q.metric.Additivity == archwire.Ratio {
		return m.numerator.over(m.denominator)
	}
	return m.numerator
}
