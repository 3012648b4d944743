// Package catalogue is what a publication has, as callers know it: datasets and their
// contracts, metrics, tenants, as each profile sees them.
package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// An Edition is what follows from one publication alone: its catalogue as each
// profile sees it, and its part of every envelope.
type Edition struct {
	Manifest archwire.Manifest
	Tenants  []string // ids, sorted
	AsOf     time.Time
	meta     []byte // the members of "meta", without braces
	Views    map[archwire.Profile]*View
	Located  map[string]bool // the datasets whose rows tell their location

	Contracts contracts
}

// A View is the catalogue as one profile sees it, or as several grants together
// open it.
type View struct {
	Profile  archwire.Profile   // the widest of them
	Datasets []archwire.Dataset // with the visible columns only, as they are seen
	Metrics  []archwire.Metric  // with the usable dimensions only
}

// New returns the edition of a publication.
func New(m archwire.Manifest) (*Edition, error) {
	e := &Edition{Manifest: m, AsOf: m.AsOf.Time(), Views: map[archwire.Profile]*View{}, Located: map[string]bool{}, Contracts: contractsOf(m)}
	if e.AsOf.IsZero() {
		return nil, fmt.Errorf("publication %s has the business date %q, which is none", m.ID, m.AsOf)
	}
	for _, t := range m.Tenants {
		e.Tenants = append(e.Tenants, t.ID)
	}
	slices.Sort(e.Tenants)
	for _, d := range m.Datasets {
		e.Located[d.Name] = d.Located()
	}
	for _, p := range archwire.Profiles() {
		e.Views[p] = newView(m, p)
	}
	var err error
	e.meta, err = metaOf(m)
	return e, err
}

// Seen is the edition as it is described to whoever sees that view of it: nothing else
// is in its manifest.
func (e *Edition) Seen(v *View) *Edition {
	seen := *e
	seen.Tenants, seen.Manifest.Tenants = nil, nil
	seen.Manifest.Datasets = v.Datasets
	seen.Manifest.Metrics, seen.Manifest.Dashboards = slices.Clone(v.Metrics), nil
	for i, m := range seen.Manifest.Metrics {
		seen.Manifest.Metrics[i] = v.Told(m)
	}
	return &seen
}

func newView(m archwire.Manifest, p archwire.Profile) *View {
	v := &View{Profile: p}
	for _, d := range m.Datasets {
		if !d.Opens(p) {
			continue
		}
		for _, metric := range m.Metrics {
			if metric.Dataset == d.Name && opensMetric(metric, d, p) {
				metric.Dimensions = slices.DeleteFunc(slices.Clone(metric.Dimensions), func(name string) bool {
					c, ok := d.Column(name)
					return !ok || !p.Opens(c.Class)
				})
				v.Metrics = append(v.Metrics, metric)
			}
		}
		v.Datasets = append(v.Datasets, d.SeenBy(p))
	}
	slices.SortFunc(v.Datasets, func(a, b archwire.Dataset) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(v.Metrics, func(a, b archwire.Metric) int { return strings.Compare(a.Name, b.Name) })
	return v
}

// opensMetric says whether p shows every column that a metric may be computed from.
func opensMetric(m archwire.Metric, d archwire.Dataset, p archwire.Profile) bool {
	return !slices.ContainsFunc(d.Columns, func(c archwire.DatasetColumn) bool { return !p.Opens(c.Class) && m.MayRead(c.Name) })
}

// ColumnsRead lists the columns that a metric may be computed from.
func ColumnsRead(m archwire.Metric, d archwire.Dataset) (out []archwire.DatasetColumn) {
	for _, c := range d.Columns {
		if m.MayRead(c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// Resource is the answers of a metric.
func (e *Edition) Resource(metric string) (auth.Resource, bool) {
	for _, m := range e.Manifest.Metrics {
		if m.Name == metric {
			return auth.Resource{Dataset: m.Dataset, Metric: m.Name}, true
		}
	}
	return auth.Resource{}, false
}

// Access asks a scope how a tenant opens a resource of the publication.
func (e *Edition) Access(s auth.Scope, tenant string, what auth.Resource) (auth.Access, bool) {
	what.Located = e.Located[what.Dataset]
	return s.Opens(tenant, what)
}

// Opens says whether a tenant lets a scope see a resource of the publication, and in
// which profile.
func (e *Edition) Opens(s auth.Scope, tenant string, what auth.Resource) (archwire.Profile, bool) {
	access, ok := e.Access(s, tenant, what)
	if !ok {
		return "", false
	}
	if what.Metric != "" {
		_, ok = e.Views[access.Profile].Metric(what.Metric)
	} else {
		_, ok = e.Views[access.Profile].Dataset(what.Dataset)
	}
	return access.Profile, ok
}

// Dataset finds a dataset by the name that the manifest has for it.
func (v *View) Dataset(name string) (archwire.Dataset, bool) {
	for _, d := range v.Datasets {
		if d.Name == name {
			return d, true
		}
	}
	return archwire.Dataset{}, false
}

// Told is a metric of the view without the names of what the view does not have: its
// dataset, and the rows behind it where they, their date or a condition on them are not
// open.
func (v *View) Told(m archwire.Metric) archwire.Metric {
	if _, ok := v.Dataset(m.Dataset); !ok {
		m.Dataset = ""
	}
	if m.Rows == nil {
		return m
	}
	d, ok := v.Dataset(m.Rows.Dataset)
	if !ok || !hasAll(d, slices.Collect(maps.Keys(m.Rows.Filter))) || m.Rows.Date != "" && !hasAll(d, []string{m.Rows.Date}) {
		m.Rows = nil
	}
	return m
}

// Metric finds a metric.
func (v *View) Metric(name string) (archwire.Metric, bool) {
	for _, m := range v.Metrics {
		if m.Name == name {
			return m, true
		}
	}
	return archwire.Metric{}, false
}
