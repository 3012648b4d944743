package cli

import (
	"fmt"

	"github.com/spf13/cobra"

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
