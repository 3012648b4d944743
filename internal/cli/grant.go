package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func newGrantCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grant",
		Short: "Say which client may see what of which practice, and take it back",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newGrantAddCommand(a), newGrantListCommand(a), newGrantRevokeCommand(a))
	return cmd
}

func newGrantAddCommand(a *app) *cobra.Command {
	var client string
	var g grantOptions
	cmd := &cobra.Command{
		Use:   "add --client NAME (--practice ID... | --all) --purpose TEXT",
		Short: "Let a client see something of practices",
		Long: `Let a client see something of practices: everything, or the datasets and metrics
that are named, in a profile, of all locations or of some, for a purpose, from one
time until another. Servers know of it within a second. Where grants overlap, the widest profile counts. What is
in force already in the same words is not made again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if err := knownClient(cmd.Context(), st, client, p.Noun.Singular); err != nil {
					return err
				}
				grants, err := a.newGrants(cmd.Context(), p, g)
				if err != nil {
					return err
				}
				made, err := st.Grant(cmd.Context(), client, grants)
				if err != nil {
					return err
				}
				if !a.json && len(made) == 0 {
					fmt.Fprintln(a.Out, "nothing to do: it is granted already")
					return nil
				}
				return a.showGrants(p, made)
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client that may see it")
	g.add(cmd, "")
	_ = cmd.MarkFlagRequired("client")  // the flags are defined above
	_ = cmd.MarkFlagRequired("purpose") // and there
	return cmd
}

func newGrantListCommand(a *app) *cobra.Command {
	var client, tenant, practice string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List grants, those that have ended or were revoked too",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if client != "" {
					if err := knownClient(cmd.Context(), st, client, p.Noun.Singular); err != nil {
						return err
					}
				}
				grants, err := st.Grants(cmd.Context(), client, tenant+practice)
				if err != nil {
					return err
				}
				return a.showGrants(p, grants)
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "only grants of this client")
	cmd.Flags().StringVar(&practice, "practice", "", "only grants that open something of this practice")
	cmd.Flags().StringVar(&tenant, "tenant", "", "the same, in projects whose tenants are called otherwise")
	cmd.MarkFlagsMutuallyExclusive("practice", "tenant")
	return cmd
}

func (a *app) showGrants(p *project.Project, grants []auth.Grant) error {
	if a.json {
		return writeJSON(a.Out, map[string]any{"grants": append([]auth.Grant{}, grants...)})
	}
	t := newTable(a.Out, "id", "client", p.Noun.Singular, "opens", "profile", "from", "until", "state", "purpose")
	for _, g := range grants {
		t.row(g.ID, g.Client, whose(g), what(g), string(g.Profile), minute(g.From), minute(g.Until), standing(g, a.Now()), g.Purpose)
	}
	t.flush()
	return nil
}

func whose(g auth.Grant) string {
	if g.Tenant == auth.Everyone {
		return "all"
	}
	return g.Tenant
}

// what names what a grant opens.
func what(g auth.Grant) string {
	var parts []string
	if len(g.Datasets)+len(g.Metrics) == 0 {
		parts = append(parts, "everything")
	}
	for _, d := range g.Datasets {
		parts = append(parts, "dataset "+d)
	}
	for _, m := range g.Metrics {
		parts = append(parts, "metric "+m)
	}
	for _, l := range g.Locations {
		parts = append(parts, "location "+l)
	}
	return strings.Join(parts, ", ")
}

// standing says whether a grant is in force.
func standing(g auth.Grant, now time.Time) string {
	switch {
	case !g.RevokedAt.IsZero():
		return "revoked " + minute(g.RevokedAt)
	case g.InForce(now):
		return "in force"
	case now.Before(g.From):
		return "to come"
	}
	return "ended"
}

func newGrantRevokeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID...",
		Short: "Revoke grants, all or none; servers know of it within a second",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				if err := st.RevokeGrants(cmd.Context(), args); err != nil {
					return err
				}
				for _, id := range args {
					fmt.Fprintf(a.Out, "%s is revoked\n", id)
				}
				return nil
			})
		},
	}
}
