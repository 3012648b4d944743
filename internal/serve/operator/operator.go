// Package operator answers what whoever runs the product asks over HTTP: runs,
// freshness, models, what was verified, publications and which is in service, tenants,
// clients, contracts in use, and what is stored. It holds no state and no store: it is
// handed the few things that it asks of them.
package operator

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// Config is what a Handler is made of. All of it must be set.
type Config struct {
	Journal      Journal
	Publications Publications
	Access       Access
	Disclosures  Disclosures
	Project      Project
	Now          func() time.Time
	Log          *slog.Logger
}

// A Journal is what runs have left behind: the state store is it.
type Journal interface {
	Runs(ctx context.Context, limit int) ([]archwire.Run, error)
	Run(ctx context.Context, id archwire.RunID) (archwire.Run, error)
	LastSuccess(ctx context.Context) (run archwire.Run, found bool, err error)
	Working(ctx context.Context) (c state.Claim, found bool, err error)
	Entries(ctx context.Context, limit int) ([]webhook.Entry, error)
}

// Publications are those of the store, and which of them is in service.
type Publications interface {
	// Current is the manifest of the one in service, the zero one while there is none.
	Current(ctx context.Context) (archwire.Manifest, error)
	List(ctx context.Context) ([]publish.Listed, error)
	// Held is the manifest and the index of one; code NotFound when there is none.
	Held(ctx context.Context, id archwire.PublicationID) (archwire.Manifest, []archwire.Slice, error)
	// Switch puts one into service, as archwire rollback does, and writes down that by
	// did so: what is not whole, of code Mismatch, is not, and while a run is at work
	// nothing is, of code Conflict.
	Switch(ctx context.Context, id archwire.PublicationID, by string) (archwire.Manifest, error)
}

// Access is who may see what: the state store is it.
type Access interface {
	Clients(ctx context.Context) ([]state.Client, error)
	Keys(ctx context.Context) ([]auth.Key, error)
	Grants(ctx context.Context, client, tenant string) ([]auth.Grant, error)
	People(ctx context.Context, tenant string) ([]auth.Person, error)
}

// Disclosures sums up what was disclosed: ledger.Archive is it, but for the chains
// that other servers have.
type Disclosures interface {
	Uses(ctx context.Context, since time.Time) ([]ledger.Use, error)
	Lasts(ctx context.Context, since time.Time) (map[string]time.Time, error)
}

// A Project is what the project's files say that the publication does not, and what
// lies on this machine.
type Project interface {
	// Promise is how old what is served may become, 0 where nothing is promised, and
	// when the next run is due by the schedule, zero where none is.
	Promise() (within time.Duration, next time.Time)
	// Zone is by whose clocks it is scheduled.
	Zone() *time.Location
	// Models are the models in the order of their refreshing.
	Models(ctx context.Context) ([]Model, error)
	// Storage is what lies in the store and on this machine.
	Storage(ctx context.Context) (Stored, error)
}

// A Model is one of the project.
type Model struct {
	Name        string
	Description string
	File        string
	Reads       []string // tables and models, as schema.name
	ByTenant    bool     // tenants can be recomputed alone
	Reason      string   // why, or why not
}

// A Handler answers the routes of operators.
type Handler struct {
	Config

	reading chan struct{} // one for each reading of the ledger or of an index under way
}

// New returns a Handler.
func New(cfg Config) *Handler {
	const most = 2 // others wait
	return &Handler{Config: cfg, reading: make(chan struct{}, most)}
}

// Doc is an answer: it is of no publication.
type Doc struct {
	Data any `json:"data"`
}

// told answers with what there is.
func told(c *request.Call, data any) error { return c.Told(http.StatusOK, Doc{data}) }

// plain answers a list or a thing that takes no parameters.
func plain[T any](c *request.Call, ask func(ctx context.Context) (T, error)) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	data, err := ask(c.Ctx)
	if err != nil {
		return err
	}
	return told(c, data)
}

// slowly waits for its turn to read much.
func (h *Handler) slowly(ctx context.Context) (done func(), err error) {
	select {
	case h.reading <- struct{}{}:
		return func() { <-h.reading }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// unreadable keeps to the log which file of the ledger is at fault.
func unreadable(err error) error {
	p := problem.New(problem.KindUnavailable, "The ledger cannot be read now.")
	p.Hint, p.Cause = "Run archwire ledger verify.", err
	return p
}

// optional is null of a time that is not known.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
