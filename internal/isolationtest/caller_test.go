package isolationtest

import (
	"cmp"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// A caller is somebody who asks, and what it may hold of what there is, as its
// grants say it in words.
type caller struct {
	name    string
	secret  string // never to be found anywhere
	may     func(canary) bool
	refused bool   // all of /v1 is 401 to it
	figures string // what of it is not shown by each pass: figures only, or people; "" is nothing
	like    string // the caller whose own it shares; "" is its own only
	cookie  bool   // the secret is a session

	client   string // for whom it calls
	admin    string // whose admin it is
	operates bool

	as string // as whom it looks at things, who is an operator
}

// mayNotRead says whether a caller sees a canary only where figures are split by it,
// which not each pass asks for, or where people are listed, which some may.
func (c caller) mayNotRead(f canary) bool {
	return office(f) || c.figures == "taken" && f.dataset != "tenants"
}

// whose is whose answers are the caller's own: a token's are those of its key.
func (c caller) whose() string { return cmp.Or(c.like, c.name) }

func (c caller) sign(r *http.Request) {
	if c.as != "" {
		r.Header.Set("Archwire-View-As", c.as)
	}
	if c.cookie {
		r.AddCookie(&http.Cookie{Name: "archwire", Value: c.secret})
	} else if c.secret != "" {
		r.Header.Set("Authorization", "Bearer "+c.secret)
	}
}

func nothing(canary) bool { return false }

// everything is all rows.
func everything(c canary) bool { return !office(c) }

// classes are what the profiles open.
var classes = map[archwire.Profile][]string{
	archwire.Aggregate:    {"public"},
	archwire.Pseudonymous: {"public", "pseudonymous"},
	archwire.Identified:   {"public", "pseudonymous", "identified"},
}

// of may hold what a profile opens of practices. Practices themselves are listed
// to whoever may see something of them.
func of(profile archwire.Profile, practices ...string) func(canary) bool {
	return func(c canary) bool {
		return slices.Contains(practices, c.practice) && slices.Contains(classes[profile], c.class)
	}
}

// only narrows what may be held to datasets.
func only(may func(canary) bool, datasets ...string) func(canary) bool {
	return func(c canary) bool { return may(c) && (c.dataset == "tenants" || slices.Contains(datasets, c.dataset)) }
}

func either(these ...func(canary) bool) func(canary) bool {
	return func(c canary) bool {
		return slices.ContainsFunc(these, func(may func(canary) bool) bool { return may(c) })
	}
}

// callers makes everybody. The first may hold everything.
func (w *world) callers(t *testing.T) []caller {
	t.Helper()
	grant := func(profile archwire.Profile, practices ...string) (out []state.NewGrant) {
		for _, p := range practices {
			out = append(out, state.NewGrant{Tenant: p, Profile: profile, Purpose: "test", By: byTest})
		}
		return out
	}
	with := func(g []state.NewGrant, change func(*state.NewGrant)) []state.NewGrant {
		for i := range g {
			change(&g[i])
		}
		return g
	}
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	out := []caller{
		w.newClient(t, "vendor", everything, grant(archwire.Identified, auth.Everyone)),
		{name: "nobody", may: nothing, refused: true},
		{name: "forger", secret: "aw_aaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", may: nothing, refused: true},
		w.newClient(t, "reader", of(archwire.Aggregate, "p1"), grant(archwire.Aggregate, "p1")),
		w.newClient(t, "partner", of(archwire.Pseudonymous, "p1"), grant(archwire.Pseudonymous, "p1")),
		w.newClient(t, "practice", of(archwire.Identified, "p1"), grant(archwire.Identified, "p1")),
		w.newClient(t, "mixed", either(of(archwire.Identified, "p1"), of(archwire.Aggregate, "p2"), of(archwire.Pseudonymous, "p4")),
			slices.Concat(grant(archwire.Identified, "p1"), grant(archwire.Aggregate, "p2"), grant(archwire.Pseudonymous, "p4"))),
		w.newClient(t, "one dataset", only(of(archwire.Identified, "p1"), "visits"),
			with(grant(archwire.Identified, "p1"), func(g *state.NewGrant) { g.Datasets = []string{"visits"} })),
		w.figures(t, "taken", only(of(archwire.Identified, "p1"), "visits"),
			with(grant(archwire.Identified, "p1"), func(g *state.NewGrant) { g.Metrics = []string{"taken"} })),
		w.newClient(t, "to come", nothing, with(grant(archwire.Identified, practices()...), func(g *state.NewGrant) { g.From = in(time.Hour) })),
	}
	late := w.newClient(t, "ended", nothing, with(grant(archwire.Identified, practices()...), func(g *state.NewGrant) { g.Until = in(time.Millisecond) }))
	revoked := w.newClient(t, "revoked", nothing, grant(archwire.Identified, practices()...))
	grants, err := w.state.Grants(t.Context(), "revoked", "")
	must(t, err)
	for _, g := range grants {
		must(t, w.state.RevokeGrants(t.Context(), []string{g.ID}))
	}
	out = append(out, late, revoked, w.badKey(t, "expired key", state.NewKey{Expires: in(time.Millisecond)}),
		w.badKey(t, "key of elsewhere", state.NewKey{Networks: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}}), w.revokedKey(t))
	out = append(out, w.newClient(t, "one location", at(of(archwire.Identified, "p1"), "l1"),
		with(grant(archwire.Identified, "p1"), func(g *state.NewGrant) { g.Locations = []string{"l1"} })))
	out = append(out, w.token(t, "partner", out), w.token(t, "mixed", out))
	out = append(out, w.people(t)...)
	time.Sleep(2 * time.Millisecond) // so that what was to end has ended
	return out
}

// client is a client of that name with a key and grants.
func (w *world) newClient(t *testing.T, name string, may func(canary) bool, grants []state.NewGrant) caller {
	t.Helper()
	secret, _, _, err := w.state.CreateKey(t.Context(), state.NewKey{Client: name, Grants: grants})
	must(t, err)
	return caller{name: name, client: name, secret: secret, may: may}
}

// figures is a client that has one metric only.
func (w *world) figures(t *testing.T, metric string, may func(canary) bool, grants []state.NewGrant) caller {
	t.Helper()
	c := w.newClient(t, "one metric", may, grants)
	c.figures = metric
	return c
}

// badKey is a key of the vendor's own client that opens nothing.
func (w *world) badKey(t *testing.T, name string, n state.NewKey) caller {
	t.Helper()
	n.Client = "vendor"
	secret, _, _, err := w.state.CreateKey(t.Context(), n)
	must(t, err)
	return caller{name: name, secret: secret, may: nothing, refused: true}
}

func (w *world) revokedKey(t *testing.T) caller {
	t.Helper()
	secret, k, _, err := w.state.CreateKey(t.Context(), state.NewKey{Client: "vendor"})
	must(t, err)
	must(t, w.state.RevokeKey(t.Context(), k.ID))
	return caller{name: "revoked key", secret: secret, may: nothing, refused: true}
}
