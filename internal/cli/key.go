package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/state"
)

func newKeyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Create, list and revoke API keys",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyCreateCommand(a), newKeyListCommand(a), newKeyRevokeCommand(a))
	return cmd
}

// withState runs do with the project's state store.
func (a *app) withState(ctx context.Context, do func(*project.Project, *state.Store) error) (err error) {
	p, err := a.load()
	if err != nil {
		return err
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return do(p, st)
}

func newKeyCreateCommand(a *app) *cobra.Command {
	var client, profile string
	var tenants, practices []string
	var all bool
	cmd := &cobra.Command{
		Use:   "create --client NAME (--practice ID... | --all)",
		Short: "Create a key; it is shown once and stored as a hash",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tenants = append(tenants, practices...)
			if all == (len(tenants) > 0) {
				return &archwire.Error{
					Code: archwire.Invalid, Message: "a key needs either --all or at least one --practice",
					Hint: "Name those that the client may see; the API lists them under /v1/practices, or whatever the project calls them.",
				}
			}
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if err := a.knownTenants(cmd.Context(), p, tenants); err != nil {
					return err
				}
				key, k, err := st.CreateKey(cmd.Context(), state.NewKey{
					Client: client, Tenants: tenants, All: all, Profile: archwire.Profile(profile),
				})
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{
						"key": key, "id": k.ID, "client": k.Client, "all": k.All, p.Noun.Plural: append([]string{}, tenants...), "profile": k.Profile,
					})
				}
				_, err = fmt.Fprintf(a.Out, "%s\nThis key is shown once. Send it as \"Authorization: Bearer KEY\"; revoke it with: archwire key revoke %s\n", key, k.ID)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the program or person the key is for")
	cmd.Flags().StringSliceVar(&practices, "practice", nil, "a practice the key may see, by id; repeat for several")
	cmd.Flags().StringSliceVar(&tenants, "tenant", nil, "the same, in projects whose tenants are called otherwise")
	cmd.Flags().BoolVar(&all, "all", false, "the key may see all tenants")
	cmd.Flags().StringVar(&profile, "profile", string(archwire.Pseudonymous), "aggregate, pseudonymous or identified")
	_ = cmd.MarkFlagRequired("client") // the flag is defined above
	return cmd
}

func newKeyListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys, without their secrets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				keys, err := st.Keys(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"keys": keys})
				}
				t := newTable(a.Out, "id", "client", "sees", "profile", "created", "revoked")
				for _, k := range keys {
					t.row(k.ID, k.Client, sees(k), string(k.Profile), day(k.CreatedAt), day(k.RevokedAt))
				}
				t.flush()
				return nil
			})
		},
	}
}

func sees(k state.Key) string {
	if k.All {
		return "all"
	}
	return strings.Join(k.Tenants, ",")
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.DateOnly)
}

func newKeyRevokeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke a key; servers refuse it within a second",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				if err := st.RevokeKey(cmd.Context(), args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.Out, "%s is revoked\n", args[0])
				return err
			})
		},
	}
}
