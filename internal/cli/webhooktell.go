package cli

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

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
