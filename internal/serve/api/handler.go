package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/door"
	"archwire/internal/serve/limit"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/office"
	"archwire/internal/serve/operator"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// A Handler answers the API of the publication being served. It is safe for use
// by several goroutines.
type Handler struct {
	Config

	seal    *cursor.Sealer
	cache   *cache[cacheKey, *body]
	spelt   *cache[cacheKey, spelling]
	cubes   *cache[cubeKey, *measure.Cube]
	pairs   *cache[comparedKey, []change]
	limits  *limit.Limits
	guesses *limit.Guesses // of who calls
	packers *packers
	slots   slots
	exports *lanes // of exports
	files   *lanes // of slices
	alone   *router

	office *office.Handler
	door   *door.Handler

	mu       sync.Mutex
	editions []*edition // the last few, newest first
}

// mostExports is how many exports are under way at once, ownExports how many of them
// are one client's; further ones wait. Each holds the rows of a tenant or two, and a
// stream's buffers.
const (
	mostExports = 16
	ownExports  = mostExports / 2
)

// New returns a Handler.
func New(cfg Config) (*Handler, error) {
	secret := cfg.CursorSecret
	if len(secret) == 0 {
		secret = make([]byte, 32)
		rand.Read(secret)
	}
	seal, err := cursor.NewSealer(secret)
	if err != nil {
		return nil, fmt.Errorf("preparing cursors: %w", err)
	}
	packers, err := newPackers()
	if err != nil {
		return nil, fmt.Errorf("preparing compression: %w", err)
	}
	if cfg.CacheBytes == 0 {
		cfg.CacheBytes = 128 << 20
	}
	if cfg.Burst == 0 {
		cfg.Burst = int(math.Ceil(2 * cfg.Rate))
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.URL == nil {
		cfg.URL = func() string { return "" }
	}
	in, err := door.New(door.Config{Authorizer: cfg.Authorizer, Desk: cfg.Desk, Origin: cfg.Origin, URL: cfg.URL, Now: cfg.Now, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	return &Handler{
		Config: cfg, seal: seal, packers: packers,
		cache:  newCache[cacheKey, *body](cfg.CacheBytes * 5 / 16),
		spelt:  newCache[cacheKey, spelling](cfg.CacheBytes / 16),
		cubes:  newCache[cubeKey, *measure.Cube](cfg.CacheBytes / 2),
		pairs:  newCache[comparedKey, []change](cfg.CacheBytes / 8),
		limits: limit.New(cfg.Rate, cfg.Burst, cfg.Now).Also(cfg.Concurrency, cfg.HourlyBytes), guesses: limit.CallerGuesses(cfg.Now), slots: newSlots(),
		exports: newLanes(mostExports, ownExports), files: newLanes(mostSlices, ownSlices), alone: alone(cfg.Desk != nil),
		door: in,
		office: office.New(office.Config{
			Store: cfg.Office, Webhooks: cfg.Webhooks, Guard: cfg.WebhookGuard, Disclosures: cfg.Disclosures, Cursors: seal, Now: cfg.Now, Log: cfg.Log,
		}),
	}, nil
}

// A call is one request on its way: one publication, one scope.
type call struct {
	request.Call

	trip *trip
	pub  Publication
	ed   *edition

	notices notices // what it tells of an end

	metric string           // the metric that is being answered; "" when it is something else
	whole  bool             // it is answered by another definition than the publication's
	within archwire.Profile // in which all of the answer is seen; "" where each part is as it is opened

	several  bool // it is about several tenants
	followed bool // pub is that of a cursor and no longer the current one
	live     bool // what may be answered is worked out each time, whatever was answered before
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request, t *trip) (err error) {
	ctx, cancel := context.WithTimeout(r.Context(), h.Timeout)
	defer cancel()
	defer func() {
		// Whatever an interrupted query said, the time is what was wrong.
		if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			err = errors.Join(ctx.Err(), err)
		}
	}()
	c := &call{Call: request.Call{Ctx: ctx, W: w, R: r, ID: t.id}, trip: t}
	w.Header().Set("Archwire-Version", describe.Version)
	if err := request.WellFormed(r); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1"):
		err = h.admit(c)
	case r.URL.Path == openAPIPath || r.URL.Path == docsPath:
		err = h.recognized(c)
	}
	if err == nil && c.Credential != "" {
		err = h.viewAs(c)
	}
	if err != nil {
		return err
	}
	if m, ok := h.alone.match(r.Method, r.URL.Path); ok {
		return h.routed(c, m)
	}
	pub, err := h.Reader.Current(ctx)
	if err != nil {
		return unavailable(c, err)
	}
	if err := h.open(c, pub); err != nil { //nolint:contextcheck // routes are given their call when they are taken
		return err
	}
	if err := c.viewable(); err != nil {
		return err
	}
	h.Metrics.publication(c.ed.Manifest)
	m, ok := c.ed.mux.match(r.Method, r.URL.Path)
	if !ok || path.Clean(r.URL.Path) != r.URL.Path {
		return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
	}
	return h.routed(c, m)
}

// routed hands a call to its route.
func (h *Handler) routed(c *call, m match) error {
	c.trip.route, c.Name = m.pattern, m.variable
	if len(m.allowed) > 0 {
		c.W.Header().Set("Allow", strings.Join(m.allowed, ", "))
		return problem.New(problem.KindMethod, "This path takes "+problem.Either(m.allowed)+".")
	}
	if v := c.R.Header.Get("Archwire-Version"); v != "" && v != describe.Version {
		return problem.Wrong("Archwire-Version", "There is no such version of the API.", "This server speaks "+describe.Version+".")
	}
	if c.ed != nil && m.method == http.MethodGet {
		if done, err := h.repeat(c); done {
			return err
		}
	}
	return m.serve(h, c)
}

// admit finds out who calls, and whether it calls too often.
func (h *Handler) admit(c *call) error {
	text, cookie := h.door.Credential(c.R)
	if cookie {
		if err := h.door.SameSite(&c.Call); err != nil {
			return err
		}
	}
	scope, err := h.authorize(c, text)
	if err != nil {
		return c.refused(err)
	}
	c.Scope, c.Credential, c.trip.key, c.trip.person = scope, text, scope.Key(), scope.Person().ID
	return h.limited(c, scope.Key())
}

// refused says to whom err refuses how callers show who they are.
func (c *call) refused(err error) error {
	if archwire.CodeOf(err) == archwire.Denied {
		c.W.Header().Set("WWW-Authenticate", `Bearer realm="archwire"`)
	}
	return err
}

// authorize looks at what a caller shows, unless too much from there was wrong.
// Tokens are looked at always, as that asks nobody: one that is good is never refused
// for its neighbours' guesses.
func (h *Handler) authorize(c *call, text string) (auth.Scope, error) {
	guess := h.guesses.Of(request.Address(c.R), text)
	slow := guess.Admit(c.W.Header())
	if slow != nil && text != "" && !auth.IsToken(text) {
		return auth.Scope{}, slow
	}
	scope, err := h.Authorizer.Authorize(c.Ctx, text, request.Address(c.R))
	switch {
	case err == nil:
		c.W.Header().Del("Retry-After")
		guess.WasRight()
	case archwire.CodeOf(err) == archwire.Denied && text != "" && slow != nil:
		err = slow
	case archwire.CodeOf(err) == archwire.Denied && text != "":
		guess.WasWrong()
	}
	return scope, err
}

// open puts the call into a publication. The editions of a few are kept: of the
// current one, and of those that cursors still read from.
func (h *Handler) open(c *call, pub Publication) error {
	const kept = 4
	m := pub.Manifest()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.editions {
		if e.Manifest.ID == m.ID && e.Manifest.Narrowed == m.Narrowed {
			c.pub, c.ed = pub, e
			return nil
		}
	}
	e, err := newEdition(m)
	if err != nil {
		return err
	}
	h.editions = append([]*edition{e}, h.editions[:min(len(h.editions), kept-1)]...)
	c.pub, c.ed = pub, e
	return nil
}

// unavailable is the answer when a publication cannot be read. The cause names
// files, so it goes to the log only; operators are told it in a sentence.
func unavailable(c *call, err error) error {
	c.W.Header().Set("Retry-After", "5")
	if c.Scope.Operates() {
		return operator.Unserved(err)
	}
	p := problem.New(problem.KindUnavailable, "There is no publication to answer from now.")
	p.Hint, p.Cause = "Try again in a few seconds; if it stays so, nothing may have been published yet.", err
	return p
}
