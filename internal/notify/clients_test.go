package notify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/notify"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// partners are clients with webhooks in a real state, and what tells them.
type partners struct {
	notify.ClientSender

	state *state.Store
	log   *bytes.Buffer
	now   time.Time
}

func setupPartners(t *testing.T, clients ...string) *partners {
	t.Helper()
	p := &partners{log: new(bytes.Buffer), now: noon}
	now := func() time.Time { return p.now }
	var err error
	p.state, err = state.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "state.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.state.Close() }) //nolint:errcheck // the test is over
	guard := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	p.ClientSender = notify.ClientSender{
		Outbox: p.state, Guard: guard, Client: guard.Client(nil), Now: now, Jitter: func() float64 { return 0.5 },
		Log: slog.New(slog.NewTextHandler(p.log, nil)), Agent: "archwire test",
	}
	for _, c := range clients {
		_, _, _, err := p.state.CreateKey(t.Context(), state.NewKey{Client: c, Grants: []state.NewGrant{{
			Tenant: auth.Everyone, Profile: archwire.Aggregate, Purpose: "test", By: state.Operator(""),
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// enter puts publications into service, one after the other.
func (p *partners) enter(t *testing.T, ids ...archwire.PublicationID) {
	t.Helper()
	for _, id := range ids {
		err := p.state.Entered(t.Context(), func(context.Context) (archwire.Manifest, error) {
			return archwire.Manifest{ID: id, AsOf: "2026-11-20", DataThrough: noon, CreatedAt: noon}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (p *partners) send(t *testing.T, delivered, not int) {
	t.Helper()
	d, n, err := p.Send(t.Context())
	if err != nil || d != delivered || n != not {
		t.Fatalf("delivered %d, not %d, %v; want %d and %d\n%s", d, n, err, delivered, not, p.log)
	}
}

// A receiver is a partner's endpoint, which writes down what it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []string // publications, as they were told
	forged int
	status int
}

func (p *partners) receiver(t *testing.T, client string) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	var secret string
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		var told struct{ Event, Publication string }
		if err != nil || json.Unmarshal(body, &told) != nil || q.Header.Get("Archwire-Event") != told.Event ||
			q.Header.Get("Archwire-Signature") != notify.Signature([]byte(secret), p.now, body) {
			r.forged++
		}
		r.heard = append(r.heard, told.Publication)
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	var err error
	if _, secret, err = p.state.AddWebhook(t.Context(), client, r.URL+"/hunter2"); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *receiver) want(t *testing.T, publications ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if diff := cmp.Diff(publications, r.heard); diff != "" || r.forged > 0 {
		t.Errorf("%d forged (-want +got):\n%s", r.forged, diff)
	}
}

func TestClientSender_TellsInOrderAndSigned(t *testing.T) {
	p := setupPartners(t, "a", "b")
	a, b := p.receiver(t, "a"), p.receiver(t, "b")
	p.enter(t, "p1", "p2", "p1")
	p.send(t, 6, 0)
	a.want(t, "p1", "p2", "p1")
	b.want(t, "p1", "p2", "p1")
	if strings.Contains(p.log.String(), "hunter2") || strings.Contains(p.log.String(), "awh_") {
		t.Errorf("a secret is logged: %s", p.log)
	}
}

// A partner that never answers holds up nobody: the others hear all while it is
// still being waited for.
func TestClientSender_ThatWaitsForOneTellsTheOthers(t *testing.T) {
	p := setupPartners(t, "slow", "quick")
	p.Client.Timeout = time.Hour
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	goOn := sync.OnceFunc(func() { close(release) })
	defer goOn()
	for i := range webhook.Most {
		if _, _, err := p.state.AddWebhook(t.Context(), "slow", fmt.Sprintf("%s/%d", slow.URL, i)); err != nil {
			t.Fatal(err)
		}
	}
	quick := p.receiver(t, "quick")
	p.enter(t, "p1", "p2", "p3")
	done := make(chan error)
	go func() { _, _, err := p.Send(t.Context()); done <- err }()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // less than the slow one is given
		quick.mu.Lock()
		heard := len(quick.heard)
		quick.mu.Unlock()
		if heard == 3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the quick one heard %d of 3", heard)
		}
	}
	goOn()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	quick.want(t, "p1", "p2", "p3")
}

func TestClientSender_TriesAgainAndKeepsTheOrder(t *testing.T) {
	p := setupPartners(t, "a")
	a := p.receiver(t, "a")
	a.status = http.StatusServiceUnavailable
	p.enter(t, "p1", "p2")
	p.send(t, 0, 1)
	p.send(t, 0, 0)
	a.status = http.StatusOK
	p.now = noon.Add(time.Minute)
	p.send(t, 2, 0)
	a.want(t, "p1", "p1", "p2")
}

// A hook that was made while the project allowed its network is not sent to when
// it does so no more.
func TestClientSender_AsksTheGuardAgain(t *testing.T) {
	p := setupPartners(t, "a")
	a := p.receiver(t, "a")
	p.Guard = webhook.Guard{}
	p.enter(t, "p1")
	p.send(t, 0, 1)
	a.want(t)
	hooks, err := p.state.Webhooks(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ds, err := p.state.Deliveries(t.Context(), "a", hooks[0].ID, 9)
	if err != nil || len(ds) != 1 || ds[0].State != string(state.GivenUp) || ds[0].Answer != "the URL may not be sent to" {
		t.Errorf("%+v, %v", ds, err)
	}
}

// Told to stop while a partner is being told, it leaves that to the next one.
func TestClientSender_ThatIsInterruptedLosesNothing(t *testing.T) {
	p := setupPartners(t, "a")
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	var heard []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		heard = append(heard, string(webhook.PublicationOf(string(body))))
		first := len(heard) == 1
		mu.Unlock()
		if first {
			cancel()
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	if _, _, err := p.state.AddWebhook(t.Context(), "a", server.URL); err != nil {
		t.Fatal(err)
	}
	p.enter(t, "p1", "p2")
	if d, n, err := p.Send(ctx); d+n != 0 || err != nil {
		t.Fatalf("delivered %d, not %d, %v", d, n, err)
	}
	p.send(t, 0, 0) // somebody may still be at it
	p.now = noon.Add(2 * time.Minute)
	p.send(t, 2, 0)
	if !slices.Equal(heard, []string{"p1", "p1", "p2"}) {
		t.Errorf("heard %v", heard)
	}
}
