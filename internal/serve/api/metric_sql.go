package api

import (
	"slices"
	"strconv"
	"strings"

	"archwire"
)

// maxSeriesRows bounds the rows that one answer is computed from.
const maxSeriesRows = 200_000

// metricQuery gives one row for each period and combination of dimensions that
// has rows: the period's first day, the dimensions, the numerator and, where
// the metric has one, the denominator. It is ordered by dimensions, then period.
// Only days of the spans are read.
func metricQuery(q *metricRequest, spans []span) archwire.Query {
	var s statement
	s.write("SELECT ", q.periodSQL())
	for _, name := range q.by {
		s.write(", ", q.dimensionSQL(name))
	}
	s.write(", (", q.metric.Numerator, ")")
	if q.metric.Denominator != "" {
		s.write(", (", q.metric.Denominator, ")")
	}
	s.write(" FROM slice WHERE ")
	q.writeCounted(&s, spans)
	s.write(" GROUP BY ", ordinals(1, 1+len(q.by)))
	s.write(" ORDER BY ")
	if len(q.by) > 0 {
		s.write(ordinals(2, len(q.by)), ", ")
	}
	s.write("1 LIMIT ", strconv.Itoa(maxSeriesRows+1))
	return s.query()
}

// writeCounted adds the condition that a row counts: its day, the last snapshot of
// a period where there are such, and the filters.
func (q *metricRequest) writeCounted(s *statement, spans []span) {
	q.writeSpans(s, spans)
	if q.snapshots() {
		// The last snapshot is chosen among all rows of the tenant, before filters
		// and dimensions: a payer without a row on that day has nothing due, whatever
		// it had due on an earlier one.
		s.write(" AND (", asText(q.dataset.Tenant), ", ", archwire.Quote(q.metric.Date), ") IN (SELECT ",
			asText(q.dataset.Tenant), ", max(", archwire.Quote(q.metric.Date), ") FROM slice WHERE ")
		q.writeSpans(s, spans)
		s.write(" GROUP BY ", asText(q.dataset.Tenant), ", ", q.periodSQL(), ")")
	}
	for _, f := range q.filters {
		f.write(s)
	}
}

// cubeQuery gives one row for each day and combination of all dimensions that has
// rows, as metricQuery does for periods.
func cubeQuery(q *metricRequest) archwire.Query {
	var s statement
	s.write("SELECT ", archwire.Quote(q.metric.Date))
	dimensions := q.dimensions()
	for _, d := range dimensions {
		s.write(", ", archwire.Quote(d.Name))
	}
	s.write(", (", q.metric.Numerator, ")")
	if q.metric.Denominator != "" {
		s.write(", (", q.metric.Denominator, ")")
	}
	s.write(" FROM slice WHERE ", archwire.Quote(q.metric.Date), " IS NOT NULL GROUP BY ", ordinals(1, 1+len(dimensions)), " ORDER BY ")
	if len(dimensions) > 0 {
		s.write(ordinals(2, len(dimensions)), ", ")
	}
	s.write("1 LIMIT ", strconv.Itoa(maxCubeRows+1))
	return s.query()
}

// zeroQuery gives one row with numerator and denominator over no rows.
func zeroQuery(q *metricRequest) archwire.Query {
	var s statement
	s.write("SELECT (", q.metric.Numerator, ")")
	if q.metric.Denominator != "" {
		s.write(", (", q.metric.Denominator, ")")
	}
	s.write(" FROM slice WHERE FALSE")
	return s.query()
}

// presenceQuery lists the periods that have a snapshot, by tenant where the
// answer is: there a missing row is 0, elsewhere nothing is known.
func presenceQuery(q *metricRequest, spans []span) archwire.Query {
	var s statement
	s.write("SELECT DISTINCT ", q.periodSQL(), ", ")
	if q.byTenant() {
		s.write(asText(q.dataset.Tenant))
	} else {
		s.write("''")
	}
	s.write(" FROM slice WHERE ")
	q.writeSpans(&s, spans)
	return s.query()
}

func (q *metricRequest) periodSQL() string {
	return "CAST(date_trunc('" + string(q.calendar.grain) + "', " + archwire.Quote(q.metric.Date) + ") AS DATE)"
}

func (q *metricRequest) dimensionSQL(name string) string {
	if name == q.noun {
		return asText(q.dataset.Tenant)
	}
	return archwire.Quote(name)
}

func (q *metricRequest) byTenant() bool { return slices.Contains(q.by, q.noun) }

func (q *metricRequest) writeSpans(s *statement, spans []span) {
	date := archwire.Quote(q.metric.Date)
	s.write("(")
	for i, span := range spans {
		if i > 0 {
			s.write(" OR ")
		}
		s.write("(", date, " >= ", s.arg(dayOf(span.from)), " AND ", date, " < ", s.arg(dayOf(span.end)), ")")
	}
	s.write(")")
}

// ordinals is n column numbers beginning at first: "2, 3".
func ordinals(first, n int) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strconv.Itoa(first + i)
	}
	return strings.Join(texts, ", ")
}
