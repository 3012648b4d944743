package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func newKeyCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Create, list and revoke API keys",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyCreateCommand(a), newKeyAddPublicCommand(a), newKeyListCommand(a), newKeyRevokeCommand(a))
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
	var client, expires string
	var networks []string
	var g grantOptions
	cmd := &cobra.Command{
		Use:   "create --client NAME [--practice ID... | --all]",
		Short: "Create a key; it is shown once and stored as a hash",
		Long: `Create a key of a client. It is shown once and stored as a hash. Every key of a
client opens what the client's grants say: with --practice or --all the client is
made, if there is none of that name, and given grants; without them the key is a
further one of a client that is there already, to be used in place of another.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				n := state.NewKey{Client: client}
				var err error
				if n.Expires, err = a.endOf(p, "--expires", expires); err != nil {
					return err
				}
				if n.Networks, err = networksOf(networks); err != nil {
					return err
				}
				if g.asked(cmd) {
					n.Grants, err = a.newGrants(cmd.Context(), p, g)
				} else {
					err = knownClient(cmd.Context(), st, client, p.Noun.Singular)
				}
				if err != nil {
					return err
				}
				key, k, made, err := st.CreateKey(cmd.Context(), n)
				if err != nil {
					return err
				}
				return a.showKey(key, k, made)
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the program that the key is for")
	cmd.Flags().StringVar(&expires, "expires", "", "how long the key is good for, such as 90d, or its last day, such as 2027-01-31; for ever when left out")
	cmd.Flags().StringSliceVar(&networks, "network", nil, "where the key may be used from, such as 203.0.113.0/24; repeat for several, everywhere when left out")
	g.add(cmd, state.MadeWithKey)
	_ = cmd.MarkFlagRequired("client") // the flag is defined above
	return cmd
}

// showKey writes the key alone to the output, so that a shell can keep it, and what
// to know about it beside.
func (a *app) showKey(key string, k auth.Key, made []auth.Grant) error {
	if a.json {
		return writeJSON(a.Out, struct {
			Secret string `json:"key"`
			auth.Key
			Grants []auth.Grant `json:"grants"`
		}{key, k, append([]auth.Grant{}, made...)})
	}
	if _, err := fmt.Fprintln(a.Out, key); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "This key is shown once. Send it as \"Authorization: Bearer KEY\"; revoke it with: archwire key revoke %s\n"+
		"It opens what the grants of %s say; see them with: archwire grant list --client %q\n", k.ID, k.Client, k.Client)
	return nil
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
					return writeJSON(a.Out, map[string]any{"keys": append([]auth.Key{}, keys...)})
				}
				t := newTable(a.Out, "id", "client", "kind", "networks", "created", "expires", "last used", "revoked")
				for _, k := range keys {
					t.row(k.ID, k.Client, kindOfKey(k), everywhere(k.Networks), day(k.CreatedAt), minute(k.ExpiresAt), minute(k.UsedAt), minute(k.RevokedAt))
				}
				t.flush()
				return nil
			})
		},
	}
}

func everywhere(networks []netip.Prefix) string {
	texts := make([]string, len(networks))
	for i, n := range networks {
		texts[i] = n.String()
	}
	return cmp.Or(strings.Join(texts, ","), "everywhere")
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
