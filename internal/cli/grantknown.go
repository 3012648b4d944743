package cli

import (
	"context"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/state"
)

// knownResources refuses datasets and metrics that the project does not have,
// datasets that the profile does not open, and what no grant of locations opens.
func knownResources(p *project.Project, n state.NewGrant) error {
	datasets, metrics := map[string]archwire.Dataset{}, []string{}
	var names []string
	for _, d := range p.Datasets {
		datasets[d.Name] = d
		if family := archwire.Family(d.Name); !slices.Contains(names, family) {
			names = append(names, family)
		}
	}
	for _, m := range p.Metrics {
		metrics = append(metrics, m.Name)
	}
	for _, name := range n.Datasets {
		if family := archwire.Family(name); family != name && slices.Contains(names, family) {
			return &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("%s is one contract of dataset %s, which alone cannot be granted", name, family),
				Hint: fmt.Sprintf("Name %s: a grant of a dataset opens all its contracts.", family),
			}
		}
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
	if len(n.Locations) > 0 {
		return locatable(p, n, datasets)
	}
	return nil
}

// locatable refuses datasets, and metrics of datasets, whose rows do not tell their
// location.
func locatable(p *project.Project, n state.NewGrant, datasets map[string]archwire.Dataset) error {
	named := slices.Clone(n.Datasets)
	for _, m := range p.Metrics {
		if slices.Contains(n.Metrics, m.Name) {
			named = append(named, m.Dataset)
		}
	}
	for _, name := range named {
		if !datasets[name].Located() {
			return &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("a grant limited to locations opens nothing of dataset %s", name),
				Hint: "The dataset does not say which location a row belongs to: name the column as its location in datasets/, or grant it without --location.",
			}
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
