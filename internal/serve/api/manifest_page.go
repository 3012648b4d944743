package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/statement"
)

// A manifestPage collects slices until it is full.
type manifestPage struct {
	c     *call
	q     *manifestRequest
	until time.Time
	now   func() time.Time

	found []archwire.Slice
	more  bool // there are slices after these
	parts []ledger.Part
	lines map[[2]string]int // the place of each tenant's and grant's part
}

func (h *Handler) manifestPage(c *call, q *manifestRequest, bound string) ([]byte, disclosure, error) {
	p := &manifestPage{c: c, q: q, now: h.Now, until: h.Now().Add(manifestTime), lines: map[[2]string]int{}}
	if err := p.read(); err != nil {
		return nil, disclosure{}, err
	}
	m := c.ed.Manifest
	doc := describe.ManifestDoc{
		Publication: m.ID, Previous: m.Previous, CreatedAt: m.CreatedAt.UTC(), Current: !c.followed, Datasets: []catalogue.DatasetDoc{}, Slices: []map[string]any{},
	}
	for _, name := range q.datasets {
		for _, profile := range q.profilesOf(c, name) {
			d, _ := c.ed.Views[profile].Dataset(name) // somebody opens it so
			shape := c.ed.DatasetDoc(d)
			shape.Profile = profile
			doc.Datasets = append(doc.Datasets, shape)
		}
	}
	for _, s := range p.found {
		s.Profile, _ = c.opens(s.Tenant, auth.Resource{Dataset: s.Dataset}) // it is given
		doc.Slices = append(doc.Slices, c.ed.SliceDoc(s))
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, disclosure{}, fmt.Errorf("writing a manifest: %w", err)
	}
	next, err := p.next(h, bound)
	if err != nil {
		return nil, disclosure{}, err
	}
	about := disclosure{resource: "manifest", profile: c.catalogued("").Profile, query: statement.Recorded(c.R.URL.RawQuery, nil, h.PersonSecret), parts: p.parts}
	return catalogue.Envelope{Next: next}.Close(append(catalogue.Envelope{}.Open(), text...), c.ed.Edition), about, nil
}

// read collects slices, dataset by dataset and tenant by tenant, from where the page
// before ended.
func (p *manifestPage) read() error {
	for _, dataset := range p.q.datasets {
		tenants := p.q.tenantsOf(p.c, dataset)
		if a := p.q.after; a != nil {
			if dataset < a.Key[0] {
				continue
			}
			if dataset == a.Key[0] {
				at, found := slices.BinarySearch(tenants, a.Tenant)
				if found {
					at++
				}
				tenants = tenants[at:]
			}
		}
		for len(tenants) > 0 {
			if len(p.found) == p.q.limit || len(p.found) > 0 && !p.now().Before(p.until) {
				p.more = true
				return nil
			}
			n := p.alike(dataset, tenants)
			if err := p.add(dataset, tenants[:n]); err != nil {
				return err
			}
			tenants = tenants[n:]
		}
	}
	return nil
}

// alike is how many of the tenants, from the first on, may be asked about together:
// those that open the dataset in the same profile, for what several are given is what
// all of them open.
func (p *manifestPage) alike(dataset string, tenants []string) int {
	what := auth.Resource{Dataset: dataset}
	most := min(len(tenants), atOnce, p.q.limit-len(p.found))
	profile, _ := p.c.opens(tenants[0], what)
	for i := 1; i < most; i++ {
		if other, _ := p.c.opens(tenants[i], what); other != profile {
			return i
		}
	}
	return most
}

// add adds the slices of a few tenants.
func (p *manifestPage) add(dataset string, tenants []string) error {
	what := auth.Resource{Dataset: dataset}
	found, err := p.c.pub.Slices(p.c.Ctx, p.c.Scope, what, tenants)
	if err != nil {
		return p.c.readError(dataset, err)
	}
	if len(found) != len(tenants) {
		return errors.New("a publication lists other slices than it was asked for")
	}
	slices.SortFunc(found, func(a, b archwire.Slice) int {
		return slices.Index(tenants, a.Tenant) - slices.Index(tenants, b.Tenant)
	})
	for _, s := range found {
		p.part(s.Tenant, p.c.grant(s.Tenant, what))
	}
	p.found = append(p.found, found...)
	return nil
}

// part counts a line about a tenant, with the others by the same grant.
func (p *manifestPage) part(tenant, grant string) {
	at, ok := p.lines[[2]string{tenant, grant}]
	if !ok {
		at = len(p.parts)
		p.lines[[2]string{tenant, grant}] = at
		p.parts = append(p.parts, ledger.Part{Tenant: tenant, Grant: grant})
	}
	p.parts[at].Rows++
}

// next is the cursor of the page that follows; "" when there is none.
func (p *manifestPage) next(h *Handler, bound string) (string, error) {
	if !p.more {
		return "", nil
	}
	last := p.found[len(p.found)-1]
	return h.seal.Seal(cursor.Cursor{Publication: p.c.ed.Manifest.ID, Tenant: last.Tenant, Key: []string{last.Dataset}}, bound)
}
