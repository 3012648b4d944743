package measure

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
	"archwire/internal/serve/statement"
)

// ReadTable asks for the rows of the spans, and for nothing else.
func ReadTable(ask statement.Ask, q *Question, spans []Span) (*Table, error) {
	t := &Table{zero: Measure{exact(0), exact(0)}, seen: map[presence]bool{}}
	found := map[string]*Series{}
	rows := 0
	for batch, err := range ask(metricQuery(q, spans)) {
		if err != nil {
			return nil, err
		}
		if rows += int(batch.NumRows()); rows > MaxSeriesRows {
			return nil, ErrTooLarge
		}
		if err := t.add(q, found, batch); err != nil {
			return nil, err
		}
	}
	if rows == 0 {
		if err := t.readZero(ask, q); err != nil {
			return nil, err
		}
	}
	if q.snapshots() {
		if err := t.readPresence(ask, q, spans); err != nil {
			return nil, err
		}
	}
	t.fill(q, found)
	return t, nil
}

// ErrTooLarge says that more rows are behind an answer than one is computed from.
var ErrTooLarge = errors.New("too many rows behind one answer")

func (t *Table) add(q *Question, found map[string]*Series, batch archwire.Batch) error {
	periods, ok := batch.Column(0).(*array.Date32)
	if !ok {
		return fmt.Errorf("periods of metric %s are %s, not dates", q.Metric.Name, batch.Column(0).DataType())
	}
	first := 1 + len(q.By)
	t.typed(batch.Columns()[first:])
	var key []byte
	for i := range int(batch.NumRows()) {
		key = appendBy(key[:0], q.By, batch.Columns()[1:first], i)
		s, ok := found[string(key)]
		if !ok {
			s = &Series{by: bytes.Clone(key), Tenant: tenantAt(q, batch.Columns()[1:first], i)}
			found[string(key)] = s
			t.series = append(t.series, s)
		}
		m := Measure{numerator: numberAt(batch.Column(first), i)}
		if q.Metric.Denominator != "" {
			m.denominator = numberAt(batch.Column(first+1), i)
		}
		s.periods, s.values = append(s.periods, periods.Value(i)), append(s.values, m)
	}
	return nil
}

// typed takes from the columns of numerator and denominator how 0 is written.
func (t *Table) typed(columns []arrow.Array) {
	t.zero.numerator = zeroLike(columns[0].DataType())
	if len(columns) > 1 {
		t.zero.denominator = zeroLike(columns[1].DataType())
	}
}

// readZero finds out how 0 is written where there is no row to tell.
func (t *Table) readZero(ask statement.Ask, q *Question) error {
	for batch, err := range ask(zeroQuery(q)) {
		if err != nil {
			return err
		}
		t.typed(batch.Columns())
	}
	return nil
}

func (t *Table) readPresence(ask statement.Ask, q *Question, spans []Span) error {
	for batch, err := range ask(presenceQuery(q, spans)) {
		if err != nil {
			return err
		}
		periods, ok := batch.Column(0).(*array.Date32)
		tenants, ok2 := batch.Column(1).(*array.String)
		if !ok || !ok2 {
			return fmt.Errorf("snapshots of metric %s are %s and %s", q.Metric.Name, batch.Column(0).DataType(), batch.Column(1).DataType())
		}
		for i := range int(batch.NumRows()) {
			t.seen[presence{strings.Clone(tenants.Value(i)), periods.Value(i)}] = true
		}
	}
	return nil
}

// fill adds the series that have no rows but are known to exist: the only one
// when there are no dimensions, and every tenant's when it is the only one.
func (t *Table) fill(q *Question, found map[string]*Series) {
	switch {
	case len(q.By) == 0 && len(t.series) == 0:
		t.series = []*Series{{}}
	case q.onlyByTenant():
		t.series = t.series[:0]
		for _, id := range q.Tenants {
			key := encode.String(appendDimension(nil, q.Noun), id)
			s, ok := found[string(key)]
			if !ok {
				s = &Series{by: key, Tenant: id}
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
	return encode.Member(append(dst, ','), name)
}

// rowMembers lists the members of a row that are not dimensions.
func rowMembers() []string {
	return []string{"period", "grain", "complete", "value", "numerator", "denominator", "count", "compare"}
}

func tenantAt(q *Question, columns []arrow.Array, i int) string {
	for j, name := range q.By {
		if name == q.Noun {
			if texts, ok := columns[j].(*array.String); ok {
				return strings.Clone(texts.Value(i))
			}
		}
	}
	return ""
}
