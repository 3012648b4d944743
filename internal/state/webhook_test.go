package state_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// hooks is a state with clients, at a time that a test sets.
type hooks struct {
	*state.Store
	now time.Time
}

func hooksAt(t *testing.T, url string, clients ...string) *hooks {
	t.Helper()
	h := &hooks{now: noon}
	h.Store = open(t, url, func() time.Time { return h.now })
	for _, c := range clients {
		n := state.NewKey{Client: c, Grants: []state.NewGrant{{Tenant: auth.Everyone, Profile: archwire.Aggregate, Purpose: "test", By: state.Operator("")}}}
		if _, _, _, err := h.CreateKey(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *hooks) add(t *testing.T, client, url string) webhook.Hook {
	t.Helper()
	one, secret, err := h.AddWebhook(t.Context(), client, url)
	if err != nil || len(secret) < 40 {
		t.Fatalf("%q, %v", secret, err)
	}
	return one
}

// enter puts a publication into service.
func (h *hooks) enter(t *testing.T, id archwire.PublicationID) {
	t.Helper()
	if err := h.Entered(t.Context(), serving(id)); err != nil {
		t.Fatal(err)
	}
}

func serving(id archwire.PublicationID) func(context.Context) (archwire.Manifest, error) {
	return func(context.Context) (archwire.Manifest, error) {
		return archwire.Manifest{ID: id, AsOf: "2026-11-20", DataThrough: noon, CreatedAt: noon}, nil
	}
}

// told are the publications of all that is due for all webhooks, in the order in
// which it is handed out, each settled as v says.
func (h *hooks) told(t *testing.T, v state.NotificationState) (out []string) {
	t.Helper()
	for {
		hook, n, found, err := h.TakeDelivery(t.Context(), time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return out
		}
		n.State, n.EndedAt, n.Answer = v, h.now, "HTTP 299"
		if v == state.Pending {
			n.EndedAt, n.NextAt = time.Time{}, h.now.Add(time.Hour)
		}
		if err := h.SettleDelivery(t.Context(), hook, n); err != nil {
			t.Fatal(err)
		}
		out = append(out, hook.Client+" "+string(webhook.PublicationOf(n.Body)))
	}
}

func TestEntered_TellsEachSwitchOnceToWhomItConcerns(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a", "b", "silent")
		h.add(t, "a", "https://a.example/")
		h.add(t, "b", "https://b.example/")
		for _, id := range []archwire.PublicationID{"p1", "p1", "p2", "p1"} { // the last is a rollback
			h.enter(t, id)
		}
		if err := h.Entered(t.Context(), func(context.Context) (archwire.Manifest, error) {
			return archwire.Manifest{}, &archwire.Error{Code: archwire.NotFound, Message: "nothing is in service"}
		}); err != nil {
			t.Fatal(err)
		}
		grants, err := h.GrantsOf(t.Context(), "b")
		if err != nil || h.RevokeGrants(t.Context(), []string{grants[0].ID}) != nil {
			t.Fatal(err)
		}
		h.enter(t, "p3")
		if diff := cmp.Diff([]string{"a p1", "a p2", "a p1", "a p3"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, err := h.Grant(t.Context(), "b", []state.NewGrant{{Tenant: "1", Profile: archwire.Aggregate, Purpose: "again", By: "t"}}); err != nil {
			t.Fatal(err)
		}
		// What waited when the grant was revoked waits for the next one; what came meanwhile is not told.
		if diff := cmp.Diff([]string{"b p1", "b p2", "b p1"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("after the new grant (-want +got):\n%s", diff)
		}
	})
}

// Somebody who looks while another switches sees a switch late or not at all, and
// never writes one down that is over.
func TestEntered_BelievesNoLookThatIsOverTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a")
		h.add(t, "a", "https://a.example/")
		err := h.Entered(t.Context(), func(ctx context.Context) (archwire.Manifest, error) {
			h.enter(t, "p1")
			h.enter(t, "p2")
			return serving("p1")(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		h.enter(t, "p2")
		if diff := cmp.Diff([]string{"a p1", "a p2"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestTakeDelivery_TellsOneAfterTheOther(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a", "b")
		a := h.add(t, "a", "https://a.example/")
		h.add(t, "b", "https://b.example/")
		h.enter(t, "p1")
		h.enter(t, "p2")
		first, n, found, err := h.TakeDelivery(t.Context(), time.Minute, []string{"b"})
		if err != nil || !found || first.ID != a.ID || webhook.PublicationOf(n.Body) != "p1" {
			t.Fatalf("got %v, %v, %v", first, n, err)
		}
		if diff := cmp.Diff([]string{"b p1", "b p2"}, h.told(t, state.Delivered)); diff != "" {
			t.Fatalf("while a is told (-want +got):\n%s", diff)
		}
		n.State, n.NextAt = state.Pending, h.now.Add(time.Hour) // p2 waits for p1, which waits
		if err := h.SettleDelivery(t.Context(), first, n); err != nil {
			t.Fatal(err)
		}
		if got := h.told(t, state.Delivered); len(got) != 0 {
			t.Errorf("told %v", got)
		}
		if _, err := h.TryWebhook(t.Context(), "a", a.ID); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"a "}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("a trial waits for nobody (-want +got):\n%s", diff)
		}
		h.now = h.now.Add(time.Hour)
		if diff := cmp.Diff([]string{"a p1", "a p2"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("an hour later (-want +got):\n%s", diff)
		}
	})
}

func TestSettleDelivery_DisablesWhatFailsEventAfterEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a")
		a := h.add(t, "a", "https://a.example/")
		disabled := func() bool {
			t.Helper()
			all, err := h.Webhooks(t.Context(), "a")
			if err != nil || len(all) != 1 {
				t.Fatal(err)
			}
			return !all[0].DisabledAt.IsZero()
		}
		next := 0
		fail := func(n int, v state.NotificationState) {
			for range n {
				next++
				h.now = h.now.Add(time.Hour)
				h.enter(t, archwire.PublicationID(fmt.Sprintf("p%d", next)))
				if got := h.told(t, v); len(got) != 1 {
					t.Fatalf("p%d: told %v", next, got)
				}
			}
		}
		fail(4, state.GivenUp)
		fail(1, state.Delivered)
		fail(4, state.GivenUp)
		if disabled() {
			t.Fatal("disabled after four in a row")
		}
		fail(1, state.GivenUp)
		if !disabled() {
			t.Fatal("not disabled after five in a row")
		}
		h.enter(t, "unheard")
		if got := h.told(t, state.Delivered); len(got) != 0 {
			t.Errorf("a disabled one was told %v", got)
		}
		n, err := h.ReplayWebhook(t.Context(), "a", a.ID, "p8")
		if err != nil || n != 3 || disabled() {
			t.Fatalf("replay: %d, %v, disabled: %v", n, err, disabled())
		}
		if diff := cmp.Diff([]string{"a p9", "a p10", "a unheard"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("replay (-want +got):\n%s", diff)
		}
	})
}

func TestReplayWebhook_SendsTheSameBytes(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a")
		a := h.add(t, "a", "https://a.example/")
		h.enter(t, "p1")
		h.enter(t, "p2")
		bodies := func() (out []string) {
			for {
				hook, n, found, err := h.TakeDelivery(t.Context(), time.Minute, nil)
				if err != nil || !found {
					return out
				}
				n.State, n.EndedAt = state.Delivered, h.now
				if err := h.SettleDelivery(t.Context(), hook, n); err != nil {
					t.Fatal(err)
				}
				out = append(out, n.ID+n.Body)
			}
		}
		was := bodies()
		h.now = h.now.Add(time.Hour)
		if n, err := h.ReplayWebhook(t.Context(), "a", a.ID, "p1"); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if diff := cmp.Diff(was[1:], bodies()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		_, err := h.ReplayWebhook(t.Context(), "a", a.ID, "p9")
		wantCode(t, err, archwire.NotFound)
	})
}

// What is another client's is as what was never there: the same error, word for
// word.
func TestWebhooks_OfAnotherClientAreNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a", "b")
		a := h.add(t, "a", "https://a.example/secret")
		h.enter(t, "p1")
		for name, do := range map[string]func(id string) error{
			"remove": func(id string) error { return h.RemoveWebhook(t.Context(), "b", id) },
			"try":    func(id string) error { _, err := h.TryWebhook(t.Context(), "b", id); return err },
			"events": func(id string) error { _, err := h.Deliveries(t.Context(), "b", id, 9); return err },
			"replay": func(id string) error { _, err := h.ReplayWebhook(t.Context(), "b", id, "p1"); return err },
		} {
			foreign := do(a.ID)
			wantCode(t, foreign, archwire.NotFound)
			if want := "there is no webhook " + a.ID; archwire.MessageOf(foreign) != want {
				t.Errorf("%s: %v, want %s", name, foreign, want)
			}
			if none := do("awh_a secret in the wrong place"); archwire.MessageOf(none) != "there is no webhook of that id" {
				t.Errorf("%s: %v", name, none)
			}
		}
		if all, err := h.Webhooks(t.Context(), "b"); err != nil || len(all) != 0 {
			t.Errorf("b sees %v, %v", all, err)
		}
		if diff := cmp.Diff([]string{"a p1"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestAddWebhook_HasLimits(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a", "b")
		for i := range webhook.Most {
			h.add(t, "a", fmt.Sprintf("https://a.example/%d", i))
		}
		_, _, err := h.AddWebhook(t.Context(), "a", "https://a.example/0")
		wantCode(t, err, archwire.Conflict)
		_, _, err = h.AddWebhook(t.Context(), "a", "https://a.example/more")
		wantCode(t, err, archwire.Conflict)
		_, _, err = h.AddWebhook(t.Context(), "nobody", "https://a.example/")
		wantCode(t, err, archwire.NotFound)
		h.add(t, "b", "https://a.example/0")
	})
}

// The project's own notifications and clients' are told apart: nobody takes,
// lists, counts or replays the others'.
func TestOutbox_KeepsClientsApart(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url, "a")
		a := h.add(t, "a", "https://a.example/")
		h.enter(t, "p1")
		if _, found, err := h.Take(t.Context(), time.Minute); err != nil || found {
			t.Errorf("the project takes a client's: %v", err)
		}
		ds, err := h.Deliveries(t.Context(), "a", a.ID, 9)
		if err != nil || len(ds) != 1 || ds[0].Publication != "p1" || ds[0].Sequence != 1 {
			t.Fatalf("%v, %v", ds, err)
		}
		_, err = h.Replay(t.Context(), ds[0].ID)
		wantCode(t, err, archwire.NotFound)
		if err := h.Enqueue(t.Context(), aNotification("e1", "h1")); err != nil {
			t.Fatal(err)
		}
		if pending, _, err := h.Outbox(t.Context()); err != nil || pending != 1 {
			t.Errorf("%d pending, %v", pending, err)
		}
		if ns, err := h.Notifications(t.Context(), 9); err != nil || len(ns) != 1 || ns[0].ID != "e1" {
			t.Errorf("%v, %v", ns, err)
		}
		if diff := cmp.Diff([]string{"a p1"}, h.told(t, state.Delivered)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := h.RemoveWebhook(t.Context(), "a", a.ID); err != nil {
			t.Fatal(err)
		}
		if n, found, err := h.Take(t.Context(), time.Minute); err != nil || !found || n.ID != "e1" {
			t.Errorf("%v, %v", n, err)
		}
	})
}
