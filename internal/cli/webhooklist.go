package cli

import (
	"net/url"

	"github.com/spf13/cobra"

	"archwire/internal/project"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

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
