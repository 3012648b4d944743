package auth

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A reach is what the grants of one client open from one time to another. It
// never changes.
type reach struct {
	grants  []Grant           // in force or to come, by id
	all     []Grant           // those that ended or were revoked, too
	tenants map[string]opened // those with grants of their own: what these open, and what everyone's do
	every   opened            // what grants of everyone open
	names   []string          // the tenants, sorted
	digest  string

	from  time.Time // when it was made
	until time.Time // when a grant begins or ends next; zero is never
}

// opened is what one tenant opens: terms, the widest profile first, each with the
// grant that says so. There are few different lists of terms among hundreds of
// tenants, so equal ones are one.
type opened struct {
	terms  []terms
	grants []string // ids, one for each of the terms
}

func newReach(grants []Grant, now time.Time) (*reach, error) {
	r := &reach{tenants: map[string]opened{}, from: now, all: grants}
	byTenant := map[string][]Grant{}
	var inForce []bool
	for _, g := range slices.SortedFunc(slices.Values(grants), func(a, b Grant) int { return cmp.Compare(a.ID, b.ID) }) {
		if g.ended(now) || rank(g.Profile) < 0 {
			continue
		}
		r.grants, inForce = append(r.grants, g), append(inForce, g.InForce(now))
		r.turns(g.From, now)
		r.turns(g.Until, now)
		if g.InForce(now) {
			byTenant[g.Tenant] = append(byTenant[g.Tenant], g)
		}
	}
	shared := map[string][]terms{}
	everyone := byTenant[Everyone]
	r.every = newOpened(everyone, shared)
	delete(byTenant, Everyone)
	for tenant, own := range byTenant {
		r.tenants[tenant] = newOpened(slices.Concat(own, everyone), shared)
	}
	r.names = slices.Sorted(maps.Keys(r.tenants))
	return r, r.sum(inForce)
}

// turns takes in a time at which what is opened becomes another, if it is to come.
func (r *reach) turns(at, now time.Time) {
	if at.After(now) && (r.until.IsZero() || at.Before(r.until)) {
		r.until = at
	}
}

func newOpened(grants []Grant, shared map[string][]terms) opened {
	type pair struct {
		terms terms
		grant string
	}
	pairs := make([]pair, len(grants))
	for i, g := range grants {
		pairs[i] = pair{termsOf(g), g.ID}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(a.terms.compare(b.terms), cmp.Compare(a.grant, b.grant)) })
	var o opened
	for _, p := range pairs {
		o.terms, o.grants = append(o.terms, p.terms), append(o.grants, p.grant)
	}
	name := fmt.Sprintf("%q", o.terms)
	if same, ok := shared[name]; ok {
		o.terms = same
	}
	shared[name] = o.terms
	return o
}

// sum makes the digest. A grant never changes, but its begin and its end change
// what is opened, so which are in force is part of it, and so is the latest change:
// what opens as much as it did before something came and went is not the same.
func (r *reach) sum(inForce []bool) error {
	var changed time.Time
	for _, g := range r.all {
		changed = later(changed, g.changedAt(r.from))
	}
	text, err := json.Marshal(map[string]any{"grants": r.grants, "in_force": inForce, "changed": changed.UTC()})
	if err != nil {
		return fmt.Errorf("telling grants apart: %w", err)
	}
	sum := sha256.Sum256(text)
	r.digest = hex.EncodeToString(sum[:16])
	return nil
}

// holds says whether r is still what the grants open.
func (r *reach) holds(now time.Time) bool {
	return !now.Before(r.from) && (r.until.IsZero() || now.Before(r.until))
}

// of is what a tenant opens.
func (r *reach) of(tenant string) opened {
	if own, ok := r.tenants[tenant]; ok {
		return own
	}
	return r.every
}

// access finds the widest profile for which the resource is opened, and in it the
// locations that are: all, or those of the grants of that profile together.
func (o opened) access(what Resource) (found Access, ok bool) {
	for i, t := range o.terms {
		switch {
		case !t.covers(what):
		case !ok:
			found, ok = Access{t.profile, o.grants[i], t.locations}, true
			if len(t.locations) == 0 {
				return found, true
			}
		case t.profile == found.Profile:
			found.Grant += "," + o.grants[i]
			found.Locations = set(slices.Concat(found.Locations, t.locations))
		}
	}
	return found, ok
}
