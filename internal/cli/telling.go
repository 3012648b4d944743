package cli

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"archwire/internal/notify"
	"archwire/internal/project"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// guardOf says where the project lets events be sent that clients asked for.
func guardOf(p *project.Project) webhook.Guard { return webhook.Guard{Allow: p.Webhooks.AllowNetworks} }

// tellClients tells the webhooks of clients what is due.
func (a *app) tellClients(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger) error {
	guard := guardOf(p)
	client := guard.Client(nil)
	defer client.CloseIdleConnections()
	sender := &notify.ClientSender{
		Outbox: st, Guard: guard, Client: client, Now: a.Now, Jitter: rand.Float64, Log: log, Agent: "archwire/" + a.Version,
	}
	_, _, err := sender.Send(ctx)
	return err
}

// noticeAndTell writes down what is in service, should nobody have done so, and
// tells the webhooks of clients what is due.
func (a *app) noticeAndTell(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger) error {
	store, err := a.openStore(p)
	if err != nil {
		return err
	}
	if err := inService(ctx, st, store); err != nil {
		return err
	}
	return a.tellClients(ctx, p, st, log)
}

// tellEvery is how long a client waits for its event when a server tells it.
const tellEvery = 3 * time.Second

// telling tells the webhooks of clients until ctx ends or stop is called, which
// waits for the last attempt.
func (a *app) telling(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for {
			if err := a.noticeAndTell(ctx, p, st, log); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "telling webhooks", "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return func() { cancel(); <-done }
}
