package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// knownTenants refuses tenants that the publication in service does not have: a
// key for a mistyped one would open nothing, or later somebody else. Where there
// is no publication to ask, it says so and lets them pass.
func (a *app) knownTenants(ctx context.Context, p *project.Project, tenants []string) error {
	if len(tenants) == 0 {
		return nil
	}
	store, err := a.openStore(p)
	if err != nil {
		return err
	}
	m, err := current(ctx, store)
	if err != nil {
		return err
	}
	if m.ID == "" {
		fmt.Fprintf(a.Err, "archwire: warning: nothing is published yet, so it was not checked that these %s exist: %s\n",
			p.Noun.Plural, strings.Join(tenants, ", "))
		return nil
	}
	for _, t := range tenants {
		if !slices.ContainsFunc(m.Tenants, func(known archwire.Tenant) bool { return known.ID == t }) {
			return &archwire.Error{
				Code:    archwire.NotFound,
				Message: fmt.Sprintf("there is no %s %q in publication %s%s", p.Noun.Singular, t, m.ID, meant(t, m.Tenants)),
				Hint:    fmt.Sprintf("Name %s by their ids, as %s.%s has them; one that is new is there after the next archwire run.", p.Noun.Plural, p.Tenants.Table, p.Tenants.Key),
			}
		}
	}
	return nil
}

// meant is which tenant was probably meant: the one with that label, or with an id
// that is near.
func meant(wrong string, tenants []archwire.Tenant) string {
	ids := make([]string, len(tenants))
	for i, t := range tenants {
		if strings.EqualFold(t.Label, wrong) {
			return "; did you mean " + t.ID + "?"
		}
		ids[i] = t.ID
	}
	return project.DidYouMean(wrong, ids)
}
