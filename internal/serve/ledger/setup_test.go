package ledger_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/serve/ledger"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// anchors keep heads in memory.
type anchors struct {
	mu    sync.Mutex
	heads map[string]ledger.Head
}

func (a *anchors) SaveHead(_ context.Context, h ledger.Head) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.heads == nil {
		a.heads = map[string]ledger.Head{}
	}
	a.heads[h.Chain] = h
	return nil
}

func (a *anchors) Heads(context.Context) (all []ledger.Head, _ error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.heads {
		all = append(all, h)
	}
	return all, nil
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

// ground is a ledger's folder, with what a server gives it.
type ground struct {
	ledger.Config
	clock   *clock
	anchors *anchors
}

func newGround(t *testing.T) *ground {
	t.Helper()
	g := &ground{clock: &clock{at: noon}, anchors: &anchors{}}
	g.Config = ledger.Config{
		Dir: t.TempDir(), Now: g.clock.now, Log: slog.New(slog.DiscardHandler), Anchors: g.anchors,
		Store: object.NewDir(t.TempDir()),
	}
	return g
}

func (g *ground) open(t *testing.T) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), g.Config)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (g *ground) archive() *ledger.Archive {
	return &ledger.Archive{Dir: g.Dir, Store: g.Store, Now: g.clock.now}
}

// with appends entries and closes the ledger.
func (g *ground) with(t *testing.T, entries ...ledger.Entry) {
	t.Helper()
	l := g.open(t)
	for _, e := range entries {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func (g *ground) found(t *testing.T, f ledger.Filter) (all []ledger.Entry) {
	t.Helper()
	for r, err := range g.archive().Find(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r.Entry)
	}
	return all
}

func (g *ground) proof(t *testing.T) ledger.Proof {
	t.Helper()
	p, err := g.archive().Verify(t.Context(), g.anchors)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// entry is one about tenants.
func entry(id int, tenants ...string) ledger.Entry {
	e := ledger.Entry{
		At: noon.Add(time.Duration(id) * time.Second), Request: fmt.Sprintf("r%d", id), Outcome: ledger.Sent, Client: "analytics", Key: "k1",
		Address: "192.0.2.7", Resource: "rows", Name: "collections_daily", Publication: "20261122T020000Z-4f9c",
		Profile: archwire.Pseudonymous, Fields: []string{"net_amount"}, Query: "filter%5Blocation_id%5D=3",
	}
	for i, t := range tenants {
		e.Parts = append(e.Parts, ledger.Part{Tenant: t, Grant: "g-" + t, Rows: int64(10 + i), Subjects: ledger.Subjects{uint64(i), 1 << 63}})
	}
	return e
}
