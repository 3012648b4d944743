package cli

import (
	"context"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/state"
)

// inLedger refuses a filter that found nothing because it names a tenant, client,
// dataset or metric that there is not. What there was once is in the ledger.
func (a *app) inLedger(ctx context.Context, p *project.Project, archive *ledger.Archive, st *state.Store, f ledger.Filter) error {
	for _, c := range []struct {
		filter ledger.Filter
		known  func() error
	}{
		{ledger.Filter{Tenant: f.Tenant}, func() error { return a.knownOrGranted(ctx, p, st, f.Tenant) }},
		{ledger.Filter{Client: f.Client}, func() error { return knownClient(ctx, st, f.Client, p.Noun.Singular) }},
		{ledger.Filter{Name: f.Name}, func() error { return knownName(p, f.Name) }},
	} {
		if c.filter == (ledger.Filter{}) {
			continue
		}
		unknown := c.known()
		if archwire.CodeOf(unknown) != archwire.NotFound {
			if unknown != nil {
				return unknown
			}
			continue
		}
		met, err := meets(ctx, archive, c.filter)
		if err != nil {
			return err
		}
		if !met {
			return unknown
		}
	}
	return nil
}

// meets says whether there is an entry that a filter wants.
func meets(ctx context.Context, archive *ledger.Archive, f ledger.Filter) (bool, error) {
	for _, err := range archive.Find(ctx, f) {
		return err == nil, ledger.ErrUnreadable(err)
	}
	return false, nil
}

// knownOrGranted refuses a tenant that neither the publication in service nor a grant
// names.
func (a *app) knownOrGranted(ctx context.Context, p *project.Project, st *state.Store, tenant string) error {
	grants, err := st.Grants(ctx, "", "")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(grants, func(g auth.Grant) bool { return g.Tenant == tenant }) {
		return nil
	}
	return a.knownTenants(ctx, p, []string{tenant})
}

// knownName refuses what is neither a dataset nor a metric of the project.
func knownName(p *project.Project, name string) error {
	var names []string
	for _, d := range p.Datasets {
		names = append(names, d.Name)
	}
	for _, m := range p.Metrics {
		names = append(names, m.Name)
	}
	if slices.Contains(names, archwire.Family(name)) {
		return nil
	}
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no dataset or metric %q%s", name, project.DidYouMean(name, names)),
		Hint: "Name one of the project, or one that the ledger has.",
	}
}
