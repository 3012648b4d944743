package api

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// A measure is what a metric comes to in one period.
type measure struct{ numerator, denominator number }

// A series is the measures of one combination of dimensions.
type series struct {
	by       []byte // the combination, as JSON; nil when there are no dimensions
	tenant   string // where the tenant is a dimension
	measures map[time.Time]measure
}

// table is what the queries of one answer found.
type table struct {
	series []*series // in the order of the dimensions
	zero   measure   // 0, written as the columns' values are
	seen   map[presence]bool
}

// presence says that a tenant, or any when it is "", has a snapshot in a period.
type presence struct {
	tenant string
	period time.Time
}

func readTable(c *call, q *metricRequest) (*table, error) {
	t := &table{zero: measure{exact(0), exact(0)}, seen: map[presence]bool{}}
	found := map[string]*series{}
	rows := 0
	for batch, err := range c.queried(q.dataset.Name, q.tenants, metricQuery(q)) {
		if err != nil {
			return nil, err
		}
		if rows += int(batch.NumRows()); rows > maxSeriesRows {
			return nil, tooLarge()
		}
		if err := t.add(q, found, batch); err != nil {
			return nil, err
		}
	}
	if q.snapshots() {
		if err := t.readPresence(c, q); err != nil {
			return nil, err
		}
	}
	t.fill(q, found)
	return t, nil
}

func tooLarge() error {
	return wrong("by", "The answer has too many rows.", "Ask for a shorter time, a longer grain or fewer dimensions, or filter.")
}

func (t *table) add(q *metricRequest, found map[string]*series, batch archwire.Batch) error {
	periods, ok := batch.Column(0).(*array.Date32)
	if !ok {
		return fmt.Errorf("periods of metric %s are %s, not dates", q.metric.Name, batch.Column(0).DataType())
	}
	first := 1 + len(q.by)
	t.zero.numerator = zeroLike(batch.Column(first).DataType())
	if q.metric.Denominator != "" {
		t.zero.denominator = zeroLike(batch.Column(first + 1).DataType())
	}
	var key []byte
	for i := range int(batch.NumRows()) {
		key = appendBy(key[:0], q.by, batch.Columns()[1:first], i)
		s, ok := found[string(key)]
		if !ok {
			s = &series{by: append([]byte(nil), key...), tenant: tenantAt(q, batch.Columns()[1:first], i), measures: map[time.Time]measure{}}
			found[string(key)] = s
			t.series = append(t.series, s)
		}
		m := measure{numerator: numberAt(batch.Column(first), i)}
		if q.metric.Denominator != "" {
			m.denominator = numberAt(batch.Column(first+1), i)
		}
		s.measures[dateOf(periods.Value(i))] = m
	}
	return nil
}

func (t *table) readPresence(c *call, q *metricRequest) error {
	for batch, err := range c.queried(q.dataset.Name, q.tenants, presenceQuery(q)) {
		if err != nil {
			return err
		}
		periods, ok := batch.Column(0).(*array.Date32)
		tenants, ok2 := batch.Column(1).(*array.String)
		if !ok || !ok2 {
			return fmt.Errorf("snapshots of metric %s are %s and %s", q.metric.Name, batch.Column(0).DataType(), batch.Column(1).DataType())
		}
		for i := range int(batch.NumRows()) {
			t.seen[presence{strings.Clone(tenants.Value(i)), dateOf(periods.Value(i))}] = true
		}
	}
	return nil
}

// fill adds the series that have no rows but are known to exist: the only one
// when there are no dimensions, and every tenant's when it is the only one.
func (t *table) fill(q *metricRequest, found map[string]*series) {
	switch {
	case len(q.by) == 0 && len(t.series) == 0:
		t.series = []*series{{}}
	case len(q.by) == 1 && q.by[0] == q.noun:
		t.series = t.series[:0]
		for _, id := range q.tenants {
			key := appendMember([]byte{'{'}, q.noun)
			key = append(appendString(key, id), '}')
			s, ok := found[string(key)]
			if !ok {
				s = &series{by: key, tenant: id}
			}
			t.series = append(t.series, s)
		}
	}
}

// at is what the metric comes to in a period, whether it has rows there or not:
// a sum over no rows is 0, a state nobody recorded is nothing.
func (t *table) at(q *metricRequest, s *series, period time.Time) measure {
	m, ok := s.measures[period]
	if q.metric.Additivity == archwire.NonAdditive {
		if !m.denominator.isSet {
			m.denominator = t.zero.denominator
		}
		return m
	}
	if !ok && q.snapshots() && !t.seen[presence{s.tenant, period}] {
		return measure{}
	}
	if !m.numerator.isSet {
		m.numerator = t.zero.numerator
	}
	if !m.denominator.isSet {
		m.denominator = t.zero.denominator
	}
	return m
}

