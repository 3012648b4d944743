package api

import (
	"archwire/internal/serve/auth"
	"archwire/internal/serve/office"
)

// grants answers /v1/grants: what the caller's grants say, those that begin later
// included; whoever administers a tenant sees what that one has granted.
func (h *Handler) grants(c *call) error {
	if tenant, ok := h.office.GivesGrants(c.atOffice()); ok {
		return h.office.GrantsGiven(c.atOffice(), tenant)
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
