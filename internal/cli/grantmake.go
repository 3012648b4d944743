package cli

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

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
	flags.StringVar(&g.purpose, "purpose", purpose, "what the client does with what it sees")
	flags.StringVar(&g.from, "from", "", "when the grant begins: a day, such as 2026-12-01, or an instant, such as 2026-12-01T08:00:00Z; at once when left out")
	flags.StringVar(&g.until, "until", "", "its last day, or the instant at which it ends; open end when left out")
}

// asked says whether any of the flags is given.
func (g *grantOptions) asked(cmd *cobra.Command) bool {
	return slices.ContainsFunc(
		[]string{"practice", "tenant", "all", "profile", "dataset", "metric", "purpose", "from", "until"}, cmd.Flags().Changed)
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
		Datasets: g.datasets, Metrics: g.metrics, Profile: archwire.Profile(g.profile), Purpose: strings.TrimSpace(g.purpose), By: state.Operator(a.User),
	}
	if err := knownResources(p, n); err != nil {
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

// knownResources refuses datasets and metrics that the project does not have, and
// datasets that the profile does not open.
func knownResources(p *project.Project, n state.NewGrant) error {
	datasets, metrics := map[string]archwire.Dataset{}, []string{}
	var names []string
	for _, d := range p.Datasets {
		datasets[d.Name], names = d, append(names, d.Name)
	}
	for _, m := range p.Metrics {
		metrics = append(metrics, m.Name)
	}
	for _, name := range n.Datasets {
		d, ok := datasets[name]
		if !ok {
			return noSuch("dataset", name, names)
		}
		if slices.Contains(archwire.Profiles(), n.Profile) && !d.Opens(n.Profile) {
			return &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("profile %s opens nothing of dataset %s", n.Profile, name),
				Hint: "Its key has columns of a class that the profile does not open. Choose a wider profile with --profile, or grant metrics.",
			}
		}
	}
	for _, name := range n.Metrics {
		if !slices.Contains(metrics, name) {
			return noSuch("metric", name, metrics)
		}
	}
	return nil
}

func noSuch(kind, name string, known []string) error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no %s %q%s", kind, name, project.DidYouMean(name, known)),
		Hint: fmt.Sprintf("Name a %s of the project, as its files in %ss/ do.", kind, kind),
	}
}

// knownClient refuses a client that there is not.
func knownClient(ctx context.Context, st *state.Store, name, noun string) error {
	clients, err := st.Clients(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, c := range clients {
		if c.Name == name {
			return nil
		}
		names = append(names, c.Name)
	}
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no client %q%s", name, project.DidYouMean(name, names)),
		Hint: fmt.Sprintf("To make it, create its first key with what it may see: archwire key create --client NAME, and --%s ID or --all.", flagOf(noun)),
	}
}

// flagOf is the flag that names tenants in a project with that noun.
func flagOf(noun string) string {
	if noun == "practice" {
		return noun
	}
	return "tenant"
}

// networksOf reads networks. One address is a network of its own.
func networksOf(texts []string) (networks []netip.Prefix, err error) {
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if addr, single := netip.ParseAddr(text); single == nil && addr.Zone() == "" {
			n, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		hint := "Write it as 203.0.113.0/24, 2001:db8::/32 or one address."
		if err == nil && n != n.Masked() {
			hint = fmt.Sprintf("Did you mean %s?", n.Masked())
		}
		if err != nil || n != n.Masked() || n.Addr().Is4In6() {
			return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("--network %s is not a network", text), Hint: hint}
		}
		networks = append(networks, n)
	}
	return networks, nil
}

// momentOf reads when something begins: the start of a day in the project's time
// zone, an instant, or a time from now on. It is zero where text is empty.
func (a *app) momentOf(p *project.Project, flag, text string) (time.Time, error) {
	at, _, err := a.moment(p, flag, text)
	return at, err
}

// endOf reads when something ends: after a day, or as momentOf has it.
func (a *app) endOf(p *project.Project, flag, text string) (time.Time, error) {
	at, day, err := a.moment(p, flag, text)
	if day {
		at = at.AddDate(0, 0, 1)
	}
	return at, err
}

func (a *app) moment(p *project.Project, flag, text string) (at time.Time, day bool, err error) {
	if text == "" {
		return time.Time{}, false, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, p.Schedule.Timezone); err == nil {
		return at, true, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, false, nil
	}
	if after, ok := lengthOf(text); ok {
		return a.Now().Add(after), false, nil
	}
	return time.Time{}, false, &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("%s %s is not a time", flag, text),
		Hint: "Write a day as 2026-12-31, an instant as 2026-12-31T08:00:00Z, or a length of time as 90d or 12h.",
	}
}

// lengthOf reads a length of time: as Go writes it, or in whole days.
func lengthOf(text string) (time.Duration, bool) {
	const day, most = 24 * time.Hour, 100 * 366 // days
	if number, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		if _, err := fmt.Sscanf(number+" ", "%d ", &n); err != nil || fmt.Sprint(n) != number || n < 1 || n > most {
			return 0, false
		}
		return time.Duration(n) * day, true
	}
	length, err := time.ParseDuration(text)
	return length, err == nil && length > 0
}
