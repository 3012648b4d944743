package api

import (
	"fmt"
	"slices"
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
	by       []byte // the combination: JSON members, each after a comma
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
			key := appendString(appendDimension(nil, q.noun), id)
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

// appendBy appends the dimensions of a row.
func appendBy(dst []byte, names []string, columns []arrow.Array, i int) []byte {
	for j, name := range names {
		dst = appendCell(appendDimension(dst, name), columns[j], i, false)
	}
	return dst
}

// appendDimension appends a comma and the name that a dimension has in a row. A
// name that a row has a meaning for is followed by an underscore.
func appendDimension(dst []byte, name string) []byte {
	if slices.Contains(rowMembers(), name) {
		name += "_"
	}
	return appendMember(append(dst, ','), name)
}

// rowMembers lists the members of a row that are not dimensions.
func rowMembers() []string {
	return []string{"period", "grain", "complete", "value", "numerator", "denominator", "count", "compare"}
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
