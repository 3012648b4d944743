package api

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// An Office keeps who may see what: the state store is behind it.
type Office interface {
	Grant(ctx context.Context, client string, grants []state.NewGrant) ([]auth.Grant, error)
	Grants(ctx context.Context, client, tenant string) ([]auth.Grant, error)
	FindGrant(ctx context.Context, id string) (auth.Grant, error)
	RevokeGrants(ctx context.Context, ids []string) error

	CreateKey(ctx context.Context, n state.NewKey) (key string, k auth.Key, made []auth.Grant, err error)
	Keys(ctx context.Context) ([]auth.Key, error)
	OwnKeys(ctx context.Context, tenant string) ([]auth.Key, error)
	RevokeKey(ctx context.Context, id string) error

	AddPerson(ctx context.Context, n state.NewPerson) (p auth.Person, invitation string, err error)
	People(ctx context.Context, tenant string) ([]auth.Person, error)
	EndRoles(ctx context.Context, person string, which func(auth.Membership) bool) error

	// Once carries a request out that may be sent again.
	Once(ctx context.Context, k state.Kept, do func(ctx context.Context) (status int, body []byte, err error)) (kept state.Kept, before bool, err error)
}

// changing is a route of the office: there is none where there is no office.
func changing(serve func(*Handler, *call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		if h.Office == nil {
			return notFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return serve(h, c)
	}
}

// practice is the tenant that a caller who administers it means: the one given, or
// the only one whose admin it is. One that it may not see is not there; one that it
// may see and does not administer is refused.
func (c *call) practice(tenant string) (string, error) {
	noun := c.ed.manifest.Noun
	if own := c.scope.Administered(); tenant == "" && len(own) == 1 {
		tenant = own[0]
	}
	if tenant == "" {
		if !c.scope.Operates() && len(c.scope.Administered()) == 0 {
			return "", forbidden()
		}
		return "", wrong(noun.Singular, "It is not said which "+noun.Singular+" is meant.", fmt.Sprintf("Name one by %s; /v1/%s lists them.", noun.Singular, noun.Plural))
	}
	if _, known := slices.BinarySearch(c.ed.tenants, tenant); !known || !c.scope.Allows(tenant) && !c.scope.Administers(tenant) {
		return "", notFound(noun.Singular, fmt.Sprintf("There is no %s %s here.", noun.Singular, clip(tenant)),
			fmt.Sprintf("/v1/%s lists those that open to you.", noun.Plural))
	}
	if !c.scope.Administers(tenant) {
		return "", forbidden()
	}
	return tenant, nil
}

func forbidden() *Problem {
	p := problem(kindForbidden, "Your role does not let you do this.")
	p.Hint = "Have the admin of the practice or the vendor's operator do it."
	return p
}

// by is how the caller is named as who made something.
func (c *call) by() string {
	name := state.PersonName(c.scope.Person().ID)
	if c.scope.Operates() {
		return state.Operator(name)
	}
	return name
}

// asked reads the tenant off a list's parameters: of what the caller administers.
func (c *call) asked() (string, error) {
	noun := c.ed.manifest.Noun.Singular
	p, err := parseParameters(c.r.URL.RawQuery, []string{noun}, false)
	if err != nil {
		return "", err
	}
	tenant, err := p.one(noun)
	if err != nil || tenant == "" && c.scope.Operates() {
		return "", err
	}
	return c.practice(tenant)
}

// listed answers with what is there as it is: nobody keeps it.
func (c *call) listed(data any, next string) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("writing %s: %w", c.trip.route, err)
	}
	head := c.w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Type", contentJSON)
	body := envelope{next: next}.close(append(envelope{}.open(), text...), c.ed)
	if _, err := c.w.Write(body); err != nil {
		return fmt.Errorf("sending an answer: %w", err)
	}
	return nil
}

// noted tells the log who changed what.
func (h *Handler) noted(c *call, what, id string) {
	h.Log.InfoContext(c.ctx, "done at the office", "what", what, "id", id, "person", c.scope.Person().ID, "client", c.scope.Client(), "request_id", c.trip.id)
}

// posted reads the body of a request: all of it, the tenant that it names, and the
// rest into v.
func (c *call) posted(v any) (body []byte, tenant string, err error) {
	if body, err = c.body(); err != nil {
		return nil, "", err
	}
	tenant, err = split(body, c.ed.manifest.Noun.Singular, v)
	return body, tenant, err
}

