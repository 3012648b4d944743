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
	tenants   map[string]int // their places in the manifest
	datasets  map[string]archwire.Dataset
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
		tenants: map[string]int{}, datasets: map[string]archwire.Dataset{}, slices: make(map[place]kept, len(index)),
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
	for _, d := range m.Datasets {
		p.datasets[d.Name] = d
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

// Tenants lists the tenants that scope allows, in the manifest's order.
func (p *Publication) Tenants(scope auth.Scope) []archwire.Tenant {
	var allowed []archwire.Tenant
	for _, t := range p.manifest.Tenants {
		if scope.Allows(t.ID) {
			allowed = append(allowed, t)
		}
	}
	return allowed
}

// Slices lists the slices of a dataset for the given tenants, or for all that
// scope allows if none are given: one a tenant, in the manifest's order of tenants,
// with the columns that the scope's profile opens. A dataset that the profile does
// not open and a tenant outside the scope do not exist: code NotFound. So is a
// scope that allows none of the publication's tenants.
func (p *Publication) Slices(scope auth.Scope, dataset string, tenants []string) ([]archwire.Slice, error) {
	found, err := p.find(scope, dataset, tenants)
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
func (p *Publication) find(scope auth.Scope, dataset string, tenants []string) ([]kept, error) {
	d, ok := p.datasets[dataset]
	v, opens := widest(d, scope.Profile())
	if !ok || !opens {
		return nil, &archwire.Error{
			Code: archwire.NotFound, Message: fmt.Sprintf("there is no dataset %q", dataset),
			Hint: "GET /v1/datasets lists the datasets.",
		}
	}
	wanted, err := p.narrow(scope, tenants)
	if err != nil {
		return nil, err
	}
	found := make([]kept, len(wanted))
	for i, t := range wanted {
		found[i] = p.slices[place{dataset, v.profile, p.manifest.Tenants[t].ID}]
	}
	return found, nil
}

// narrow lists the given tenants, each within scope, or all that scope allows, by
// their places in the manifest.
func (p *Publication) narrow(scope auth.Scope, tenants []string) ([]int, error) {
	wanted := make([]int, 0, len(tenants))
	for _, t := range tenants {
		at, known := p.tenants[t]
		if !known || !scope.Allows(t) {
			return nil, &archwire.Error{
				Code: archwire.NotFound, Message: fmt.Sprintf("there is no %s %q", p.manifest.Noun.Singular, t),
				Hint: fmt.Sprintf("GET /v1/%s lists those you may see.", p.manifest.Noun.Plural),
			}
		}
		wanted = append(wanted, at)
	}
	if len(tenants) == 0 {
		for at, t := range p.manifest.Tenants {
			if scope.Allows(t.ID) {
				wanted = append(wanted, at)
			}
		}
	}
	if len(wanted) == 0 {
		return nil, &archwire.Error{
			Code: archwire.NotFound, Message: fmt.Sprintf("this key sees none of the %s in publication %s", p.manifest.Noun.Plural, p.manifest.ID),
			Hint: "Ask whoever gave you the key which it is for.",
		}
	}
	slices.Sort(wanted)
	return slices.Compact(wanted), nil
}

// Query yields the rows of q, in which the relation "slice" is the rows of what
// Slices lists. The tenant column is its first. A slice whose bytes are not those
// that were published is an error of code Mismatch before any row.
func (p *Publication) Query(ctx context.Context, scope auth.Scope, dataset string, tenants []string, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		found, err := p.find(scope, dataset, tenants)
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
