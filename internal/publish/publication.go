package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// A Publication is an open publication. Nothing about it changes, and its rows
// are shown to the holder of a Scope only. It is safe for use by several
// goroutines and needs no closing.
type Publication struct {
	reader    *Reader
	manifest  archwire.Manifest
	activated time.Time
	tenants   map[string]int                          // their places in the manifest
	datasets  map[string]map[archwire.Profile]variant // those that the profile opens
	metrics   map[string]string                       // the dataset of each
	slices    map[place]kept
}

// A kept slice is one that the store holds, and where.
type kept struct {
	archwire.Slice
	file archwire.SliceFile
}

func newPublication(r *Reader, m archwire.Manifest, index []archwire.Slice) (*Publication, error) {
	p := &Publication{
		reader: r, manifest: m, activated: r.now(),
		tenants: map[string]int{}, datasets: map[string]map[archwire.Profile]variant{}, metrics: map[string]string{},
		slices: make(map[place]kept, len(index)),
	}
	for i, t := range m.Tenants {
		p.tenants[t.ID] = i
	}
	for _, s := range index {
		file, err := r.store.file(sliceName(s.SHA256), s.SHA256)
		if err != nil {
			return nil, err
		}
		p.slices[place{s.Dataset, s.Profile, s.Tenant}] = kept{s, file}
	}
	for _, metric := range m.Metrics {
		p.metrics[metric.Name] = metric.Dataset
	}
	for _, d := range m.Datasets {
		p.datasets[d.Name] = map[archwire.Profile]variant{}
		for _, profile := range archwire.Profiles() {
			if v, ok := widest(d, profile); ok {
				p.datasets[d.Name][profile] = v
			}
		}
		for _, v := range variants(d) {
			for _, t := range m.Tenants {
				if _, ok := p.slices[place{d.Name, v.profile, t.ID}]; !ok {
					return nil, broken(fmt.Sprintf("publication %s has no slice of dataset %s for one of its tenants", m.ID, d.Name), nil)
				}
			}
		}
	}
	return p, nil
}

// Manifest describes the publication. It names all tenants: what of it a caller
// may see is for its scope to say.
func (p *Publication) Manifest() archwire.Manifest { return p.manifest }

// ActivatedAt is when this process put the publication into service.
func (p *Publication) ActivatedAt() time.Time { return p.activated }

// Tenants lists the tenants that scope allows to see anything of, in the manifest's order.
func (p *Publication) Tenants(scope auth.Scope) []archwire.Tenant {
	var allowed []archwire.Tenant
	for _, t := range p.manifest.Tenants {
		if scope.Allows(t.ID) {
			allowed = append(allowed, t)
		}
	}
	return allowed
}

// Slices lists the slices behind a resource for the given tenants, or for all that
// open it to scope if none are given: one a tenant, in the manifest's order of
// tenants, with the columns that all of them open. A resource that no tenant opens
// and a tenant that does not open it do not exist: code NotFound.
func (p *Publication) Slices(ctx context.Context, scope auth.Scope, what auth.Resource, tenants []string) ([]archwire.Slice, error) {
	found, err := p.find(ctx, scope, what, tenants)
	if err != nil {
		return nil, err
	}
	out := make([]archwire.Slice, len(found))
	for i, k := range found {
		out[i] = k.Slice
	}
	return out, nil
}

// find is what Slices and Query rest on: there is no other way to a slice.
func (p *Publication) find(_ context.Context, scope auth.Scope, what auth.Resource, tenants []string) ([]kept, error) {
	seen, ok := p.datasets[what.Dataset]
	if !ok || what.Metric != "" && p.metrics[what.Metric] != what.Dataset {
		return nil, missing(what)
	}
	wanted, common, err := p.narrow(scope, what, seen, tenants)
	if err != nil {
		return nil, err
	}
	found := make([]kept, len(wanted))
	for i, t := range wanted {
		found[i] = p.slices[place{what.Dataset, seen[common].profile, p.manifest.Tenants[t].ID}]
	}
	return found, nil
}

// narrow lists the given tenants, or all if none are given, which open what is
// asked for, by their places in the manifest, and the profile that all of them open
// it in.
func (p *Publication) narrow(scope auth.Scope, what auth.Resource, seen map[archwire.Profile]variant, tenants []string) ([]int, archwire.Profile, error) {
	wanted := make([]int, 0, len(tenants))
	common := archwire.Identified
	add := func(t string) bool {
		at, known := p.tenants[t]
		access, opens := scope.Opens(t, what)
		if _, shown := seen[access.Profile]; !known || !opens || !shown {
			return false
		}
		wanted, common = append(wanted, at), common.Common(access.Profile)
		return true
	}
	for _, t := range tenants {
		if !add(t) {
			return nil, "", &archwire.Error{
				Code: archwire.NotFound, Message: fmt.Sprintf("there is no %s %q", p.manifest.Noun.Singular, t),
				Hint: fmt.Sprintf("GET /v1/%s lists those you may see.", p.manifest.Noun.Plural),
			}
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
	slices.Sort(wanted)
	return slices.Compact(wanted), common, nil
}

func missing(what auth.Resource) error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no dataset %q", what.Dataset),
		Hint: "GET /v1/datasets lists the datasets.",
	}
}

// Query yields the rows of q, in which the relation "slice" is the rows of what
// Slices lists. The tenant column is its first. A slice whose bytes are not those
// that were published is an error of code Mismatch before any row.
func (p *Publication) Query(ctx context.Context, scope auth.Scope, what auth.Resource, tenants []string, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		found, err := p.find(ctx, scope, what, tenants)
		if err != nil {
			yield(nil, err)
			return
		}
		files, err := p.reader.files(found)
		if err != nil {
			yield(nil, err)
			return
		}
		for batch, err := range p.reader.slices.QuerySlices(ctx, files, q) {
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// files is where the rows of slices lie, each file found to hold the bytes that
// were published. Slices without rows are left out, but for one when all are.
func (r *Reader) files(slices []kept) ([]archwire.SliceFile, error) {
	var files []archwire.SliceFile
	for i, s := range slices {
		if s.Rows == 0 && (i < len(slices)-1 || len(files) > 0) {
			continue
		}
		if err := r.proof.check(s.file); err != nil {
			return nil, err
		}
		files = append(files, s.file)
	}
	return files, nil
}
