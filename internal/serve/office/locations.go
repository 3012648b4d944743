package office

import (
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/problem"
	"archwire/internal/state"
)

// knownLocations refuses a grant of locations that no row of its tenant names. The
// refusal tells its admin which there are, so it is a disclosure. What cannot be known
// passes: where no row tells its location, and for all tenants, those to come included.
func (h *Handler) knownLocations(c *Call, n state.NewGrant) error {
	if len(n.Locations) == 0 || n.Tenant == auth.Everyone {
		return nil
	}
	known, err := c.Locations(n.Tenant)
	if err != nil {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: "The locations of the " + c.Manifest.Noun.Singular + " cannot be read now.",
			Hint: "Try again in a few seconds.", Err: err,
		}
	}
	i := slices.IndexFunc(n.Locations, func(l string) bool { return !slices.Contains(known, l) })
	if i < 0 || len(known) == 0 {
		return nil
	}
	err = c.Disclose(ledger.Part{Tenant: n.Tenant, Grant: c.administeredBy(n.Tenant), Rows: int64(len(known))})
	if err != nil {
		return err
	}
	return problem.Wrong("locations", fmt.Sprintf("There is no location %s in any row of %s %s.", problem.Clip(n.Locations[i]), c.Manifest.Noun.Singular, problem.Clip(n.Tenant)),
		fmt.Sprintf("There are %s. One that is new is there with the next publication.", auth.ListLocations(known)))
}

// administeredBy names the membership by which the caller administers the tenant.
func (c *Call) administeredBy(tenant string) string {
	roles := c.Scope.Person().Roles
	i := slices.IndexFunc(roles, func(m auth.Membership) bool {
		return m.Role == auth.Operator || m.Role == auth.PracticeAdmin && m.Tenant == tenant
	})
	if i < 0 {
		return ""
	}
	return roles[i].ID
}
