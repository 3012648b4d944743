package api

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// An explainRequest asks why one figure is another in a later publication: the
// metric of one tenant in one period, under filters.
type explainRequest struct {
	tenant string
	limit  int // of rows
	period time.Time
	from   *version
	to     *version
}

// A version is a figure in one publication.
type version struct {
	c     *call
	q     *metricRequest // its definition there; that of the other version where there is none
	there bool           // the tenant opens the metric there
	rows  *call          // reads the rows behind it: as rows where they are opened like the figure, else as the figure
}

// explain answers describe.ExplainPath.
func (h *Handler) explain(c *call) error {
	noun := c.ed.Manifest.Noun.Singular
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun, "period", "grain", "from", "to", "limit"}, true)
	if err != nil {
		return err
	}
	c.metric = c.Name
	before, err := h.versions(c, p)
	if err != nil {
		return err
	}
	q, err := parseExplain(c, before, p)
	if err != nil {
		return err
	}
	c.metricEnds(q.to.q.Metric, q.to.q.Dataset)
	var b canon.Text
	b.Add("explain", c.Name, string(before.ed.Manifest.ID), q.tenant, strconv.Itoa(q.limit), string(q.to.q.Calendar.Grain), string(measure.DayOf(q.period)))
	for _, f := range q.to.q.Filters {
		f.Canonical(&b)
	}
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) { return h.answerExplain(c, q) })
}

// versions puts the call into the publication to, and returns it in the one that it
// is held against.
func (h *Handler) versions(c *call, p request.Parameters) (before *call, err error) {
	to, err := parsePublication(p, "to")
	if err != nil {
		return nil, err
	}
	from, err := parsePublication(p, "from")
	if err != nil {
		return nil, err
	}
	if to != "" && to != c.ed.Manifest.ID {
		pub, err := h.published(c, "to", to)
		if err != nil {
			return nil, err
		}
		c.followed = true
		if err := h.open(c, pub); err != nil {
			return nil, err
		}
	}
	if from == "" {
		from = c.ed.Manifest.Previous
	}
	if from == "" {
		return nil, problem.NotFound("from", "There is no publication before this one.", "Name one to hold it against.")
	}
	pub, err := h.published(c, "from", from)
	if err != nil {
		return nil, err
	}
	return h.at(c, pub)
}

// published is the publication that a parameter names; 404 when it is not kept.
func (h *Handler) published(c *call, field string, id archwire.PublicationID) (Publication, error) {
	pub, err := h.Reader.Publication(c.Ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, problem.NotFound(field, fmt.Sprintf("Publication %s is not kept.", id), "Name another one.")
	}
	if err != nil {
		return nil, unavailable(c, err)
	}
	return pub, nil
}

func parseExplain(c, before *call, p request.Parameters) (*explainRequest, error) {
	q := &explainRequest{from: &version{c: before}, to: &version{c: c}}
	was, now := before.openingOf(c.Name), c.openingOf(c.Name)
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(was, now))))
	if len(all) == 0 {
		return nil, problem.NotFound("metric", fmt.Sprintf("There is no metric %s.", problem.Clip(c.Name)), suggestMetric(c))
	}
	noun := c.ed.Manifest.Noun.Singular
	asked := p.Values[noun]
	switch {
	case len(asked) == 0 && len(all) == 1:
		q.tenant = all[0]
	case len(asked) != 1:
		return nil, problem.Wrong(noun, "A figure is explained of one "+noun+" at a time.", "Name one.")
	case !slices.Contains(all, asked[0]):
		return nil, c.noTenant(asked[0])
	default:
		q.tenant = asked[0]
	}
	q.from.there, q.to.there = slices.Contains(was, q.tenant), slices.Contains(now, q.tenant)
	var err error
	if q.limit, err = parseExplained(p); err != nil {
		return nil, err
	}
	if q.period, err = request.Day(p, "period"); err != nil {
		return nil, err
	}
	if q.period.IsZero() {
		return nil, problem.Wrong("period", "period says which figure is meant, and is missing.", "Name a day of it, such as 2026-11-20.")
	}
	for _, v := range []*version{q.from, q.to} {
		if !v.there {
			continue
		}
		if err := v.parse(q.tenant, q.period, p); err != nil {
			return nil, err
		}
		q.period = v.q.Calendar.Periods[0]
	}
	switch {
	case !q.from.there:
		q.from.q = q.to.q
	case !q.to.there:
		q.to.q = q.from.q
	}
	return q, nil
}

func parseExplained(p request.Parameters) (int, error) {
	text, err := p.One("limit")
	if err != nil || text == "" {
		return describe.DefaultExplained, err
	}
	return request.Limit(text, 0, describe.MaxExplained)
}

// openingOf lists the tenants that open a metric in the call's publication.
func (c *call) openingOf(metric string) []string {
	what, ok := c.ed.Resource(metric)
	if !ok {
		return nil
	}
	return c.opening(what).tenants
}

// parse reads what is asked as the version's publication understands it.
func (v *version) parse(tenant string, day time.Time, p request.Parameters) error {
	what, _ := v.c.ed.Resource(v.c.Name)  // it is there
	profile, _ := v.c.opens(tenant, what) // and opened
	seen := v.c.ed.Views[profile]
	q := &metricRequest{Question: measure.Question{Noun: v.c.ed.Manifest.Noun.Singular, Tenants: []string{tenant}}, named: true, profile: profile}
	q.Metric, _ = seen.Metric(what.Metric)
	q.Dataset, _ = seen.Dataset(what.Dataset)
	elsewhere := func(column string) string { return v.c.elsewhere(what, column) }
	one := request.Parameters{Values: map[string][]string{"from": {string(measure.DayOf(day))}, "to": {string(measure.DayOf(day))}}}
	if p.Values.Has("grain") {
		one.Values["grain"] = p.Values["grain"]
	}
	var err error
	if q.Calendar, err = measure.ParseCalendar(one, v.c.ed.AsOf); err != nil {
		return err
	}
	q.Filters, err = statement.ParseFilters(p, statement.Columns(q.Dataset, q.Metric.Dimensions), elsewhere)
	v.q = q
	return err
}

// opensRows says whether the tenant opens to the caller the rows that the figure is
// computed from, as widely as the figure: then they may be shown.
func (v *version) opensRows() bool {
	if !v.there {
		return true
	}
	figure, _ := v.c.access(v.q.Tenants[0], v.c.resource(v.q.Dataset.Name)) // it is there
	rows, ok := v.c.access(v.q.Tenants[0], auth.Resource{Dataset: v.q.Dataset.Name})
	return ok && rows.Profile == figure.Profile && slices.Equal(rows.Locations, figure.Locations)
}

// readAs says as what the rows are read.
func (v *version) readAs(rows bool) {
	v.rows = v.c
	if rows {
		as := *v.c
		as.metric, v.rows = "", &as
	}
}

// asks asks queries of the rows of the version's tenant.
func (v *version) asks() statement.Ask { return v.rows.asks(v.q.Dataset.Name, v.q.Tenants) }
