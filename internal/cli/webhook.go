package cli

import (
	"cmp"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

func newWebhookCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "webhook",
		Short: "Say where clients are told of publications, and tell them again",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWebhookAddCommand(a), newWebhookListCommand(a), newWebhookRemoveCommand(a), newWebhookTestCommand(a), newWebhookReplayCommand(a))
	return cmd
}

func newWebhookAddCommand(a *app) *cobra.Command {
	var client string
	cmd := &cobra.Command{
		Use:   "add --client NAME URL",
		Short: "Tell a client's endpoint of each publication; its secret is shown once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if _, err := guardOf(p).URL(args[0]); err != nil {
					return err
				}
				h, secret, err := st.AddWebhook(cmd.Context(), client, args[0])
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, struct {
						webhook.Hook
						Secret string `json:"secret"`
					}{h, secret})
				}
				_, err = fmt.Fprintf(a.Out, "%s\nThis secret is shown once; with it %s tells that an event of %s is genuine. Try it with: archwire webhook test %s\n",
					secret, client, h.ID, h.ID)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client that is told")
	_ = cmd.MarkFlagRequired("client") // the flag is defined above
	return cmd
}

func newWebhookListCommand(a *app) *cobra.Command {
	var client string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the webhooks, and what became of the last event of each",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				hooks, err := st.Webhooks(cmd.Context(), client)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"webhooks": append([]webhook.Hook{}, hooks...)})
				}
				t := newTable(a.Out, "id", "client", "host", "created", "", "last event", "answer")
				for _, h := range hooks {
					ds, err := st.Deliveries(cmd.Context(), "", h.ID, 1)
					if err != nil {
						return err
					}
					last := webhook.Delivery{}
					if len(ds) > 0 {
						last = ds[0]
					}
					t.row(h.ID, h.Client, host(h.URL), day(h.CreatedAt), told(h), dash(last.State), dash(last.Answer))
				}
				t.flush()
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "only those of this client")
	return cmd
}

// host is what may be shown of an endpoint: the rest may hold a secret.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "-"
	}
	return u.Host
}

// told says whether h is told of events.
func told(h webhook.Hook) string {
	if h.DisabledAt.IsZero() {
		return "told"
	}
	return "disabled " + minute(h.DisabledAt) + ": it failed event after event"
}

func newWebhookRemoveCommand(a *app) *cobra.Command {
	var client string
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Tell an endpoint nothing more, and forget it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				if err := st.RemoveWebhook(cmd.Context(), client, args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.Out, "%s is removed\n", args[0])
				return err
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client that it must be of")
	return cmd
}

func newWebhookTestCommand(a *app) *cobra.Command {
	var client string
	cmd := &cobra.Command{
		Use:   "test ID",
		Short: "Send a webhook an event that means nothing",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				d, err := st.TryWebhook(cmd.Context(), client, args[0])
				if err != nil {
					return err
				}
				if err := a.tellClients(cmd.Context(), p, st, a.warnings()); err != nil {
					return err
				}
				ds, err := st.Deliveries(cmd.Context(), client, args[0], webhook.Remembered)
				if err != nil {
					return err
				}
				for _, one := range ds {
					if one.ID == d.ID && one.State == string(state.Delivered) {
						_, err := fmt.Fprintf(a.Out, "%s was delivered: %s\n", d.ID, one.Answer)
						return err
					}
					if one.ID == d.ID {
						d = one
					}
				}
				return &archwire.Error{
					Code: archwire.Unavailable, Message: fmt.Sprintf("%s was not delivered: %s", d.ID, cmp.Or(d.Answer, "another process is sending it")),
					Hint: "Have the client look at its endpoint, and try again.",
				}
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client that it must be of")
	return cmd
}

func newWebhookReplayCommand(a *app) *cobra.Command {
	var client, since string
	cmd := &cobra.Command{
		Use:   "replay ID --since PUBLICATION",
		Short: "Tell a webhook again of what went into service after a publication; a disabled one is told again from then on",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				began := a.Now()
				n, err := st.ReplayWebhook(cmd.Context(), client, args[0], archwire.PublicationID(since))
				if err != nil {
					return err
				}
				if err := a.tellClients(cmd.Context(), p, st, a.warnings()); err != nil {
					return err
				}
				ds, err := st.Deliveries(cmd.Context(), client, args[0], webhook.Remembered)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(a.Out, "%s: %d of %d delivered\n", counted(n), delivered(ds, began), n)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client that it must be of")
	cmd.Flags().StringVar(&since, "since", "", "the publication that the client has")
	_ = cmd.MarkFlagRequired("since") // the flag is defined above
	return cmd
}

func counted(n int) string { return fmt.Sprintf("%d %s", n, plural(n, "event", "events")) }

// delivered counts the events of publications that were delivered since a time.
func delivered(ds []webhook.Delivery, since time.Time) int {
	var n int
	for _, d := range ds {
		if d.Event == webhook.Completed && d.State == string(state.Delivered) && !d.EndedAt.Before(since.Truncate(time.Microsecond)) {
			n++
		}
	}
	return n
}
