package pull

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"archwire"
	"archwire/internal/pull/mirror"
)

// pageLimit is how many slices are asked for on a page: mostEntries.
const pageLimit = "10000"

// errStale is what is read in the middle of when the publication or the grants became
// others: to begin again helps.
var errStale = errors.New("the publication is not kept any more")

// A Filter is what is asked for of a publication; without datasets or tenants, all of
// them.
type Filter struct{ Datasets, Tenants []string }

func (f Filter) takes(p mirror.Place) bool {
	return (len(f.Datasets) == 0 || slices.Contains(f.Datasets, p.Dataset)) && (len(f.Tenants) == 0 || slices.Contains(f.Tenants, p.Tenant))
}

// A service is what the server says of itself.
type service struct {
	Project string `json:"project"`
	Tenant  struct {
		Noun string `json:"noun"`
	} `json:"tenant"`
}

func (c *Client) service(ctx context.Context) (service, error) {
	body, err := c.get(ctx, "/v1", mostServiceBytes)
	if err != nil {
		return service{}, err
	}
	var answer struct{ Data service }
	if err := json.Unmarshal(body, &answer); err != nil || !nounForm.MatchString(answer.Data.Tenant.Noun) || !columnName(answer.Data.Project) {
		return service{}, strange("it does not say what it serves")
	}
	if slices.Contains(ownWords, answer.Data.Tenant.Noun) {
		return service{}, strange("it calls a tenant by a word that has another meaning")
	}
	return answer.Data, nil
}

// manifest reads all pages of the publication in service. What a filter names and the
// server does not know is an error, unless held has something of it: then it is not
// opened any more, and what the filter lets through of all else is read. unknown are
// then the names that stand for nothing there nor in held.
func (c *Client) manifest(ctx context.Context, s service, f Filter, held mirror.Whole) (w mirror.Whole, unknown []string, err error) {
	w, err = c.pages(ctx, s, f)
	p, ok := errors.AsType[*refusal](err)
	if ok && p.status == http.StatusNotFound && f.knew(p.field, s.Tenant.Noun, held) {
		w, err = c.pages(ctx, s, Filter{})
		unknown = f.unknown(s.Tenant.Noun, slices.Concat(w.Slices, held.Slices))
		w.Slices = slices.DeleteFunc(w.Slices, func(s mirror.Slice) bool { return !f.takes(s.Place) })
	}
	if err != nil {
		return w, nil, err
	}
	w, err = checked(w)
	return w, unknown, err
}

// unknown lists the filter's names that are of none of the slices.
func (f Filter) unknown(noun string, of []mirror.Slice) (names []string) {
	for _, id := range f.Tenants {
		if !slices.ContainsFunc(of, func(s mirror.Slice) bool { return s.Tenant == id }) {
			names = append(names, noun+" "+id)
		}
	}
	for _, name := range f.Datasets {
		if !slices.ContainsFunc(of, func(s mirror.Slice) bool { return s.Dataset == name }) {
			names = append(names, "dataset "+name)
		}
	}
	return names
}

// knew says whether a filter's values for a parameter stand for something that was
// pulled before.
func (f Filter) knew(field, noun string, held mirror.Whole) bool {
	return slices.ContainsFunc(held.Slices, func(s mirror.Slice) bool {
		return field == noun && slices.Contains(f.Tenants, s.Tenant) || field == "dataset" && slices.Contains(f.Datasets, s.Dataset)
	})
}

func (c *Client) pages(ctx context.Context, s service, f Filter) (mirror.Whole, error) {
	query := url.Values{"limit": {pageLimit}}
	for _, id := range f.Tenants {
		query.Add(s.Tenant.Noun, id)
	}
	for _, name := range f.Datasets {
		query.Add("dataset", name)
	}
	l, path := newListing(s), "/v1/publications/current/manifest"
	for first := true; ; first = false {
		body, err := c.get(ctx, path+"?"+query.Encode(), mostPageBytes)
		if p, ok := errors.AsType[*refusal](err); ok && !first && (p.status == http.StatusGone || p.status == http.StatusNotFound || p.status == http.StatusBadRequest) {
			return l.Whole, errStale // or the grants are others: the cursor is refused
		}
		if err != nil {
			return l.Whole, err
		}
		next, err := l.add(body)
		if err != nil || next == "" {
			return l.Whole, err
		}
		query.Set("cursor", next)
		path = "/v1/publications/" + string(l.Publication) + "/manifest"
	}
}

// strange is the error for a server that is none of ours, or one of another time.
func strange(what string) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: "the server's answer cannot be understood: " + what,
		Hint: "Look at --url: it must be that of an Archwire server.",
	}
}
