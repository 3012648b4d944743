package api

import (
	"cmp"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// A metricRequest is what is asked about one metric.
type metricRequest struct {
	measure.Question

	profile archwire.Profile // in which metric and dataset are seen
	named   bool             // tenants were named, and are not all that the caller may see
}

// metric answers /v1/metrics/{metric}.
func (h *Handler) metric(c *call) error {
	what, ok := c.ed.Resource(c.Name)
	if !ok || len(c.opening(what).tenants) == 0 {
		return problem.NotFound("metric", fmt.Sprintf("There is no metric %s.", problem.Clip(c.Name)), suggestMetric(c))
	}
	c.metric = c.Name
	q, err := parseMetric(c, what)
	if err != nil {
		return err
	}
	return h.respond(c, q.canonical(), func() ([]byte, disclosure, error) { return h.answerMetric(c, q) })
}

func parseMetric(c *call, what auth.Resource) (*metricRequest, error) {
	noun := c.ed.Manifest.Noun.Singular
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun, "from", "to", "grain", "by", "compare"}, true)
	if err != nil {
		return nil, err
	}
	q := &metricRequest{Question: measure.Question{Noun: noun}}
	var seen *catalogue.View
	if q.Tenants, q.named, seen, err = c.tenantsOf(p, what); err != nil {
		return nil, err
	}
	q.profile = seen.Profile
	q.Metric, _ = seen.Metric(what.Metric) // each of the tenants opens it
	q.Dataset, _ = seen.Dataset(what.Dataset)
	c.metricEnds(q.Metric, q.Dataset)
	elsewhere := func(column string) string { return c.elsewhere(what, column) }
	if q.Calendar, err = measure.ParseCalendar(p, c.ed.AsOf); err != nil {
		return nil, err
	}
	if q.By, err = parseBy(p, noun, q.Metric.Dimensions, elsewhere); err != nil {
		return nil, err
	}
	if q.Compare, err = measure.ParseCompare(p); err != nil {
		return nil, err
	}
	q.Filters, err = statement.ParseFilters(p, statement.Columns(q.Dataset, q.Metric.Dimensions), elsewhere)
	return q, err
}

func parseBy(p request.Parameters, noun string, dimensions []string, elsewhere func(string) string) ([]string, error) {
	known := append([]string{noun}, dimensions...)
	by := p.Many("by")
	for _, name := range by {
		if !slices.Contains(known, name) {
			return nil, problem.Wrong("by", fmt.Sprintf("The metric has no dimension %s.", problem.Clip(name)), cmp.Or(elsewhere(name), request.Suggest(name, known)))
		}
	}
	return by, nil
}

// canonical spells the request.
func (q *metricRequest) canonical() string {
	var b canon.Text
	b.Add("metric", q.Metric.Name, string(q.Calendar.Grain), string(measure.DayOf(q.Calendar.Periods[0])), string(measure.DayOf(q.Calendar.End)))
	for _, c := range q.Compare {
		b.Add(string(c))
	}
	b.Add("by")
	b.Add(q.By...)
	if q.named {
		b.Add("named")
		b.Add(q.Tenants...)
	}
	for _, f := range q.Filters {
		f.Canonical(&b)
	}
	return b.String()
}
