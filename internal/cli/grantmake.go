package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// grantOptions are the flags that say what grants are to be made.
type grantOptions struct {
	tenants, practices []string
	all                bool
	profile            string
	datasets, metrics  []string
	locations          []string
	purpose            string
	from, until        string
}

// add adds the flags to cmd. Without a purpose of its own, --purpose is required.
func (g *grantOptions) add(cmd *cobra.Command, purpose string) {
	flags := cmd.Flags()
	flags.StringSliceVar(&g.practices, "practice", nil, "a practice that the client may see, by id; repeat for several")
	flags.StringSliceVar(&g.tenants, "tenant", nil, "the same, in projects whose tenants are called otherwise")
	flags.BoolVar(&g.all, "all", false, "the client may see all of them, those to come included")
	flags.StringVar(&g.profile, "profile", string(archwire.Pseudonymous), "aggregate, pseudonymous or identified")
	flags.StringSliceVar(&g.datasets, "dataset", nil, "a dataset that is opened, with its metrics; repeat for several")
	flags.StringSliceVar(&g.metrics, "metric", nil, "a metric that is opened, without the rows behind it; repeat for several. Without --dataset and --metric everything is")
	flags.StringSliceVar(&g.locations, "location", nil, "the rows of this location only, by its id, in datasets that name their location; repeat for several. Without it those of all")
	flags.StringVar(&g.purpose, "purpose", purpose, "what the client does with what it sees")
	flags.StringVar(&g.from, "from", "", "when the grant begins: a day, such as 2026-12-01, or an instant, such as 2026-12-01T08:00:00Z; at once when left out")
	flags.StringVar(&g.until, "until", "", "its last day, or the instant at which it ends; open end when left out")
}

// asked says whether any of the flags is given.
func (g *grantOptions) asked(cmd *cobra.Command) bool {
	return slices.ContainsFunc(
		[]string{"practice", "tenant", "all", "profile", "dataset", "metric", "location", "purpose", "from", "until"}, cmd.Flags().Changed)
}

// newGrants is what the flags ask for, one grant a tenant. What they name is there.
func (a *app) newGrants(ctx context.Context, p *project.Project, g grantOptions) ([]state.NewGrant, error) {
	tenants := slices.Concat(g.tenants, g.practices)
	if g.all == (len(tenants) > 0) {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "a grant needs either --all or at least one --practice",
			Hint: "Name those that the client may see; the API lists them under /v1/practices, or whatever the project calls them.",
		}
	}
	if slices.Contains(tenants, auth.Everyone) {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("%q is not the id of a %s", auth.Everyone, p.Noun.Singular), Hint: "Write --all for all of them."}
	}
	if err := a.knownTenants(ctx, p, tenants); err != nil {
		return nil, err
	}
	n := state.NewGrant{
		Datasets: g.datasets, Metrics: g.metrics, Profile: archwire.Profile(g.profile), Locations: g.locations, Purpose: strings.TrimSpace(g.purpose), By: state.Operator(a.User),
	}
	if err := knownResources(p, n); err != nil {
		return nil, err
	}
	if err := a.knownLocations(ctx, p, tenants, g.locations); err != nil {
		return nil, err
	}
	var err error
	if n.From, err = a.momentOf(p, "--from", g.from); err != nil {
		return nil, err
	}
	if n.Until, err = a.endOf(p, "--until", g.until); err != nil {
		return nil, err
	}
	if g.all {
		tenants = []string{auth.Everyone}
	}
	var grants []state.NewGrant
	for _, t := range tenants {
		n.Tenant = t
		grants = append(grants, n)
	}
	return grants, nil
}