// split reads a JSON object whose tenant is named by the noun: the tenant, and the
// rest into v, strictly.
func split(body []byte, noun string, v any) (tenant string, err error) {
	members := map[string]json.RawMessage{}
	if err := unmarshal(body, &members); err != nil {
		return "", err
	}
	if text, ok := members[noun]; ok {
		if err := json.Unmarshal(text, &tenant); err != nil {
			return "", wrong(noun, noun+" is not a text.", "Give the id of one "+noun+" in quotes.")
		}
		delete(members, noun)
	}
	if !readable(tenant) {
		return "", wrong(noun, noun+" is not text.", "Send UTF-8 without control characters.")
	}
	// Names are told apart by their very letters: "Client" is not "client".
	for name := range maps.Keys(members) {
		if name != lower(name) {
			return "", wrong(clip(name), fmt.Sprintf("There is no member %s here.", clip(name)), "/docs lists the members.")
		}
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return "", fmt.Errorf("reading a body: %w", err)
	}
	return tenant, unmarshal(rest, v)
}

func lower(s string) string {
	out := []byte(s)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// opened is what a grant or a role is to open, as the body of a request says.
type openedRequest struct {
	Datasets  []string         `json:"datasets"`
	Metrics   []string         `json:"metrics"`
	Profile   archwire.Profile `json:"profile"`
	Locations []string         `json:"locations"`
	Purpose   string           `json:"purpose"`
	From      *string          `json:"from"`
	Until     *string          `json:"until"`
}

// grant is the grant that is asked for, if the caller may make it: nobody hands on
// more than they see, but operators.
func (h *Handler) newGrant(c *call, tenant string, r openedRequest) (state.NewGrant, error) {
	n := state.NewGrant{
		Tenant: tenant, Datasets: r.Datasets, Metrics: r.Metrics, Profile: r.Profile, Locations: r.Locations, Purpose: strings.TrimSpace(r.Purpose), By: c.by(),
	}
	switch {
	case r.Profile == "":
		return n, wrong("profile", "A grant needs a profile.", "It takes "+either(archwire.Profiles())+".")
	case !slices.Contains(archwire.Profiles(), r.Profile):
		return n, wrong("profile", "There is no such profile.", "It takes "+either(archwire.Profiles())+".")
	case n.Purpose == "" || !readable(n.Purpose):
		return n, wrong("purpose", "A grant needs a purpose.", "Say in a line what the client does with what it sees.")
	}
	var err error
	if n.From, err = momentOf("from", r.From); err != nil {
		return n, err
	}
	if n.Until, err = endOf("until", r.Until); err != nil {
		return n, err
	}
	if err := h.yetToCome("until", n.Until); err != nil {
		return n, err
	}
	if !n.Until.IsZero() && !n.From.IsZero() && !n.Until.After(n.From) {
		return n, wrong("until", "The grant would end before it begins.", "Give an until after from.")
	}
	if !c.scope.MayHandOn(tenant, r.Profile) {
		return n, forbidden()
	}
	return n, c.knownResources(r)
}

// yetToCome refuses an end that is over: what is made would be no good at once.
func (h *Handler) yetToCome(field string, end time.Time) error {
	if end.IsZero() || end.After(h.Now()) {
		return nil
	}
	return wrong(field, "It would have ended already: "+field+" is over.", "Give a day or an instant that is yet to come, or leave it out for no end.")
}

// knownResources refuses datasets and metrics that there are not, and such as a
// grant in these words would not open.
func (c *call) knownResources(r openedRequest) error {
	datasets := slices.Clone(r.Datasets)
	for _, name := range r.Metrics {
		what, ok := c.ed.resource(name)
		if !ok {
			return wrong("metrics", "There is no metric "+clip(name)+".", "/v1/metrics lists them.")
		}
		datasets = append(datasets, what.Dataset)
	}
	m := c.ed.manifest
	for i, name := range datasets {
		if family := archwire.Family(name); i < len(r.Datasets) && family != name && c.ed.contracts.named[family] != "" {
			return wrong("datasets", clip(name)+" names a contract of a dataset.", "Name "+clip(family)+": a grant of a dataset opens all its contracts.")
		}
		at := slices.IndexFunc(m.Datasets, func(d archwire.Dataset) bool { return d.Name == name })
		switch {
		case at < 0:
			return wrong("datasets", "There is no dataset "+clip(name)+".", "/v1/datasets lists them.")
		case i < len(r.Datasets) && !m.Datasets[at].Opens(r.Profile):
			return wrong("profile", fmt.Sprintf("Profile %s opens nothing of dataset %s.", r.Profile, name), "Choose a wider profile, or grant metrics.")
		case len(r.Locations) > 0 && !m.Datasets[at].Located():
			return wrong("locations", fmt.Sprintf("A grant limited to locations opens nothing of dataset %s.", name), "The dataset does not say which location a row belongs to: grant it without locations.")
		}
	}
	return nil
}

// grantTenant is whose grant is asked for: of one practice, or, which operators
// alone may ask for, of all.
func (c *call) grantTenant(tenant string) (string, error) {
	if tenant == auth.Everyone && c.scope.Operates() {
		return tenant, nil
	}
	return c.practice(tenant)
}

// created is the answer to what was made.
const created = http.StatusCreated
