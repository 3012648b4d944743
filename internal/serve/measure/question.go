// Package measure works out metrics: periods, sums over rows of a slice, what is kept
// of them, and exact numbers. It knows no callers: it asks what it is given to ask.
package measure

import (
	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/statement"
)

// A Question is what is asked about one metric.
type Question struct {
	Metric   archwire.Metric // with its dataset as it is seen
	Dataset  archwire.Dataset
	Noun     string
	Tenants  []string
	Calendar Calendar
	By       []string // dimensions, and the noun for the tenant
	Filters  []statement.Filter
	Compare  []Comparison
}

// snapshots says whether the metric is a state at the end of a day. Of each
// period, each tenant's last snapshot counts and the others do not.
func (q *Question) snapshots() bool {
	m := q.Metric
	return m.Additivity == archwire.Semi || m.Basis == archwire.BasisSnapshot && m.Additivity != archwire.Additive
}

// dimensions lists the columns that the metric may be cut by.
func (q *Question) dimensions() []archwire.DatasetColumn {
	return statement.Columns(q.Dataset, q.Metric.Dimensions)
}

// Shape spells what a cube of the metric depends on besides its slice.
func (q *Question) Shape() string {
	var b canon.Text
	b.Add(q.Metric.Date, q.Metric.Numerator, q.Metric.Denominator)
	if q.snapshots() {
		b.Add("snapshots")
	}
	for _, d := range q.dimensions() {
		b.Add(d.Name, d.Type)
	}
	return b.String()
}
