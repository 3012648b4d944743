package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// A changesRequest is what is asked about the changes of one dataset: what turns
// its rows in one publication into those in another. What is embedded is as the
// second one has it; its tenants are those of both.
type changesRequest struct {
	*rowsRequest

	since  archwire.PublicationID
	before *call                  // the request, in the publication that the changes begin with
	then   string                 // the dataset's name in its manifest
	places map[string]whereabouts // of the tenants
}

// whereabouts says in which of the two publications a tenant opens the dataset.
type whereabouts struct{ before, now bool }

// changes answers /v1/datasets/{dataset}/changes.
func (h *Handler) changes(c *call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{c.ed.Manifest.Noun.Singular, "since", "fields", "limit", "cursor"}, false)
	if err != nil {
		return err
	}
	since, err := parsePublication(p, "since")
	if err != nil {
		return err
	}
	if since == "" {
		return problem.Wrong("since", "since says which publication you have, and is missing.", "Give it meta.publication of the rows or changes you read last.")
	}
	c.live = true // grants that came and went leave no trace in the scope's digest
	bound := changesBound(c, p, since)
	after, err := h.goOn(c, p, bound)
	if err != nil {
		return startingOver(err)
	}
	q, err := h.parseChanges(c, p, since)
	if err != nil {
		return startingOver(err)
	}
	if q.after = after; after != nil && after.Key != nil && len(after.Key) != len(q.dataset.Key) {
		return fmt.Errorf("a cursor has %d key values where dataset %s has %d", len(after.Key), q.dataset.Name, len(q.dataset.Key))
	}
	word, _ := p.One("cursor") // it was read before
	var b canon.Text
	b.Add(bound, strconv.Itoa(q.limit), word)
	return startingOver(h.respond(c, b.String(), func() ([]byte, disclosure, error) { return h.changesPage(c, q, bound) }))
}

var publicationForm = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}$`)

// parsePublication reads the id of a publication; "" when there is none.
func parsePublication(p request.Parameters, name string) (archwire.PublicationID, error) {
	text, err := p.One(name)
	if err != nil || text == "" {
		return "", err
	}
	if !publicationForm.MatchString(text) {
		return "", problem.Wrong(name, name+" is not the id of a publication.", "Give it what meta.publication said, such as 20261121T021400Z-4f9c.")
	}
	return archwire.PublicationID(text), nil
}

// changesBound spells what a cursor is bound to besides the publication that it
// leads to: the caller and the request without its page, as it is written.
func changesBound(c *call, p request.Parameters, since archwire.PublicationID) string {
	var b canon.Text
	b.Add("changes", c.Scope.Key(), c.Scope.Digest(), c.Name, string(since))
	b.Add(slices.Compact(slices.Sorted(slices.Values(p.Values[c.ed.Manifest.Noun.Singular])))...)
	b.Add(p.Many("fields")...)
	return b.String()
}

// goOn reads the cursor of a request, nil when there is none, and puts the call into
// the publication that it leads to, which may have been replaced since.
func (h *Handler) goOn(c *call, p request.Parameters, bound string) (*cursor.Cursor, error) {
	word, err := p.One("cursor")
	if word == "" || err != nil {
		return nil, err
	}
	after, err := h.seal.Open(word, bound)
	if err != nil || after.Publication == c.ed.Manifest.ID {
		return &after, err
	}
	pub, err := h.kept(c, after.Publication)
	if err != nil {
		return nil, err
	}
	c.followed = true
	return &after, h.open(c, pub)
}

// kept is a publication that need not be the current one; 410 when it is gone.
func (h *Handler) kept(c *call, id archwire.PublicationID) (Publication, error) {
	pub, err := h.Reader.Publication(c.Ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, cursor.Expired()
	}
	if err != nil {
		return nil, unavailable(c, err)
	}
	return pub, nil
}

// at is the call in another publication, to read from beside c's own.
func (h *Handler) at(c *call, pub Publication) (*call, error) {
	other := *c
	other.followed = true
	return &other, h.open(&other, pub)
}

func (h *Handler) parseChanges(c *call, p request.Parameters, since archwire.PublicationID) (*changesRequest, error) {
	what := c.rowsOf()
	pub, gone := h.kept(c, since)
	if gone != nil {
		if len(c.opening(what).tenants) == 0 {
			return nil, noDataset(c)
		}
		if _, _, _, err := c.tenantsOf(p, what); err != nil {
			return nil, err
		}
		return nil, gone
	}
	before, err := h.at(c, pub)
	if err != nil {
		return nil, err
	}
	q := &changesRequest{rowsRequest: &rowsRequest{limit: describe.DefaultLimit}, since: since, before: before, then: before.rowsOf().Dataset}
	if err := q.parseTenants(c, p, what); err != nil {
		return nil, err
	}
	if err := q.parseColumns(c, p, what); err != nil {
		return nil, err
	}
	return q, q.parseLimit(p)
}

// rowsOf is the rows of the dataset that the path names, in the call's publication.
func (c *call) rowsOf() auth.Resource {
	return c.resource(c.ed.Contracts.Named[c.Name])
}

// startOver says that changes cannot be told, and how to get on.
func startOver(detail string) *problem.Problem {
	p := problem.New(problem.KindStartOver, detail)
	p.Field = "since"
	p.Hint = "Read /rows or an export once more, with the same parameters, in the place of what you have; then ask for the changes since their meta.publication."
	return p
}

// startingOver makes what says that a publication is gone say so of changes.
func startingOver(err error) error {
	if p, ok := err.(*problem.Problem); ok && p.Status == http.StatusGone && p.Type == problem.TypePlace+problem.KindExpired { //nolint:errorlint // ours are not wrapped
		gone := startOver("One of the two publications is not kept any more.")
		gone.Cause = p.Cause
		return gone
	}
	return err
}
