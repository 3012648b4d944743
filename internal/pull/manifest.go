package pull

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"archwire"
	"archwire/internal/pull/mirror"
)

const (
	mostPageBytes = 64 << 20
	pageLimit     = "10000" // slices of a page
)

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
	body, err := c.get(ctx, "/v1", mostPageBytes)
	if err != nil {
		return service{}, err
	}
	var answer struct{ Data service }
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data.Tenant.Noun == "" {
		return service{}, strange("it does not say what it serves")
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
	w := mirror.Whole{Project: s.Project, Noun: s.Tenant.Noun}
	path := "/v1/publications/current/manifest"
	for first := true; ; first = false {
		body, err := c.get(ctx, path+"?"+query.Encode(), mostPageBytes)
		if p, ok := errors.AsType[*refusal](err); ok && !first && (p.status == http.StatusGone || p.status == http.StatusNotFound || p.status == http.StatusBadRequest) {
			return w, errStale // or the grants are others: the cursor is refused
		}
		if err != nil {
			return w, err
		}
		next, err := add(body, &w, first)
		if err != nil || next == "" {
			return w, err
		}
		query.Set("cursor", next)
		path = "/v1/publications/" + string(w.Publication) + "/manifest"
	}
}

// A page is one of a manifest, as the server writes it.
type page struct {
	Data struct {
		Publication archwire.PublicationID `json:"publication"`
		Datasets    []struct {
			Name    string           `json:"dataset"`
			Tenant  string           `json:"tenant"`
			Key     []string         `json:"key"`
			Profile archwire.Profile `json:"profile"`
			Columns []mirror.Column  `json:"columns"`
		} `json:"datasets"`
		Slices []map[string]json.RawMessage `json:"slices"`
	} `json:"data"`
	Meta struct {
		AsOf        archwire.Day `json:"as_of"`
		DataThrough time.Time    `json:"data_through"`
	} `json:"meta"`
	Page struct {
		Next string `json:"next"`
	} `json:"page"`
}

// strange is the error for a server that is none of ours, or one of another time.
func strange(what string) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: "the server's answer cannot be understood: " + what,
		Hint: "Look at --url: it must be that of an Archwire server.",
	}
}

// add adds a page to a Whole and returns the cursor of the next one.
func add(body []byte, w *mirror.Whole, first bool) (next string, err error) {
	var p page
	if err := json.Unmarshal(body, &p); err != nil {
		return "", strange("it is no manifest")
	}
	if first {
		w.Publication, w.AsOf, w.DataThrough = p.Data.Publication, p.Meta.AsOf, p.Meta.DataThrough
		if !publicationForm.MatchString(string(w.Publication)) {
			return "", strange("it names no publication")
		}
		if _, err := archwire.ParseDay(string(w.AsOf)); err != nil {
			return "", strange("it names no business date")
		}
		for _, d := range p.Data.Datasets {
			if err := describe(w, mirror.Table{Name: d.Name, Tenant: d.Tenant, Key: d.Key, Columns: d.Columns}, d.Profile); err != nil {
				return "", err
			}
		}
	}
	if p.Data.Publication != w.Publication {
		return "", errStale
	}
	for _, raw := range p.Data.Slices {
		s, err := sliceOf(raw, w.Noun)
		if err != nil {
			return "", err
		}
		w.Slices = append(w.Slices, s)
	}
	if p.Page.Next != "" && len(p.Data.Slices) == 0 {
		return "", fmt.Errorf("%w", strange("a page of a manifest is empty"))
	}
	return p.Page.Next, nil
}
