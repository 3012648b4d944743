package notify

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"

	"archwire/internal/project"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// An Outbox is where notifications wait, as a state.Store keeps them.
type Outbox interface {
	Take(ctx context.Context, lease time.Duration) (state.Notification, bool, error)
	Settle(ctx context.Context, n state.Notification) error
}

// A Sender sends what is in an outbox. All fields must be set.
type Sender struct {
	Outbox Outbox
	Hooks  []project.ResolvedHook
	Client *http.Client // as NewClient makes it
	Now    func() time.Time
	Jitter func() float64 // evenly from [0, 1)
	Log    *slog.Logger
	Agent  string // names the program
}

// NewClient makes a client that trusts nobody but the hook's own host: it checks
// certificates, and does not follow where an answer points.
func NewClient() *http.Client {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true, MaxIdleConns: 10, IdleConnTimeout: time.Minute,
	}
	return &http.Client{
		Transport: transport, Timeout: webhook.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send sends what is due, one after the other, until nothing is or ctx ends. It
// returns how many were delivered and how many were not; these are tried again
// later or given up. Errors are the outbox's.
func (s *Sender) Send(ctx context.Context) (delivered, not int, err error) {
	for !over(ctx) {
		n, found, err := s.Outbox.Take(ctx, lease)
		if err != nil || !found {
			return delivered, not, err
		}
		answer, verdict := s.attempt(ctx, n)
		if over(ctx) {
			break // not the hook's fault: its lease ends, and it is sent then
		}
		verdict.settle(&n, answer, s.Now(), s.Jitter)
		if err := s.Outbox.Settle(ctx, n); err != nil {
			return delivered, not, err
		}
		s.Log.InfoContext(ctx, "notification", "id", n.ID, "hook", n.Hook, "event", n.Event, "state", n.State, "attempts", n.Attempts, "answer", n.Answer)
		if n.State == state.Delivered {
			delivered++
		} else {
			not++
		}
	}
	return delivered, not, nil
}

func over(ctx context.Context) bool { return ctx.Err() != nil }

// attempt sends n once and says what came of it, without a word of what the hook
// answered or where it is.
func (s *Sender) attempt(ctx context.Context, n state.Notification) (answer string, v verdict) {
	for _, h := range s.Hooks {
		if h.ID() == n.Hook {
			return letter{s.Client, h.Endpoint, h.Key, s.Agent, s.Now()}.post(ctx, n)
		}
	}
	return "the project has no such webhook any more", verdict{final: true}
}
