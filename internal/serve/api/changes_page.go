package api

import (
	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/encode"
)

// maxCompared is how many rows a page compares, about; then it ends, however few
// have changed.
const maxCompared = 2_000_000

// A changesPage collects changes until it is full.
type changesPage struct {
	h *Handler
	c *call
	q *changesRequest

	data     []byte
	rows     int
	compared int64
	tally    *tally
	next     *cursor.Cursor // where the next page begins; nil when there is none
}

// changesPage builds the answer. Tenants come in order, those whose slices are the
// same in both publications cost nothing.
func (h *Handler) changesPage(c *call, q *changesRequest, bound string) ([]byte, disclosure, error) {
	p := &changesPage{h: h, c: c, q: q, data: append(catalogue.Envelope{}.Open(), '['), tally: newTally(q.dataset, h.PersonSecret)}
	for _, tenant := range q.rest() {
		var after []string
		if q.after != nil && tenant == q.after.Tenant {
			after = q.after.Key
		}
		if err := p.tenant(tenant, after); err != nil {
			return nil, disclosure{}, err
		}
		if p.next != nil {
			break
		}
	}
	next := ""
	if p.next != nil {
		p.next.Publication = c.ed.Manifest.ID
		var err error
		if next, err = h.seal.Seal(*p.next, bound); err != nil {
			return nil, disclosure{}, err
		}
	}
	about := encode.String([]byte(`,"since":`), string(q.since))
	text := catalogue.Envelope{Contract: q.dataset.Contract, About: about, Next: next}.Close(append(p.data, ']'), c.ed.Edition)
	d := q.disclosed(h, c, p.tally.parts)
	d.resource = "changes"
	return text, d, nil
}

func (p *changesPage) full() bool { return p.rows >= p.q.limit || len(p.data) >= maxPageBytes }

// tenant adds the changes of one tenant after the given key.
func (p *changesPage) tenant(id string, after []string) error {
	pair, err := p.pairOf(id)
	if err != nil || pair.before.SHA256 == pair.now.SHA256 {
		return err
	}
	if p.full() || p.compared > 0 && p.compared+pair.rows() > maxCompared {
		p.next = &cursor.Cursor{Tenant: id, Key: after}
		return nil
	}
	p.compared += pair.rows()
	p.tally.begin(id)
	defer p.tally.end()
	for {
		found, err := p.h.compared(p.c, p.q, pair, after, p.q.limit-p.rows)
		if err != nil {
			return err
		}
		for _, one := range found.changes {
			if p.full() {
				p.next = &cursor.Cursor{Tenant: id, Key: after}
				return nil
			}
			p.add(one)
			after = one.key
		}
		switch {
		case found.until == nil:
			return nil
		case found.tired || p.full():
			p.next = &cursor.Cursor{Tenant: id, Key: found.until}
			return nil
		}
		after = found.until
	}
}

func (p *changesPage) add(one change) {
	if p.rows > 0 {
		p.data = append(p.data, ',')
	}
	p.data = append(p.data, one.text...)
	p.tally.add(one.key, one.person)
	p.rows++
}

// A pair is the slices of one tenant in the two publications; the zero slice is
// that of a tenant which does not open the dataset in one of them.
type pair struct {
	tenant      string
	before, now archwire.Slice
}

func (p pair) rows() int64 { return p.before.Rows + p.now.Rows }

// pairOf asks each publication for the tenant's slice, and with it the caller's
// scope.
func (p *changesPage) pairOf(tenant string) (pair, error) {
	out, there := pair{tenant: tenant}, p.q.places[tenant]
	for _, side := range []struct {
		c     *call
		there bool
		slice *archwire.Slice
	}{{p.q.before, there.before, &out.before}, {p.c, there.now, &out.now}} {
		if !side.there {
			continue
		}
		found, err := side.c.pub.Slices(side.c.Ctx, side.c.Scope, side.c.rowsOf(), []string{tenant})
		if err != nil {
			return pair{}, side.c.readError(p.q.dataset.Name, err)
		}
		*side.slice = found[0]
	}
	return out, nil
}
