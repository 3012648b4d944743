package api

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// A rowsRequest is what is asked about the rows of one dataset.
type rowsRequest struct {
	dataset archwire.Dataset
	profile archwire.Profile // in which it is seen
	tenants []string
	named   bool
	fields  []archwire.DatasetColumn
	chosen  bool // fields were named
	filters []statement.Filter
	order   []ordering // before the key
	limit   int
	after   *cursor.Cursor
}

// rows answers /v1/datasets/{dataset}/rows.
func (h *Handler) rows(c *call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{c.ed.Manifest.Noun.Singular, "fields", "order", "limit", "cursor"}, true)
	if err != nil {
		return err
	}
	if p.Values.Has("cursor") {
		if err := h.follow(c, p); err != nil {
			return err
		}
	}
	q, err := parseRows(c, p)
	if err != nil {
		return err
	}
	bound := q.bound(c)
	if q.after, err = h.cursorOf(p, q, bound); err != nil {
		return err
	}
	word, _ := p.One("cursor") // it was read before
	var b canon.Text
	b.Add(bound, strconv.Itoa(q.limit), word)
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) { return h.page(c, q, bound) })
}

// follow puts the call into the publication that its cursor reads from, which
// may have been replaced since. The cursor's binding is checked against the
// request as that publication understands it.
func (h *Handler) follow(c *call, p request.Parameters) error {
	word, err := p.One("cursor")
	if err != nil {
		return err
	}
	q, err := parseRows(c, p)
	if err != nil {
		// The request may be right in the cursor's publication only: a dataset that
		// is gone. Without its parameters the cursor cannot be read, so that is all
		// that can be said.
		return err
	}
	after, err := h.seal.Open(word, q.bound(c))
	if err != nil || after.Publication == c.ed.Manifest.ID {
		return err
	}
	pub, err := h.Reader.Publication(c.Ctx, after.Publication)
	if archwire.CodeOf(err) == archwire.NotFound {
		return cursor.Expired()
	}
	if err != nil {
		return unavailable(c, err)
	}
	c.followed = true
	return h.open(c, pub)
}

func (h *Handler) cursorOf(p request.Parameters, q *rowsRequest, bound string) (*cursor.Cursor, error) {
	word, err := p.One("cursor")
	if word == "" || err != nil {
		return nil, err
	}
	after, err := h.seal.Open(word, bound)
	if err == nil && (len(after.Key) != len(q.dataset.Key) || len(after.Order) != len(q.order)) {
		err = fmt.Errorf("a cursor has %d key values where dataset %s has %d", len(after.Key), q.dataset.Name, len(q.dataset.Key))
	}
	return &after, err
}

func parseRows(c *call, p request.Parameters) (*rowsRequest, error) {
	what := auth.Resource{Dataset: c.ed.Contracts.Named[c.Name]}
	if len(c.opening(what).tenants) == 0 {
		return nil, noDataset(c)
	}
	q := &rowsRequest{limit: describe.DefaultLimit}
	var err error
	var seen *catalogue.View
	if q.tenants, q.named, seen, err = c.tenantsOf(p, what); err != nil {
		return nil, err
	}
	q.profile, c.within = seen.Profile, seen.Profile
	q.dataset, _ = seen.Dataset(what.Dataset) // each of the tenants opens it
	c.datasetEnds(q.dataset)
	q.fields = q.dataset.Columns
	elsewhere := func(column string) string { return c.elsewhere(what, column) }
	if err := q.parseFields(p, elsewhere); err != nil {
		return nil, err
	}
	if err := q.parseOrder(c, p, elsewhere); err != nil {
		return nil, err
	}
	if err := q.parseLimit(p); err != nil {
		return nil, err
	}
	q.filters, err = statement.ParseFilters(p, q.dataset.Columns, elsewhere)
	return q, err
}

func noDataset(c *call) *problem.Problem {
	return problem.NotFound("dataset", fmt.Sprintf("There is no dataset %s.", problem.Clip(c.Name)), suggestDataset(c))
}

// suggestDataset says which dataset the path may have meant.
func suggestDataset(c *call) string { return suggestDatasetFor(c, c.Name) }

func suggestDatasetFor(c *call, name string) string {
	var names []string
	for _, d := range c.catalogued("").Datasets {
		names = append(names, c.ed.Contracts.Public[d.Name])
	}
	if s := request.Suggest(name, names); s != "" {
		return s
	}
	return "/v1/datasets lists those that your key opens."
}

func (q *rowsRequest) parseFields(p request.Parameters, elsewhere func(string) string) error {
	asked := p.Many("fields")
	if len(asked) == 0 {
		return nil
	}
	q.chosen, q.fields = true, nil
	for _, name := range asked {
		if name == q.dataset.Tenant {
			continue // it is always there
		}
		f, ok := q.dataset.Column(name)
		if !ok {
			names := []string{q.dataset.Tenant}
			for _, known := range q.dataset.Columns {
				names = append(names, known.Name)
			}
			return problem.Wrong("fields", fmt.Sprintf("There is no column %s.", problem.Clip(name)), cmp.Or(elsewhere(name), request.Suggest(name, names)))
		}
		q.fields = append(q.fields, f)
	}
	return nil
}

func (q *rowsRequest) parseLimit(p request.Parameters) error {
	text, err := p.One("limit")
	if err != nil || text == "" {
		return err
	}
	q.limit, err = request.Limit(text, 1, describe.MaxLimit)
	return err
}

// bound spells what a cursor is bound to besides its publication: the caller and
// the request without its page.
func (q *rowsRequest) bound(c *call) string {
	var b canon.Text
	b.Add("rows", c.Scope.Key(), c.Scope.Digest(), archwire.Family(q.dataset.Name), strconv.Itoa(q.dataset.Contract), strconv.FormatBool(q.named), strconv.FormatBool(q.chosen))
	if q.named {
		b.Add(q.tenants...)
	}
	if q.chosen {
		for _, f := range q.fields {
			b.Add(f.Name)
		}
	}
	for _, f := range q.filters {
		f.Canonical(&b)
	}
	for _, o := range q.order {
		b.Add("order", o.spelled())
	}
	return b.String()
}

// keyColumns lists the key's columns, in its order.
func (q *rowsRequest) keyColumns() []archwire.DatasetColumn {
	return statement.Columns(q.dataset, q.dataset.Key)
}

// rest lists the tenants that the page may hold rows of, in order.
func (q *rowsRequest) rest() []string {
	if q.after == nil {
		return q.tenants
	}
	i, _ := slices.BinarySearch(q.tenants, q.after.Tenant)
	return q.tenants[i:]
}
