package api

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/problem"
)

// table returns a table that holds the request's periods: from a cube where
// there is one, by queries where there is none.
func (h *Handler) table(c *call, q *metricRequest) (*table, error) {
	k, err := h.cube(c, q)
	if err != nil {
		return nil, err
	}
	if k != nil {
		if t, ok := k.table(q); ok {
			return t, nil
		}
	}
	return readTable(c, q, q.calendar.spans(q.compare))
}

func readTable(c *call, q *metricRequest, spans []span) (*table, error) {
	t := &table{zero: measure{exact(0), exact(0)}, seen: map[presence]bool{}}
	found := map[string]*series{}
	rows := 0
	for batch, err := range c.queried(q.dataset.Name, q.tenants, metricQuery(q, spans)) {
		if err != nil {
			return nil, err
		}
		if rows += int(batch.NumRows()); rows > maxSeriesRows {
			return nil, errTooLarge
		}
		if err := t.add(q, found, batch); err != nil {
			return nil, err
		}
	}
	if rows == 0 {
		if err := t.readZero(c, q); err != nil {
			return nil, err
		}
	}
	if q.snapshots() {
		if err := t.readPresence(c, q, spans); err != nil {
			return nil, err
		}
	}
	t.fill(q, found)
	return t, nil
}

var errTooLarge = errors.New("too many rows behind one answer")

// tooLarge is what the caller is told of errTooLarge.
func tooLarge() error {
	return problem.Wrong("by", "The answer has too many rows.", "Ask for a shorter time, a longer grain or fewer dimensions, or filter.")
}

func (t *table) add(q *metricRequest, found map[string]*series, batch archwire.Batch) error {
	periods, ok := batch.Column(0).(*array.Date32)
	if !ok {
		return fmt.Errorf("periods of metric %s are %s, not dates", q.metric.Name, batch.Column(0).DataType())
	}
	first := 1 + len(q.by)
	t.typed(batch.Columns()[first:])
	var key []byte
	for i := range int(batch.NumRows()) {
		key = appendBy(key[:0], q.by, batch.Columns()[1:first], i)
		s, ok := found[string(key)]
		if !ok {
			s = &series{by: bytes.Clone(key), tenant: tenantAt(q, batch.Columns()[1:first], i)}
			found[string(key)] = s
			t.series = append(t.series, s)
		}
		m := measure{numerator: numberAt(batch.Column(first), i)}
		if q.metric.Denominator != "" {
			m.denominator = numberAt(batch.Column(first+1), i)
		}
		s.periods, s.values = append(s.periods, periods.Value(i)), append(s.values, m)
	}
	return nil
}

// typed takes from the columns of numerator and denominator how 0 is written.
func (t *table) typed(columns []arrow.Array) {
	t.zero.numerator = zeroLike(columns[0].DataType())
	if len(columns) > 1 {
		t.zero.denominator = zeroLike(columns[1].DataType())
	}
}

// readZero finds out how 0 is written where there is no row to tell.
func (t *table) readZero(c *call, q *metricRequest) error {
	for batch, err := range c.queried(q.dataset.Name, q.tenants, zeroQuery(q)) {
		if err != nil {
			return err
		}
		t.typed(batch.Columns())
	}
	return nil
}

func (t *table) readPresence(c *call, q *metricRequest, spans []span) error {
	for batch, err := range c.queried(q.dataset.Name, q.tenants, presenceQuery(q, spans)) {
		if err != nil {
			return err
		}
		periods, ok := batch.Column(0).(*array.Date32)
		tenants, ok2 := batch.Column(1).(*array.String)
		if !ok || !ok2 {
			return fmt.Errorf("snapshots of metric %s are %s and %s", q.metric.Name, batch.Column(0).DataType(), batch.Column(1).DataType())
		}
		for i := range int(batch.NumRows()) {
			t.seen[presence{strings.Clone(tenants.Value(i)), periods.Value(i)}] = true
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
	case q.onlyByTenant():
		t.series = t.series[:0]
		for _, id := range q.tenants {
			key := encode.String(appendDimension(nil, q.noun), id)
			s, ok := found[string(key)]
			if !ok {
				s = &series{by: key, tenant: id}
			}
			t.series = append(t.series, s)
		}
	}
}

// appendBy appends the dimensions of a row.
func appendBy(dst []byte, names []string, columns []arrow.Array, i int) []byte {
	for j, name := range names {
		dst = encode.Cell(appendDimension(dst, name), columns[j], i, false)
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
func appendMember(dst []byte, name string) []byte { return append(encode.String(dst, name), ':') }

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
