package measure

import (
	"slices"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/serve/statement"
)

// MaxSeriesRows bounds the rows that one answer is computed from.
const MaxSeriesRows = 200_000

// metricQuery gives one row for each period and combination of dimensions that
// has rows: the period's first day, the dimensions, the numerator and, where
// the metric has one, the denominator. It is ordered by dimensions, then period.
// Only days of the spans are read.
func metricQuery(q *Question, spans []Span) archwire.Query {
	var s statement.Statement
	s.Write("SELECT ", q.periodSQL())
	for _, name := range q.By {
		s.Write(", ", q.dimensionSQL(name))
	}
	s.Write(", (", q.Metric.Numerator, ")")
	if q.Metric.Denominator != "" {
		s.Write(", (", q.Metric.Denominator, ")")
	}
	s.Write(" FROM slice WHERE ")
	q.writeCounted(&s, spans)
	s.Write(" GROUP BY ", ordinals(1, 1+len(q.By)))
	s.Write(" ORDER BY ")
	if len(q.By) > 0 {
		s.Write(ordinals(2, len(q.By)), ", ")
	}
	s.Write("1 LIMIT ", strconv.Itoa(MaxSeriesRows+1))
	return s.Query()
}

// writeCounted adds the condition that a row counts: its day, the last snapshot of
// a period where there are such, and the filters.
func (q *Question) writeCounted(s *statement.Statement, spans []Span) {
	q.writeSpans(s, spans)
	if q.snapshots() {
		// The last snapshot is chosen among all rows of the tenant, before filters
		// and dimensions: a payer without a row on that day has nothing due, whatever
		// it had due on an earlier one.
		s.Write(" AND (", statement.AsText(q.Dataset.Tenant), ", ", archwire.Quote(q.Metric.Date), ") IN (SELECT ",
			statement.AsText(q.Dataset.Tenant), ", max(", archwire.Quote(q.Metric.Date), ") FROM slice WHERE ")
		q.writeSpans(s, spans)
		s.Write(" GROUP BY ", statement.AsText(q.Dataset.Tenant), ", ", q.periodSQL(), ")")
	}
	for _, f := range q.Filters {
		f.Write(s)
	}
}

// cubeQuery gives one row for each day and combination of all dimensions that has
// rows, as metricQuery does for periods.
func cubeQuery(q *Question) archwire.Query {
	var s statement.Statement
	s.Write("SELECT ", archwire.Quote(q.Metric.Date))
	dimensions := q.dimensions()
	for _, d := range dimensions {
		s.Write(", ", archwire.Quote(d.Name))
	}
	s.Write(", (", q.Metric.Numerator, ")")
	if q.Metric.Denominator != "" {
		s.Write(", (", q.Metric.Denominator, ")")
	}
	s.Write(" FROM slice WHERE ", archwire.Quote(q.Metric.Date), " IS NOT NULL GROUP BY ", ordinals(1, 1+len(dimensions)), " ORDER BY ")
	if len(dimensions) > 0 {
		s.Write(ordinals(2, len(dimensions)), ", ")
	}
	s.Write("1 LIMIT ", strconv.Itoa(maxCubeRows+1))
	return s.Query()
}

// zeroQuery gives one row with numerator and denominator over no rows.
func zeroQuery(q *Question) archwire.Query {
	var s statement.Statement
	s.Write("SELECT (", q.Metric.Numerator, ")")
	if q.Metric.Denominator != "" {
		s.Write(", (", q.Metric.Denominator, ")")
	}
	s.Write(" FROM slice WHERE FALSE")
	return s.Query()
}

// presenceQuery lists the periods that have a snapshot, by tenant where the
// answer is: there a missing row is 0, elsewhere nothing is known.
func presenceQuery(q *Question, spans []Span) archwire.Query {
	var s statement.Statement
	s.Write("SELECT DISTINCT ", q.periodSQL(), ", ")
	if q.byTenant() {
		s.Write(statement.AsText(q.Dataset.Tenant))
	} else {
		s.Write("''")
	}
	s.Write(" FROM slice WHERE ")
	q.writeSpans(&s, spans)
	return s.Query()
}

func (q *Question) periodSQL() string {
	return "CAST(date_trunc('" + string(q.Calendar.Grain) + "', " + archwire.Quote(q.Metric.Date) + ") AS DATE)"
}

func (q *Question) dimensionSQL(name string) string {
	if name == q.Noun {
		return statement.AsText(q.Dataset.Tenant)
	}
	return archwire.Quote(name)
}

func (q *Question) byTenant() bool { return slices.Contains(q.By, q.Noun) }

func (q *Question) writeSpans(s *statement.Statement, spans []Span) {
	date := archwire.Quote(q.Metric.Date)
	s.Write("(")
	for i, span := range spans {
		if i > 0 {
			s.Write(" OR ")
		}
		s.Write("(", date, " >= ", s.Arg(DayOf(span.from)), " AND ", date, " < ", s.Arg(DayOf(span.end)), ")")
	}
	s.Write(")")
}

// ordinals is n column numbers beginning at first: "2, 3".
func ordinals(first, n int) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strconv.Itoa(first + i)
	}
	return strings.Join(texts, ", ")
}
