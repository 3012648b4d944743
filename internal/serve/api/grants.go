package api

import (
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/office"
)

// grants answers /v1/grants: what the caller's grants say, those that begin later
// included; whoever administers a tenant sees what that one has granted.
func (h *Handler) grants(c *call) error {
	if tenant, ok := h.office.GivesGrants(h.atOffice(c)); ok {
		return h.office.GrantsGiven(h.atOffice(c), tenant)
	}
	return h.catalogue(c, func(tenant string) any {
		out := []any{}
		for _, g := range c.Scope.Grants() {
			if tenant == "" || g.Tenant == tenant || g.Tenant == auth.Everyone {
				out = append(out, office.GrantDoc(c.ed.Manifest.Noun, g))
			}
		}
		return out
	})
}

// exampleGrant is one as it might be.
func exampleGrant(n archwire.Noun) map[string]any {
	return office.GrantDoc(n, auth.Grant{
		ID: "k3v7q2m5x4t6n8b1", Tenant: "17", Profile: archwire.Pseudonymous, Purpose: "practice analytics",
		From: time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC), Until: time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC),
	})
}
