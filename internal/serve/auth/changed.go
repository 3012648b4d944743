package auth

import (
	"slices"
	"time"
)

// ChangedAt is the latest instant at which what the client may see of a resource of
// the tenants, or of any if none are given, may have become another: when a grant
// that covers it was made, began, ended or was revoked. It is zero when there never
// was one. It may name an instant at which nothing changed, and never leaves one
// out at which something did.
func (s Scope) ChangedAt(what Resource, tenants []string) time.Time {
	r := s.opens()
	var latest time.Time
	for _, g := range r.all {
		if (len(tenants) == 0 || g.Tenant == Everyone || slices.Contains(tenants, g.Tenant)) && termsOf(g).covers(what) {
			latest = later(latest, g.changedAt(r.from))
		}
	}
	return latest
}

// changedAt is the latest instant up to now at which g began or ceased to open
// what it does. What somebody did to it counts, whatever that one's clock said.
func (g Grant) changedAt(now time.Time) time.Time {
	latest := later(g.CreatedAt, g.RevokedAt)
	for _, turn := range []time.Time{g.From, g.Until} {
		if !turn.After(now) {
			latest = later(latest, turn)
		}
	}
	return latest
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
