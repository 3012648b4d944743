package api

import (
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// An opening is what a caller may see of a resource: of which tenants, and how.
type opening struct {
	tenants []string         // those that open it, sorted
	common  archwire.Profile // what all of them open
	widest  archwire.Profile // what one of them opens
}

// opening asks the scope about each tenant, once for a scope and a publication.
func (c *call) opening(what auth.Resource) *opening {
	var b canon.Text
	b.Add("opening", what.Dataset, what.Metric)
	k := keyOf(c.Scope, c.ed, b.String())
	if o, ok := c.ed.openings.get(k); ok {
		return o
	}
	o := &opening{common: archwire.Identified}
	for _, id := range c.ed.Tenants {
		if p, ok := c.opens(id, what); ok {
			o.tenants = append(o.tenants, id)
			o.common, o.widest = o.common.Common(p), wider(o.widest, p)
		}
	}
	if len(o.tenants) == len(c.ed.Tenants) {
		o.tenants = c.ed.Tenants
	}
	const header = 16
	c.ed.openings.put(k, o, int64(len(k.request)+header*len(o.tenants)))
	return o
}

// access asks the scope how a tenant opens a resource of the publication.
func (c *call) access(tenant string, what auth.Resource) (auth.Access, bool) {
	return c.ed.Access(c.Scope, tenant, what)
}

// opens says whether a tenant of the publication lets the caller see a resource,
// and in which profile.
func (c *call) opens(tenant string, what auth.Resource) (archwire.Profile, bool) {
	return c.ed.Opens(c.Scope, tenant, what)
}

// tenantsOf lists the tenants that a request for a resource is about, sorted:
// those named by the parameter that the noun names, or else all that open it. It
// also says whether they were named, and how they are seen: what all of them open.
// A tenant that does not open it, one that the caller may not see and one that does
// not exist are the same error.
func (c *call) tenantsOf(p request.Parameters, what auth.Resource) (ids []string, named bool, seen *catalogue.View, err error) {
	defer func() { c.several = len(ids) > 1 }()
	o, noun := c.opening(what), c.ed.Manifest.Noun
	asked := p.Values[noun.Singular]
	if len(asked) == 0 {
		return o.tenants, false, c.ed.Views[o.common], nil
	}
	common := archwire.Identified
	for _, id := range asked {
		if _, found := slices.BinarySearch(o.tenants, id); !found {
			return nil, false, nil, c.noTenant(id)
		}
		profile, _ := c.opens(id, what)
		ids, common = append(ids, id), common.Common(profile)
	}
	slices.Sort(ids)
	return slices.Compact(ids), true, c.ed.Views[common], nil
}

func (c *call) noTenant(id string) *problem.Problem {
	noun := c.ed.Manifest.Noun
	return problem.NotFound(noun.Singular, fmt.Sprintf("There is no %s %s here.", noun.Singular, problem.Clip(id)),
		fmt.Sprintf("/v1/%s lists those that your key opens, /v1/grants what each of them opens.", noun.Plural))
}

// catalogued is the catalogue as the caller sees it: what one of the tenants opens,
// or the given one.
func (c *call) catalogued(tenant string) *catalogue.View {
	profile := func(what auth.Resource) (archwire.Profile, bool) {
		if tenant != "" {
			return c.opens(tenant, what)
		}
		o := c.opening(what)
		return o.widest, len(o.tenants) > 0
	}
	v, all := &catalogue.View{}, c.ed.Views[archwire.Identified]
	for _, d := range all.Datasets {
		if p, ok := profile(auth.Resource{Dataset: d.Name}); ok {
			d, _ = c.ed.Views[p].Dataset(d.Name)
			v.Datasets, v.Profile = append(v.Datasets, d), wider(v.Profile, p)
		}
	}
	for _, m := range all.Metrics {
		if p, ok := profile(auth.Resource{Dataset: m.Dataset, Metric: m.Name}); ok {
			m, _ = c.ed.Views[p].Metric(m.Name)
			v.Metrics, v.Profile = append(v.Metrics, m), wider(v.Profile, p)
		}
	}
	return v
}

// wider is the wider of two profiles; "" is the narrowest.
func wider(a, b archwire.Profile) archwire.Profile {
	if a == "" || a.Common(b) == a {
		return b
	}
	return a
}

// elsewhere is what to tell a caller that asked for a column which it may see of
// other tenants than those that it asked about; "" of any other column.
func (c *call) elsewhere(what auth.Resource, column string) string {
	widest, ok := c.ed.Views[c.opening(what).widest]
	if !ok {
		return ""
	}
	d, ok := widest.Dataset(what.Dataset)
	if m, found := widest.Metric(what.Metric); found && !slices.Contains(m.Dimensions, column) {
		return ""
	}
	if _, found := d.Column(column); !ok || !found {
		return ""
	}
	noun := c.ed.Manifest.Noun
	return fmt.Sprintf("Not all of these %s open it. Name some that do: /v1/datasets?%s=ID says what one opens.", noun.Plural, noun.Singular)
}