// value is the metric's value in a measure.
func (q *metricRequest) value(m measure) number {
	if q.metric.Additivity == archwire.Ratio {
		return m.numerator.over(m.denominator)
	}
	return m.numerator
}

func appendBy(dst []byte, names []string, columns []arrow.Array, i int) []byte {
	if len(names) == 0 {
		return dst
	}
	dst = append(dst, '{')
	for j, name := range names {
		if j > 0 {
			dst = append(dst, ',')
		}
		dst = appendMember(dst, name)
		dst = appendCell(dst, columns[j], i, false)
	}
	return append(dst, '}')
}

// appendMember appends a member's name and colon.
func appendMember(dst []byte, name string) []byte { return append(appendString(dst, name), ':') }

func tenantAt(q *metricRequest, columns []arrow.Array, i int) string {
	for j, name := range q.by {
		if name == q.noun {
			if texts, ok := columns[j].(*array.String); ok {
				return strings.Clone(texts.Value(i))
			}
		}
	}
	return ""
}

func dateOf(d arrow.Date32) time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// answerMetric appends the answer's data.
func answerMetric(c *call, q *metricRequest, dst []byte) ([]byte, error) {
	t, err := readTable(c, q)
	if err != nil {
		return nil, err
	}
	if len(t.series) > math.MaxInt32/len(q.calendar.periods) || len(t.series)*len(q.calendar.periods) > maxSeriesRows {
		return nil, tooLarge()
	}
	dst = appendMetricHead(dst, q)
	first := true
	for _, s := range t.series {
		for _, period := range q.calendar.periods {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendMetricRow(dst, q, t, s, period)
		}
	}
	return append(dst, "]}"...), nil
}

func appendMetricHead(dst []byte, q *metricRequest) []byte {
	m := q.metric
	dst = append(dst, '{')
	for _, member := range []struct{ name, value string }{
		{"metric", m.Name},
		{"label", m.Label},
		{"definition", m.Definition},
		{"unit", m.Unit},
		{"better", m.Better},
		{"additivity", string(m.Additivity)},
		{"basis", string(m.Basis)},
		{"grain", string(q.calendar.grain)},
		{"from", string(dayOf(q.calendar.periods[0]))},
		{"to", string(dayOf(q.calendar.end.AddDate(0, 0, -1)))},
	} {
		dst = append(appendString(appendMember(dst, member.name), member.value), ',')
	}
	dst = append(dst, `"version":`...)
	dst = strconv.AppendInt(dst, int64(m.Version), 10)
	return append(dst, `,"rows":[`...)
}

func appendMetricRow(dst []byte, q *metricRequest, t *table, s *series, period time.Time) []byte {
	dst = append(dst, `{"period":"`...)
	dst = period.AppendFormat(dst, time.DateOnly)
	dst = append(dst, `","grain":"`...)
	dst = append(dst, q.calendar.grain...)
	dst = append(dst, `","complete":`...)
	dst = strconv.AppendBool(dst, q.calendar.complete(period))
	if len(q.by) > 0 {
		dst = append(dst, `,"by":`...)
		dst = append(dst, s.by...)
	}
	now := t.at(q, s, period)
	dst = append(dst, ',')
	dst = appendMeasure(dst, q, now)
	if len(q.compare) > 0 {
		dst = appendCompare(dst, q, t, s, period, q.value(now))
	}
	return append(dst, '}')
}

// appendMeasure appends value, and what it was made from where that matters.
func appendMeasure(dst []byte, q *metricRequest, m measure) []byte {
	dst = q.value(m).append(append(dst, `"value":`...))
	switch q.metric.Additivity {
	case archwire.Ratio:
		dst = m.numerator.append(append(dst, `,"numerator":`...))
		dst = m.denominator.append(append(dst, `,"denominator":`...))
	case archwire.NonAdditive:
		if q.metric.Denominator != "" {
			dst = m.denominator.append(append(dst, `,"count":`...))
		}
	case archwire.Additive, archwire.Semi:
	}
	return dst
}

func appendCompare(dst []byte, q *metricRequest, t *table, s *series, period time.Time, now number) []byte {
	dst = append(dst, `,"compare":{`...)
	for i, c := range q.compare {
		if i > 0 {
			dst = append(dst, ',')
		}
		before := c.before(q.calendar.grain, period)
		then := t.at(q, s, before)
		change := now.minus(q.value(then))
		dst = append(appendMember(dst, string(c)), `{"period":"`...)
		dst = before.AppendFormat(dst, time.DateOnly)
		dst = append(dst, `",`...)
		dst = appendMeasure(dst, q, then)
		dst = change.append(append(dst, `,"change":`...))
		dst = change.over(q.value(then).magnitude()).append(append(dst, `,"change_ratio":`...))
		dst = append(dst, '}')
	}
	return append(dst, '}')
}
