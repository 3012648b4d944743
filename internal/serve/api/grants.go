package api

import (
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// grants answers /v1/grants: what the caller's grants say, those that begin later
// included; whoever administers a tenant sees what that one has granted.
func (h *Handler) grants(c *call) error {
	if tenant, ok := h.givesGrants(c); ok {
		return h.grantsGiven(c, tenant)
	}
	return h.catalogue(c, func(tenant string) any {
		out := []any{}
		for _, g := range c.Scope.Grants() {
			if tenant == "" || g.Tenant == tenant || g.Tenant == auth.Everyone {
				out = append(out, grantDoc(c.ed.Manifest.Noun, g))
			}
		}
		return out
	})
}

// grantDoc is a grant as its holder sees it. The tenant's member is named by the
// noun.
func grantDoc(n archwire.Noun, g auth.Grant) map[string]any {
	doc := map[string]any{
		"grant": g.ID, n.Singular: g.Tenant, "datasets": append([]string{}, g.Datasets...), "metrics": append([]string{}, g.Metrics...),
		"profile": g.Profile, "locations": append([]string{}, g.Locations...), "purpose": g.Purpose, "from": g.From.UTC(), "until": nil,
	}
	if !g.Until.IsZero() {
		doc["until"] = g.Until.UTC()
	}
	return doc
}

// exampleGrant is one as it might be.
func exampleGrant(n archwire.Noun) map[string]any {
	return grantDoc(n, auth.Grant{
		ID: "k3v7q2m5x4t6n8b1", Tenant: "17", Profile: archwire.Pseudonymous, Purpose: "practice analytics",
		From: time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC), Until: time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC),
	})
}
