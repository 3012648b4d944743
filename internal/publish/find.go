package publish

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/serve/auth"
)

// An opening is a tenant that opens a resource.
type opening struct {
	tenant    int      // its place in the manifest
	locations []string // the rows of these only; without any, of all
}

// find is what Slices and Query rest on: there is no other way to a slice.
func (p *Publication) find(ctx context.Context, scope auth.Scope, what auth.Resource, tenants []string) ([]kept, error) {
	d, ok := p.datasets[what.Dataset]
	if !ok || what.Metric != "" && p.metrics[what.Metric].dataset != what.Dataset {
		return nil, missing(what)
	}
	what.Located = d.Located()
	wanted, common, err := p.narrow(scope, what, d, tenants)
	if err != nil {
		return nil, err
	}
	v, found := d.variants[common], make([]kept, len(wanted))
	for i, o := range wanted {
		found[i] = p.slices[place{what.Dataset, v.profile, p.manifest.Tenants[o.tenant].ID}]
	}
	limited := func(o opening) bool { return len(o.locations) > 0 }
	if !v.cut && !slices.ContainsFunc(wanted, limited) && !p.tells(what, d, common) {
		return found, nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, o := range wanted {
		if r, ok := newRecipe(d.Dataset, v, scope.Audience(), common, o.locations, found[i].Slice); ok {
			group.Go(func() (err error) {
				tenant := found[i].Tenant
				found[i], err = p.reader.maker.get(ctx, r, found[i])
				found[i].Tenant = tenant
				return err
			})
		}
	}
	return found, group.Wait()
}

// tells says whether the rows of a resource, or the answers of a metric, may tell of a
// column that the profile is given pseudonyms of. Answers that do not are computed from
// the published slices, which are everybody's.
func (p *Publication) tells(what auth.Resource, d shown, profile archwire.Profile) bool {
	columns := d.Columns
	if what.Metric != "" && !what.Whole {
		columns = p.metrics[what.Metric].told
	}
	return slices.ContainsFunc(columns, func(c archwire.DatasetColumn) bool { return c.Pseudonymised(profile) })
}

// narrow lists the given tenants, or all if none are given, which open what is asked
// for, in the manifest's order, and the profile that all of them open it in.
func (p *Publication) narrow(scope auth.Scope, what auth.Resource, d shown, tenants []string) ([]opening, archwire.Profile, error) {
	wanted := make([]opening, 0, len(tenants))
	common := archwire.Identified
	add := func(t string) bool {
		at, known := p.tenants[t]
		access, opens := scope.Opens(t, what)
		if _, shown := d.variants[access.Profile]; !known || !opens || !shown {
			return false
		}
		wanted, common = append(wanted, opening{at, access.Locations}), common.Common(access.Profile)
		return true
	}
	for _, t := range tenants {
		if !add(t) {
			return nil, "", p.noTenant(t)
		}
	}
	if len(tenants) == 0 {
		for _, t := range p.manifest.Tenants {
			add(t.ID)
		}
	}
	if len(wanted) == 0 {
		return nil, "", missing(what)
	}
	slices.SortFunc(wanted, func(a, b opening) int { return cmp.Compare(a.tenant, b.tenant) })
	return slices.CompactFunc(wanted, func(a, b opening) bool { return a.tenant == b.tenant }), common, nil
}
