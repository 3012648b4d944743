package office

import (
	"archwire"
	"archwire/internal/serve/auth"
)

// GrantDoc is a grant as its holder sees it. The tenant's member is named by the
// noun.
func GrantDoc(n archwire.Noun, g auth.Grant) map[string]any {
	doc := map[string]any{
		"grant": g.ID, n.Singular: g.Tenant, "datasets": append([]string{}, g.Datasets...), "metrics": append([]string{}, g.Metrics...),
		"profile": g.Profile, "locations": append([]string{}, g.Locations...), "purpose": g.Purpose, "from": g.From.UTC(), "until": nil,
	}
	if !g.Until.IsZero() {
		doc["until"] = g.Until.UTC()
	}
	return doc
}
