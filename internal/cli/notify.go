package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/notify"
	"archwire/internal/project"
	"archwire/internal/state"
)

func newNotifyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "List notifications, and send one again",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNotifyListCommand(a), newNotifyReplayCommand(a))
	return cmd
}

func newNotifyListCommand(a *app) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the last notifications, and what became of them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				ns, err := st.Notifications(cmd.Context(), limit)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"notifications": append([]state.Notification{}, ns...)})
				}
				t := newTable(a.Out, "id", "event", "run", "webhook", "state", "attempts", "created", "answer")
				for _, n := range ns {
					t.row(n.ID, string(n.Event), dash(string(n.Run)), hookName(p, n.Hook), string(n.State), fmt.Sprint(n.Attempts),
						minute(n.CreatedAt), dash(n.Answer))
				}
				t.flush()
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many notifications to show")
	return cmd
}

// hookName says which of the project's webhooks has an id, without its URL.
func hookName(p *project.Project, id string) string {
	for i, h := range p.Hooks {
		if h.ID() == id {
			return fmt.Sprintf("notify[%d]", i)
		}
	}
	return "removed"
}

func minute(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

func newNotifyReplayCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "replay ID",
		Short: "Send a notification again, the same to the byte, to each webhook that it was for",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if _, err := p.ResolveHooks(); err != nil {
					return err
				}
				n, err := st.Replay(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if err := a.deliver(cmd.Context(), p, st, a.warnings()); err != nil {
					return err
				}
				ns, err := st.Notifications(cmd.Context(), 1000)
				if err != nil {
					return err
				}
				var delivered int
				for _, one := range ns {
					if one.ID == args[0] && one.State == state.Delivered {
						delivered++
					}
				}
				if delivered < n {
					return &archwire.Error{
						Code: archwire.Unavailable, Message: fmt.Sprintf("%s was delivered to %d of %d webhooks", args[0], delivered, n),
						Hint: "See archwire notify list; what can pass is tried again by the daemon and by each run.",
					}
				}
				_, err = fmt.Fprintf(a.Out, "%s was delivered to %d %s\n", args[0], n, plural(n, "webhook", "webhooks"))
				return err
			})
		},
	}
}

// deliver sends what is due in the outbox.
func (a *app) deliver(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger) error {
	hooks, err := p.ResolveHooks()
	if err != nil {
		return err
	}
	sender := &notify.Sender{
		Outbox: st, Hooks: hooks, Client: notify.NewClient(), Now: a.Now, Jitter: rand.Float64, Log: log, Agent: "archwire/" + a.Version,
	}
	_, _, err = sender.Send(ctx)
	return err
}

// A sending sends something that waits in the outbox, as far as it can be sent now.
type sending func(context.Context, *project.Project, *state.Store, *slog.Logger) error

// soon sends what a command has left in the outbox, for a little while. What is not
// delivered then is sent by the next run, by the daemon or by the server.
func (a *app) soon(ctx context.Context, p *project.Project, sendings ...sending) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	st, err := a.openState(ctx, p)
	if err == nil {
		err = errors.Join(together(ctx, p, st, a.warnings(), sendings...), st.Close())
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(a.Err, "archwire: notifications wait to be sent: %s\n", oneLine(archwire.MessageOf(err)))
	}
}

// together sends side by side, so that nobody waits for somebody else's endpoint.
func together(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger, sendings ...sending) error {
	errs := make([]error, len(sendings))
	var wg sync.WaitGroup
	for i, send := range sendings {
		wg.Go(func() { errs[i] = send(ctx, p, st, log) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// warnings is a log of what a person at the terminal should hear of.
func (a *app) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
