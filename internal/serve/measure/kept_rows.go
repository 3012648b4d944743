package measure

import (
	"archwire"
	"archwire/internal/serve/statement"
)

// CountedQuery gives up to limit of the rows behind a figure, by key: the columns,
// the key as cursors have it, and the person if wanted.
func CountedQuery(q *Question, columns []archwire.DatasetColumn, person bool, after []string, limit int) archwire.Query {
	s, key := &statement.Statement{}, statement.Columns(q.Dataset, q.Dataset.Key)
	s.Write("SELECT ")
	for _, c := range columns {
		s.Write(archwire.Quote(c.Name), ", ")
	}
	for _, k := range key {
		s.Write(statement.Operand(k.Name, statement.TypeOf(k)), ", ")
	}
	if person {
		s.Write(statement.AsText(q.Dataset.Person))
	} else {
		s.Write("TRUE")
	}
	s.Write(" FROM slice WHERE ")
	q.writeCounted(s, q.Calendar.Spans(nil))
	if after != nil {
		statement.WriteAfter(s, key, after)
	}
	statement.OrderByKey(s, key)
	s.Write(" LIMIT ", s.Arg(int64(limit)))
	return s.Query()
}

// keptQuery gives numerator and denominator over some of the rows behind a figure:
// those that have a 1 at their place, by key.
func keptQuery(q *Question, kept []byte) archwire.Query {
	s, key := &statement.Statement{}, statement.Columns(q.Dataset, q.Dataset.Key)
	s.Write("SELECT (", q.Metric.Numerator, ")")
	if q.Metric.Denominator != "" {
		s.Write(", (", q.Metric.Denominator, ")")
	}
	s.Write(` FROM (SELECT *, row_number() OVER (`)
	statement.OrderByKey(s, key)
	s.Write(`) AS "archwire place" FROM slice WHERE `)
	q.writeCounted(s, q.Calendar.Spans(nil))
	s.Write(`) AS slice WHERE get_bit(CAST(`, s.Arg(string(kept)), ` AS BIT), CAST("archwire place" - 1 AS INTEGER)) = 1`)
	return s.Query()
}
