package api

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

const (
	// manifestTime is after how long a page of a manifest ends, however few slices it
	// lists: some may have to be made first.
	manifestTime = 4 * time.Second

	// atOnce is how many tenants' slices a publication is asked for at once.
	atOnce = 20
)

// A manifestRequest is what is asked about the slices of one publication.
type manifestRequest struct {
	datasets []string // sorted
	tenants  []string // sorted
	named    bool     // tenants were
	limit    int
	after    *cursor.Cursor // Key is the dataset
}

// manifest answers describe.ManifestPath: every slice that the caller may read.
func (h *Handler) manifest(c *call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{c.ed.Manifest.Noun.Singular, "dataset", "limit", "cursor"}, false)
	if err != nil {
		return err
	}
	after, err := h.manifestAt(c, p)
	if err != nil {
		return err
	}
	q, err := parseManifest(c, p)
	if err != nil {
		return err
	}
	q.after = after
	word, _ := p.One("cursor") // it was read before
	bound := manifestBound(c, p)
	var b canon.Text
	b.Add(bound, strconv.Itoa(q.limit), word, strconv.FormatBool(c.followed))
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) { return h.manifestPage(c, q, bound) })
}

// manifestAt puts the call into the publication that the path names or, where there
// is a cursor, into that of the cursor: current may be another one by then.
func (h *Handler) manifestAt(c *call, p request.Parameters) (*cursor.Cursor, error) {
	id, gone := archwire.PublicationID(c.Name), problem.NotFound("publication",
		fmt.Sprintf("There is no publication %s.", problem.Clip(c.Name)), "/v1/publications lists those that are kept.")
	word, err := p.One("cursor")
	if err != nil {
		return nil, err
	}
	var after *cursor.Cursor
	if word != "" {
		found, err := h.seal.Open(word, manifestBound(c, p))
		if err != nil {
			return nil, err
		}
		if id != describe.Current && id != found.Publication || len(found.Key) != 1 {
			return nil, problem.Wrong("cursor", "The cursor belongs to another publication.", "Send page.next of the answer before, to the same path.")
		}
		after, id, gone = &found, found.Publication, cursor.Expired()
	}
	if id == describe.Current || id == c.ed.Manifest.ID {
		return after, nil
	}
	pub, err := h.Reader.Publication(c.Ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, gone
	}
	if err != nil {
		return nil, unavailable(c, err)
	}
	c.followed = true
	return after, h.open(c, pub)
}

// manifestBound spells what a cursor of a manifest is bound to besides its
// publication: the caller, and what is asked for as it is spelt.
func manifestBound(c *call, p request.Parameters) string {
	var b canon.Text
	b.Add("manifest", c.Scope.Key(), c.Scope.Digest())
	for _, name := range []string{c.ed.Manifest.Noun.Singular, "dataset"} {
		values := p.Values[name]
		b.Add(strconv.Itoa(len(values)))
		b.Add(values...)
	}
	return b.String()
}

// parseManifest reads what is asked for. Datasets and tenants that open nothing to
// the caller are the same errors as those that there are not.
func parseManifest(c *call, p request.Parameters) (*manifestRequest, error) {
	q := &manifestRequest{limit: describe.DefaultSlices}
	c.several = true
	for _, name := range p.Many("dataset") {
		stored := c.ed.Contracts.Named[name]
		if len(c.opening(auth.Resource{Dataset: stored}).tenants) == 0 {
			return nil, problem.NotFound("dataset", fmt.Sprintf("There is no dataset %s.", problem.Clip(name)), suggestDatasetFor(c, name))
		}
		q.datasets = append(q.datasets, stored)
	}
	if len(q.datasets) == 0 {
		for _, d := range c.catalogued("").Datasets {
			q.datasets = append(q.datasets, d.Name)
		}
	}
	slices.Sort(q.datasets)
	q.datasets = slices.Compact(q.datasets)
	noun := c.ed.Manifest.Noun
	for _, id := range p.Values[noun.Singular] {
		if _, known := slices.BinarySearch(c.ed.Tenants, id); !known || !c.Scope.Allows(id) {
			return nil, problem.NotFound(noun.Singular, fmt.Sprintf("There is no %s %s here.", noun.Singular, problem.Clip(id)),
				fmt.Sprintf("/v1/%s lists those that your key opens.", noun.Plural))
		}
		q.tenants, q.named = append(q.tenants, id), true
	}
	slices.Sort(q.tenants)
	q.tenants = slices.Compact(q.tenants)
	text, err := p.One("limit")
	if err != nil || text == "" {
		return q, err
	}
	q.limit, err = request.Limit(text, 1, describe.MaxSlices)
	return q, err
}

// tenantsOf lists the tenants that are asked about and open a dataset, sorted.
func (q *manifestRequest) tenantsOf(c *call, dataset string) []string {
	open := c.opening(auth.Resource{Dataset: dataset}).tenants
	if !q.named {
		return open
	}
	return slices.DeleteFunc(slices.Clone(q.tenants), func(id string) bool {
		_, found := slices.BinarySearch(open, id)
		return !found
	})
}

// profilesOf lists the profiles in which the tenants asked about open a dataset,
// narrowest first.
func (q *manifestRequest) profilesOf(c *call, dataset string) []archwire.Profile {
	given := map[archwire.Profile]bool{}
	for _, id := range q.tenantsOf(c, dataset) {
		profile, _ := c.opens(id, auth.Resource{Dataset: dataset})
		given[profile] = true
	}
	return slices.DeleteFunc(archwire.Profiles(), func(p archwire.Profile) bool { return !given[p] })
}
