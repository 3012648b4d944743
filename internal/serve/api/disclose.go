package api

import (
	"cmp"
	"context"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// A Ledger takes down disclosures: ledger.Ledger is the one.
type Ledger interface {
	// Append writes an entry down. Only when it has returned nil may what the entry
	// tells of be sent.
	Append(ctx context.Context, e ledger.Entry) error

	// Keep keeps the persons of a slice for entries that name the slice. It must have
	// returned before such an entry is appended.
	Keep(ctx context.Context, slice string, s ledger.Subjects) error

	// Kept says whether the persons of a slice are known to be kept: to Keep them
	// again would do nothing.
	Kept(slice string) bool
}

// A disclosure is what an answer tells about tenants: the part of a ledger entry
// that follows from the answer, whoever it is sent to and when. The zero disclosure
// tells nothing about any.
type disclosure struct {
	resource, name string         // rows of a dataset, or a metric
	contract       int            // of the dataset
	outcome        ledger.Outcome // "" is Sent
	profile        archwire.Profile
	fields         []string
	query          string
	parts          []ledger.Part
}

// size is about how many bytes of memory it takes.
func (d disclosure) size() int64 {
	const each = 200
	n := int64(len(d.query))
	for _, p := range d.parts {
		n += each + int64(8*len(p.Subjects))
	}
	return n
}

// disclose takes down that an answer is about to be sent.
func (h *Handler) disclose(c *call, d disclosure) error {
	if len(d.parts) == 0 {
		return nil
	}
	err := h.Ledger.Append(c.Ctx, ledger.Entry{
		At: h.Now().UTC(), Request: c.ID, Stream: c.trip.stream, Outcome: cmp.Or(d.outcome, ledger.Sent),
		Client: c.Scope.Client(), Person: c.Scope.Person().ID, ViewedAs: c.Scope.Viewing().String(), Key: c.Scope.Key(), Address: request.Address(c.R).String(),
		Resource: d.resource, Name: d.name, Contract: d.contract, Publication: c.ed.Manifest.ID, Profile: d.profile,
		Fields: d.fields, Query: d.query, Parts: d.parts,
	})
	if err != nil {
		return h.unwritten(c, err)
	}
	return nil
}

// unwritten is what the caller is told when the ledger takes nothing down.
func (h *Handler) unwritten(c *call, err error) error {
	c.W.Header().Set("Retry-After", "5")
	p := problem.New(problem.KindUnavailable, "The answer cannot be written down in the ledger of disclosures, so it is not sent.")
	p.Hint, p.Cause = "Try again in a few seconds.", err
	return p
}

// grant names the grant, or the grants together, by which a tenant lets the caller see a resource.
func (c *call) grant(tenant string, what auth.Resource) string {
	access, _ := c.access(tenant, what) // the tenant is part of the answer
	return access.Grant
}

// disclosed is what a page of rows tells.
func (q *rowsRequest) disclosed(h *Handler, c *call, parts []ledger.Part) disclosure {
	d := disclosure{resource: "rows", name: archwire.Family(q.dataset.Name), contract: q.dataset.Contract, profile: q.profile, query: statement.Recorded(c.R.URL.RawQuery, q.filters, h.PersonSecret), parts: parts}
	for i, p := range parts {
		d.parts[i].Grant = c.grant(p.Tenant, auth.Resource{Dataset: q.dataset.Name})
	}
	if q.chosen {
		for _, f := range q.fields {
			d.fields = append(d.fields, f.Name)
		}
	}
	return d
}

// disclosed is what figures tell: for each tenant, how many rows of the answer it
// has a part in.
func (q *metricRequest) disclosed(h *Handler, c *call, shown []*measure.Series) disclosure {
	d := disclosure{resource: "metric", name: q.Metric.Name, profile: q.profile, query: statement.Recorded(c.R.URL.RawQuery, q.Filters, h.PersonSecret)}
	what := auth.Resource{Dataset: q.Metric.Dataset, Metric: q.Metric.Name}
	each := int64(len(q.Calendar.Periods))
	rows := map[string]int64{}
	for _, s := range shown {
		rows[s.Tenant] += each
	}
	for _, id := range q.Tenants {
		of := rows[id]
		if !slices.Contains(q.By, q.Noun) {
			of = each * int64(len(shown)) // each row is about all
		}
		d.parts = append(d.parts, ledger.Part{Tenant: id, Grant: c.grant(id, what), Rows: of})
	}
	return d
}

// persons is how many columns a query of rows has for the person that each is
// about: one, where the caller's profile opens it.
func (q *rowsRequest) persons() int {
	if _, ok := q.dataset.Column(q.dataset.Person); ok && q.dataset.Person != "" {
		return 1
	}
	return 0
}
