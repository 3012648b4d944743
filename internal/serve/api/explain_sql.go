package api

import (
	"archwire"
	"archwire/internal/serve/statement"
)

// countedQuery gives up to limit of the rows behind a figure, by key: the columns,
// the key as cursors have it, and the person if wanted.
func countedQuery(q *metricRequest, columns []archwire.DatasetColumn, person bool, after []string, limit int) archwire.Query {
	s, key := &statement.Statement{}, statement.Columns(q.dataset, q.dataset.Key)
	s.Write("SELECT ")
	for _, c := range columns {
		s.Write(archwire.Quote(c.Name), ", ")
	}
	for _, k := range key {
		s.Write(statement.Operand(k.Name, statement.TypeOf(k)), ", ")
	}
	if person {
		s.Write(statement.AsText(q.dataset.Person))
	} else {
		s.Write("TRUE")
	}
	s.Write(" FROM slice WHERE ")
	q.writeCounted(s, q.calendar.spans(nil))
	if after != nil {
		statement.WriteAfter(s, key, after)
	}
	statement.OrderByKey(s, key)
	s.Write(" LIMIT ", s.Arg(int64(limit)))
	return s.Query()
}

// keptQuery gives numerator and denominator over some of the rows behind a figure:
// those that have a 1 at their place, by key.
func keptQuery(q *metricRequest, kept []byte) archwire.Query {
	s, key := &statement.Statement{}, statement.Columns(q.dataset, q.dataset.Key)
	s.Write("SELECT (", q.metric.Numerator, ")")
	if q.metric.Denominator != "" {
		s.Write(", (", q.metric.Denominator, ")")
	}
	s.Write(` FROM (SELECT *, row_number() OVER (`)
	statement.OrderByKey(s, key)
	s.Write(`) AS "archwire place" FROM slice WHERE `)
	q.writeCounted(s, q.calendar.spans(nil))
	s.Write(`) AS slice WHERE get_bit(CAST(`, s.Arg(string(kept)), ` AS BIT), CAST("archwire place" - 1 AS INTEGER)) = 1`)
	return s.Query()
}
