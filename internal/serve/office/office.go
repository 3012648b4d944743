// Package office answers what practices, clients and operators keep over HTTP: grants,
// keys, people and webhooks, and what was disclosed about a practice. Nobody hands on
// more than they see.
package office

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// A Handler answers the routes. Those of what it was not given answer that there is
// nothing.
type Handler struct {
	Config

	reading chan struct{} // one for each reading of the ledger under way
}

// Config is what a Handler is made of. Now, Log and Cursors must be set.
type Config struct {
	Store       Store         // nil changes nothing
	Webhooks    Webhooks      // nil has none
	Guard       webhook.Guard // says what endpoints of webhooks may be
	Disclosures Disclosures   // nil shows nothing
	Cursors     *cursor.Sealer
	Now         func() time.Time
	Log         *slog.Logger
}

// New returns a Handler.
func New(cfg Config) *Handler {
	return &Handler{Config: cfg, reading: make(chan struct{}, mostReading)}
}

// A Call is a request with the publication that it is about.
type Call struct {
	*request.Call
	*catalogue.Edition

	Locations func(tenant string) ([]string, error) // that there are, for whoever administers it
	Disclose  func(told ledger.Part) error          // takes down that somebody is told of them
}

// A Store keeps who may see what: the state store is it.
type Store interface {
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

	Answered(ctx context.Context, caller, key string) (kept state.Kept, before bool, err error)
	// Once carries a request out that may be sent again.
	Once(ctx context.Context, k state.Kept, do func(ctx context.Context) (status int, body []byte, err error)) (kept state.Kept, before bool, err error)
}

// practice is the tenant that a caller who administers it means: the one given, or
// the only one whose admin it is. One that it may not see is not there; one that it
// may see and does not administer is refused.
func (c *Call) practice(tenant string) (string, error) {
	noun := c.Manifest.Noun
	if own := c.Scope.Administered(); tenant == "" && len(own) == 1 {
		tenant = own[0]
	}
	if tenant == "" {
		if !c.Scope.Operates() && len(c.Scope.Administered()) == 0 {
			return "", forbidden()
		}
		return "", problem.Wrong(noun.Singular, "It is not said which "+noun.Singular+" is meant.", fmt.Sprintf("Name one by %s; /v1/%s lists them.", noun.Singular, noun.Plural))
	}
	if _, known := slices.BinarySearch(c.Tenants, tenant); !known || !c.Scope.Allows(tenant) && !c.Scope.Administers(tenant) {
		return "", problem.NotFound(noun.Singular, fmt.Sprintf("There is no %s %s here.", noun.Singular, problem.Clip(tenant)),
			fmt.Sprintf("/v1/%s lists those that open to you.", noun.Plural))
	}
	if !c.Scope.Administers(tenant) {
		return "", forbidden()
	}
	return tenant, nil
}

func forbidden() *problem.Problem {
	p := problem.New(problem.KindForbidden, "Your role does not let you do this.")
	p.Hint = "Have the admin of the practice or the vendor's operator do it."
	return p
}

// by is how the caller is named as who made something.
func (c *Call) by() string {
	name := state.PersonName(c.Scope.Person().ID)
	if c.Scope.Operates() {
		return state.Operator(name)
	}
	return name
}

// asked reads the tenant off a list's parameters: of what the caller administers.
func (c *Call) asked() (string, error) {
	noun := c.Manifest.Noun.Singular
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun}, false)
	if err != nil {
		return "", err
	}
	tenant, err := p.One(noun)
	if err != nil || tenant == "" && c.Scope.Operates() {
		return "", err
	}
	return c.practice(tenant)
}

// listed answers with what is there as it is: nobody keeps it.
func (c *Call) listed(data any, next string) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	head := c.W.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Type", request.JSON)
	body := catalogue.Envelope{Next: next}.Close(append(catalogue.Envelope{}.Open(), text...), c.Edition)
	if _, err := c.W.Write(body); err != nil {
		return fmt.Errorf("sending an answer: %w", err)
	}
	return nil
}

// noted tells the log who changed what.
func (h *Handler) noted(c *request.Call, what, id string) {
	h.Log.InfoContext(c.Ctx, "done at the office", "what", what, "id", id, "person", c.Scope.Person().ID, "client", c.Scope.Client(), "request_id", c.ID)
}

// posted reads the body of a request: all of it, the tenant that it names, and the
// rest into v.
func (c *Call) posted(v any) (body []byte, tenant string, err error) {
	if body, err = c.ReadBody(); err != nil {
		return nil, "", err
	}
	tenant, err = split(body, c.Manifest.Noun.Singular, v)
	return body, tenant, err
}

// split reads a JSON object whose tenant is named by the noun: the tenant, and the
// rest into v, strictly.
func split(body []byte, noun string, v any) (tenant string, err error) {
	members := map[string]json.RawMessage{}
	if err := request.Unmarshal(body, &members); err != nil {
		return "", err
	}
	if text, ok := members[noun]; ok {
		if err := json.Unmarshal(text, &tenant); err != nil {
			return "", problem.Wrong(noun, noun+" is not a text.", "Give the id of one "+noun+" in quotes.")
		}
		delete(members, noun)
	}
	if !request.Readable(tenant) {
		return "", problem.Wrong(noun, noun+" is not text.", "Send UTF-8 without control characters.")
	}
	// Names are told apart by their very letters: "Client" is not "client".
	for name := range maps.Keys(members) {
		if name != request.Lower(name) {
			return "", problem.Wrong(problem.Clip(name), fmt.Sprintf("There is no member %s here.", problem.Clip(name)), "/docs lists the members.")
		}
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return "", fmt.Errorf("reading a body: %w", err)
	}
	return tenant, request.Unmarshal(rest, v)
}
