package api

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// A metricRequest is what is asked about one metric.
type metricRequest struct {
	metric   archwire.Metric
	dataset  archwire.Dataset
	profile  archwire.Profile // in which they are seen
	noun     string
	tenants  []string
	named    bool // tenants were named, and are not all that the caller may see
	calendar calendar
	by       []string // dimensions, and the noun for the tenant
	filters  []statement.Filter
	compare  []comparison
}

// snapshots says whether the metric is a state at the end of a day. Of each
// period, each tenant's last snapshot counts and the others do not.
func (q *metricRequest) snapshots() bool {
	m := q.metric
	return m.Additivity == archwire.Semi || m.Basis == archwire.BasisSnapshot && m.Additivity != archwire.Additive
}

// metric answers /v1/metrics/{metric}.
func (h *Handler) metric(c *call) error {
	what, ok := c.ed.resource(c.Name)
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

func suggestMetric(c *call) string {
	var names []string
	for _, m := range c.catalogued("").metrics {
		names = append(names, m.Name)
	}
	if s := request.Suggest(c.Name, names); s != "" {
		return s
	}
	return "/v1/metrics lists those that your key opens."
}

func parseMetric(c *call, what auth.Resource) (*metricRequest, error) {
	noun := c.ed.manifest.Noun.Singular
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun, "from", "to", "grain", "by", "compare"}, true)
	if err != nil {
		return nil, err
	}
	q := &metricRequest{noun: noun}
	var seen *view
	if q.tenants, q.named, seen, err = c.tenantsOf(p, what); err != nil {
		return nil, err
	}
	q.profile = seen.profile
	q.metric, _ = seen.metric(what.Metric) // each of the tenants opens it
	q.dataset, _ = seen.dataset(what.Dataset)
	c.metricEnds(q.metric, q.dataset)
	elsewhere := func(column string) string { return c.elsewhere(what, column) }
	if q.calendar, err = parseCalendar(p, c.ed.asOf); err != nil {
		return nil, err
	}
	if q.by, err = parseBy(p, noun, q.metric.Dimensions, elsewhere); err != nil {
		return nil, err
	}
	if q.compare, err = parseCompare(p); err != nil {
		return nil, err
	}
	q.filters, err = statement.ParseFilters(p, statement.Columns(q.dataset, q.metric.Dimensions), elsewhere)
	return q, err
}

func parseCalendar(p request.Parameters, asOf time.Time) (calendar, error) {
	text, err := p.One("grain")
	if err != nil {
		return calendar{}, err
	}
	g := grain("month")
	if text != "" {
		if g = grain(text); !slices.Contains(grains(), g) {
			return calendar{}, problem.Wrong("grain", fmt.Sprintf("There is no grain %s.", problem.Clip(text)), request.Suggest(text, grains()))
		}
	}
	from, err := request.Day(p, "from")
	if err != nil {
		return calendar{}, err
	}
	to, err := request.Day(p, "to")
	if err != nil {
		return calendar{}, err
	}
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return calendar{}, problem.Wrong("to", "to is before from.", "Both days belong to what is answered.")
	}
	cal, ok := newCalendar(g, from, to, asOf)
	if !ok {
		return calendar{}, problem.Wrong("from", fmt.Sprintf("There are more than %d periods between from and to.", maxPeriods),
			"Ask for a shorter time or a longer grain.")
	}
	return cal, nil
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

func parseCompare(p request.Parameters) ([]comparison, error) {
	var out []comparison
	asked := p.Many("compare")
	for _, text := range asked {
		switch c := comparison(text); {
		case text == "none" && len(asked) == 1:
		case slices.Contains(comparisons(), c):
			out = append(out, c)
		default:
			return nil, problem.Wrong("compare", fmt.Sprintf("There is no comparison %s.", problem.Clip(text)),
				"There is "+problem.Either(append(comparisons(), "none"))+".")
		}
	}
	slices.Sort(out)
	return out, nil
}

// dimensions lists the columns that the metric may be cut by.
func (q *metricRequest) dimensions() []archwire.DatasetColumn {
	return statement.Columns(q.dataset, q.metric.Dimensions)
}

// canonical spells the request.
func (q *metricRequest) canonical() string {
	var b canon.Text
	b.Add("metric", q.metric.Name, string(q.calendar.grain), string(dayOf(q.calendar.periods[0])), string(dayOf(q.calendar.end)))
	for _, c := range q.compare {
		b.Add(string(c))
	}
	b.Add("by")
	b.Add(q.by...)
	if q.named {
		b.Add("named")
		b.Add(q.tenants...)
	}
	for _, f := range q.filters {
		f.Canonical(&b)
	}
	return b.String()
}
