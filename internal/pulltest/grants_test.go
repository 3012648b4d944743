package pulltest

import (
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
)

// change is one that practices make to what they grant.
func (h *history) change() {
	if len(h.grants) > 0 && h.rng.IntN(3) == 0 {
		h.revoke(h.grants[h.rng.IntN(len(h.grants))])
		return
	}
	if len(h.ended) > 0 && h.rng.IntN(4) == 0 {
		h.grant(h.ended[h.rng.IntN(len(h.ended))])
		return
	}
	g := auth.Grant{Tenant: practices[h.rng.IntN(len(practices))], Profile: archwire.Profiles()[h.rng.IntN(3)]}
	if h.rng.IntN(2) == 0 {
		g.Datasets = []string{[]string{"visit", "payment", "note"}[h.rng.IntN(3)]}
	}
	if h.rng.IntN(2) == 0 {
		for _, i := range h.rng.Perm(len(sites))[:1+h.rng.IntN(3)] {
			g.Locations = append(g.Locations, sites[i])
		}
		if len(h.grants) > 0 && h.rng.IntN(2) == 0 { // beside another one
			other := h.grants[h.rng.IntN(len(h.grants))]
			g.Tenant, g.Profile = other.Tenant, other.Profile
		}
	}
	h.grant(g)
}

// revoke and grant change what practices open to the partner, in the server's keys and
// in what the test knows.
func (h *history) revoke(g auth.Grant) {
	h.office.keys.Revoke(h.office.now(), func(o auth.Grant) bool { return o.ID == g.ID }, func(auth.Key) bool { return false })
	h.grants = slices.DeleteFunc(h.grants, func(o auth.Grant) bool { return o.ID == g.ID })
	h.ended = append(h.ended, g)
}

func (h *history) grant(g auth.Grant) {
	h.given++
	g.ID = fmt.Sprintf("g%d", h.given)
	h.grants = append(h.grants, g)
	h.office.keys.Grant("partner", g)
}

// An open is how a practice opens a dataset to the partner.
type open struct {
	rank  int      // of the widest profile in which it does; -1 when it does not
	sites []string // the rows of these only, if any are named
}

// opens is how a practice opens a dataset: as the grants of the widest profile say
// together. Those that are limited to locations open no dataset without any.
func (h *history) opens(d described, practice string) open {
	widest, all := open{rank: -1}, false
	for _, g := range h.grants {
		if g.Tenant != practice || len(g.Datasets) > 0 && !slices.Contains(g.Datasets, d.Dataset) || len(g.Locations) > 0 && d.Location == "" {
			continue
		}
		if r := rank[g.Profile]; r > widest.rank {
			widest, all = open{rank: r}, false
		} else if r < widest.rank {
			continue
		}
		widest.sites = append(widest.sites, g.Locations...)
		all = all || len(g.Locations) == 0
	}
	if all {
		widest.sites = nil
	}
	return widest
}
