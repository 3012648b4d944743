package api

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// explainPath is where a figure's change is explained.
const explainPath = "/v1/metrics/{metric}/explain"

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

const (
	defaultExplained = 100
	maxExplained     = 10_000
)

// explain answers explainPath.
func (h *Handler) explain(c *call) error {
	noun := c.ed.manifest.Noun.Singular
	p, err := parseParameters(c.r.URL.RawQuery, []string{noun, "period", "grain", "from", "to", "limit"}, true)
	if err != nil {
		return err
	}
	c.metric = c.name
	before, err := h.versions(c, p)
	if err != nil {
		return err
	}
	q, err := parseExplain(c, before, p)
	if err != nil {
		return err
	}
	c.metricEnds(q.to.q.metric, q.to.q.dataset)
	var b canon
	b.add("explain", c.name, before.ed.name(), q.tenant, strconv.Itoa(q.limit), string(q.to.q.calendar.grain), string(dayOf(q.period)))
	for _, f := range q.to.q.filters {
		f.canonical(&b)
	}
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) { return h.answerExplain(c, q) })
}

// versions puts the call into the publication to, and returns it in the one that it
// is held against.
func (h *Handler) versions(c *call, p parameters) (before *call, err error) {
	to, err := parsePublication(p, "to")
	if err != nil {
		return nil, err
	}
	from, err := parsePublication(p, "from")
	if err != nil {
		return nil, err
	}
	if to != "" && to != c.ed.manifest.ID {
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
		from = c.ed.manifest.Previous
	}
	if from == "" {
		return nil, notFound("from", "There is no publication before this one.", "Name one to hold it against.")
	}
	pub, err := h.published(c, "from", from)
	if err != nil {
		return nil, err
	}
	return h.at(c, pub)
}

// published is the publication that a parameter names; 404 when it is not kept.
func (h *Handler) published(c *call, field string, id archwire.PublicationID) (Publication, error) {
	pub, err := h.Reader.Publication(c.ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, notFound(field, fmt.Sprintf("Publication %s is not kept.", id), "Name another one.")
	}
	if err != nil {
		return nil, unavailable(c, err)
	}
	return pub, nil
}

func parseExplain(c, before *call, p parameters) (*explainRequest, error) {
	q := &explainRequest{from: &version{c: before}, to: &version{c: c}}
	was, now := before.openingOf(c.name), c.openingOf(c.name)
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(was, now))))
	if len(all) == 0 {
		return nil, notFound("metric", fmt.Sprintf("There is no metric %s.", clip(c.name)), suggestMetric(c))
	}
	noun := c.ed.manifest.Noun.Singular
	asked := p.values[noun]
	switch {
	case len(asked) == 0 && len(all) == 1:
		q.tenant = all[0]
	case len(asked) != 1:
		return nil, wrong(noun, "A figure is explained of one "+noun+" at a time.", "Name one.")
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
	if q.period, err = parseDay(p, "period"); err != nil {
		return nil, err
	}
	if q.period.IsZero() {
		return nil, wrong("period", "period says which figure is meant, and is missing.", "Name a day of it, such as 2026-11-20.")
	}
	for _, v := range []*version{q.from, q.to} {
		if !v.there {
			continue
		}
		if err := v.parse(q.tenant, q.period, p); err != nil {
			return nil, err
		}
		q.period = v.q.calendar.periods[0]
	}
	switch {
	case !q.from.there:
		q.from.q = q.to.q
	case !q.to.there:
		q.to.q = q.from.q
	}
	return q, nil
}

func parseExplained(p parameters) (int, error) {
	text, err := p.one("limit")
	if err != nil || text == "" {
		return defaultExplained, err
	}
	return limitOf(text, 0, maxExplained)
}

// openingOf lists the tenants that open a metric in the call's publication.
func (c *call) openingOf(metric string) []string {
	what, ok := c.ed.resource(metric)
	if !ok {
		return nil
	}
	return c.opening(what).tenants
}

// parse reads what is asked as the version's publication understands it.
func (v *version) parse(tenant string, day time.Time, p parameters) error {
	what, _ := v.c.ed.resource(v.c.name)  // it is there
	profile, _ := v.c.opens(tenant, what) // and opened
	seen := v.c.ed.views[profile]
	q := &metricRequest{noun: v.c.ed.manifest.Noun.Singular, tenants: []string{tenant}, named: true, profile: profile}
	q.metric, _ = seen.metric(what.Metric)
	q.dataset, _ = seen.dataset(what.Dataset)
	elsewhere := func(column string) string { return v.c.elsewhere(what, column) }
	one := parameters{values: map[string][]string{"from": {string(dayOf(day))}, "to": {string(dayOf(day))}}}
	if p.values.Has("grain") {
		one.values["grain"] = p.values["grain"]
	}
	var err error
	if q.calendar, err = parseCalendar(one, v.c.ed.asOf); err != nil {
		return err
	}
	q.filters, err = parseFilters(p, columnsOf(q.dataset, q.metric.Dimensions), elsewhere)
	v.q = q
	return err
}

// opensRows says whether the tenant opens to the caller the rows that the figure is
// computed from, as widely as the figure: then they may be shown.
func (v *version) opensRows() bool {
	if !v.there {
		return true
	}
	figure, _ := v.c.access(v.q.tenants[0], v.c.resource(v.q.dataset.Name)) // it is there
	rows, ok := v.c.access(v.q.tenants[0], auth.Resource{Dataset: v.q.dataset.Name})
	return ok && rows.Profile == figure.Profile && slices.Equal(rows.Locations, figure.Locations)
}

// readAs says as what the rows are read: as rows or, where they are not open, as the
// metric, with all that any of the definitions may tell.
func (v *version) readAs(rows, whole bool) {
	as := *v.c
	as.whole = whole
	v.rows = &as
	if rows {
		as.metric = ""
	}
}

// redefined says whether the figures are computed in two ways, so that neither
// publication knows all the columns that are told of it.
func (q *explainRequest) redefined() bool {
	was, now := q.from.q.metric, q.to.q.metric
	return q.from.there && q.to.there && (was.Numerator != now.Numerator || was.Denominator != now.Denominator || was.Date != now.Date ||
		!slices.Equal(was.Dimensions, now.Dimensions))
}
