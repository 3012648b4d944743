package notify

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"archwire/internal/state"
	"archwire/internal/webhook"
)

// ClientOutbox is where what clients are to be told waits, as a state.Store keeps
// it.
type ClientOutbox interface {
	WebhookSecret(ctx context.Context) ([]byte, error)
	TakeDelivery(ctx context.Context, lease time.Duration, busy []string) (webhook.Hook, state.Notification, bool, error)
	SettleDelivery(ctx context.Context, h webhook.Hook, n state.Notification) error
}

// A ClientSender tells the webhooks of clients. All fields must be set.
type ClientSender struct {
	Outbox ClientOutbox
	Guard  webhook.Guard
	Client *http.Client // as Guard.Client makes it
	Now    func() time.Time
	Jitter func() float64 // evenly from [0, 1)
	Log    *slog.Logger
	Agent  string // names the program
}

// mostAtOnce is how many clients are told at a time, each of one event: whoever
// answers slowly holds up itself.
const mostAtOnce = 16

// Send tells clients what is due, until nothing is or ctx ends, and returns how
// many events were delivered and how many were not; these are tried again later or
// given up. Errors are the outbox's.
func (s *ClientSender) Send(ctx context.Context) (delivered, not int, err error) {
	master, err := s.Outbox.WebhookSecret(ctx)
	if err != nil {
		return 0, 0, err
	}
	busy, ended := map[string]bool{}, make(chan told)
	for {
		for err == nil && !over(ctx) && len(busy) < mostAtOnce {
			h, n, found, failed := s.Outbox.TakeDelivery(ctx, lease, slices.Collect(maps.Keys(busy)))
			if err = failed; err != nil || !found {
				break
			}
			busy[h.Client] = true
			go func() { ended <- s.tell(ctx, master, h, n) }()
		}
		if len(busy) == 0 {
			return delivered, not, err
		}
		t := <-ended
		delete(busy, t.client)
		switch {
		case t.err != nil:
			err = t.err
		case t.delivered:
			delivered++
		case !t.left:
			not++
		}
	}
}

// told is what became of one event.
type told struct {
	client    string
	delivered bool
	left      bool // for whoever comes next: ctx ended
	err       error
}

func (s *ClientSender) tell(ctx context.Context, master []byte, h webhook.Hook, n state.Notification) told {
	answer, v := s.attempt(ctx, master, h, n)
	if over(ctx) {
		return told{client: h.Client, left: true} // not the hook's fault: its lease ends, and it is sent then
	}
	v.settle(&n, answer, s.Now(), s.Jitter)
	if err := s.Outbox.SettleDelivery(ctx, h, n); err != nil {
		return told{client: h.Client, err: err}
	}
	s.Log.InfoContext(ctx, "webhook", "id", n.ID, "webhook", h.ID, "client", h.Client, "event", n.Event, "state", n.State,
		"attempts", n.Attempts, "answer", n.Answer)
	return told{client: h.Client, delivered: v.delivered}
}

// attempt tells h of n once. What the project has come to forbid since h was made
// is not sent to.
func (s *ClientSender) attempt(ctx context.Context, master []byte, h webhook.Hook, n state.Notification) (string, verdict) {
	endpoint, err := s.Guard.URL(h.URL)
	if err != nil {
		return "the URL may not be sent to", verdict{final: true}
	}
	return letter{s.Client, endpoint, []byte(webhook.Secret(master, h.ID)), s.Agent, s.Now()}.post(ctx, n)
}
