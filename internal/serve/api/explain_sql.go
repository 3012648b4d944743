package api

import "archwire"

// countedQuery gives up to limit of the rows behind a figure, by key: the columns,
// the key as cursors have it, and the person if wanted.
func countedQuery(q *metricRequest, columns []archwire.DatasetColumn, person bool, after []string, limit int) archwire.Query {
	s, key := &statement{}, columnsOf(q.dataset, q.dataset.Key)
	s.write("SELECT ")
	for _, c := range columns {
		s.write(archwire.Quote(c.Name), ", ")
	}
	for _, k := range key {
		s.write(operand(k.Name, typeOf(k)), ", ")
	}
	if person {
		s.write(asText(q.dataset.Person))
	} else {
		s.write("TRUE")
	}
	s.write(" FROM slice WHERE ")
	q.writeCounted(s, q.calendar.spans(nil))
	if after != nil {
		writeAfter(s, key, after)
	}
	orderByKey(s, key)
	s.write(" LIMIT ", s.arg(int64(limit)))
	return s.query()
}

// keptQuery gives numerator and denominator over some of the rows behind a figure:
// those that have a 1 at their place, by key.
func keptQuery(q *metricRequest, kept []byte) archwire.Query {
	s, key := &statement{}, columnsOf(q.dataset, q.dataset.Key)
	s.write("SELECT (", q.metric.Numerator, ")")
	if q.metric.Denominator != "" {
		s.write(", (", q.metric.Denominator, ")")
	}
	s.write(` FROM (SELECT *, row_number() OVER (`)
	orderByKey(s, key)
	s.write(`) AS "archwire place" FROM slice WHERE `)
	q.writeCounted(s, q.calendar.spans(nil))
	s.write(`) AS slice WHERE get_bit(CAST(`, s.arg(string(kept)), ` AS BIT), CAST("archwire place" - 1 AS INTEGER)) = 1`)
	return s.query()
}
