package office

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// Disclosures finds entries of the ledger: ledger.Archive is the one.
type Disclosures interface {
	Find(ctx context.Context, f ledger.Filter) iter.Seq2[ledger.Record, error]
}

// mostReading is how many readings of the ledger are under way at once; further
// ones wait.
const mostReading = 2

// How many entries a page of the ledger has.
const (
	DefaultEntries = 100
	MaxEntries     = 1000
)

// disclosureDoc is an entry of the ledger as the tenant sees it that it is about:
// what it tells of this one, and nothing of others. The tenant's member is named by
// the noun.
func disclosureDoc(n archwire.Noun, r ledger.Record) map[string]any {
	part := r.Parts[0]
	for _, other := range r.Parts[1:] { // several grants opened it together
		part.Grant, part.Rows = part.Grant+","+other.Grant, part.Rows+other.Rows
	}
	return map[string]any{
		"at": r.At.UTC(), "request_id": r.Request, "outcome": r.Outcome, "client": r.Client, "person": r.Person, "viewed_as": r.ViewedAs, "key": r.Key, "address": r.Address,
		"resource": r.Resource, "name": r.Name, "publication": r.Publication, "profile": r.Profile, "fields": append([]string{}, r.Fields...),
		"query": queryAbout(r.Query, part.Tenant), n.Singular: part.Tenant, "grant": part.Grant, "rows": part.Rows, "keys": part.Keys,
		"chain": r.Chain, "seq": r.Seq, "link": r.Link,
	}
}

// ListDisclosures answers /v1/ledger: what was disclosed about a tenant, for whoever
// administers it.
func (h *Handler) ListDisclosures(c *Call) error {
	if h.Disclosures == nil {
		return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
	}
	ask, limit, err := h.disclosuresOf(c)
	if err != nil {
		return err
	}
	select {
	case h.reading <- struct{}{}:
		defer func() { <-h.reading }()
	case <-c.Ctx.Done():
		return context.Cause(c.Ctx)
	}
	out, next := []any{}, ""
	var last ledger.Record
	for r, err := range h.Disclosures.Find(c.Ctx, ask) {
		if err != nil {
			return unreadable(err)
		}
		if len(out) == limit {
			if next, err = h.Cursors.Seal(cursor.Cursor{Key: []string{last.Chain, strconv.FormatUint(last.Seq, 10)}}, boundOf(c, ask)); err != nil {
				return err
			}
			break
		}
		out, last = append(out, disclosureDoc(c.Manifest.Noun, r)), r
	}
	h.noted(c.Call, "ledger read", ask.Tenant)
	return c.listed(out, next)
}

// unreadable keeps to the log which file of the ledger is at fault.
func unreadable(err error) error {
	p := problem.New(problem.KindUnavailable, "The ledger cannot be read now.")
	p.Hint, p.Cause = "Have the operator run archwire ledger verify.", err
	return p
}

// boundOf spells what a cursor of the ledger belongs to.
func boundOf(c *Call, ask ledger.Filter) string {
	var b canon.Text
	b.Add("ledger", c.Caller(), ask.Tenant, ask.Client, ask.From.String(), ask.Until.String())
	return b.String()
}

// disclosuresOf reads which entries are asked for, and how many at once.
func (h *Handler) disclosuresOf(c *Call) (ask ledger.Filter, limit int, err error) {
	noun := c.Manifest.Noun.Singular
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun, "client", "from", "to", "limit", "cursor"}, false)
	if err != nil {
		return ask, 0, err
	}
	words := map[string]string{}
	for _, name := range []string{noun, "client", "from", "to", "limit", "cursor"} {
		if words[name], err = p.One(name); err != nil {
			return ask, 0, err
		}
	}
	if ask.Tenant, err = c.practice(words[noun]); err != nil {
		return ask, 0, err
	}
	ask.Client = words["client"]
	if ask.From, err = request.Day(p, "from"); err != nil {
		return ask, 0, err
	}
	if ask.Until, err = request.Day(p, "to"); err != nil {
		return ask, 0, err
	}
	if !ask.Until.IsZero() {
		ask.Until = ask.Until.Add(24 * time.Hour) // the last day belongs to it
	}
	limit = DefaultEntries
	if text := words["limit"]; text != "" {
		if limit, err = request.Limit(text, 1, MaxEntries); err != nil {
			return ask, 0, err
		}
	}
	if word := words["cursor"]; word != "" {
		ask.After, err = h.placeOf(word, boundOf(c, ask))
	}
	return ask, limit, err
}

// placeOf reads the place off a cursor of the ledger.
func (h *Handler) placeOf(word, bound string) (ledger.Place, error) {
	at, err := h.Cursors.Open(word, bound)
	if err != nil {
		return ledger.Place{}, err
	}
	if len(at.Key) != 2 {
		return ledger.Place{}, fmt.Errorf("reading a cursor of our own: it has %d parts", len(at.Key))
	}
	seq, err := strconv.ParseUint(at.Key[1], 10, 64)
	if err != nil {
		return ledger.Place{}, fmt.Errorf("reading a cursor of our own: %w", err)
	}
	return ledger.Place{Chain: at.Key[0], Seq: seq}, nil
}
