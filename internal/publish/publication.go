package publish

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"archwire"
	"archwire/internal/serve/auth"
)

// A Publication is an open publication. Nothing about it changes, and its rows
// are shown to the holder of a Scope only: of one that is kept, what its own classes and
// those of the publication in service both show. It is safe for use by several
// goroutines and needs no closing.
type Publication struct {
	reader   *Reader
	manifest archwire.Manifest
	tenants  map[string]int // their places in the manifest
	datasets map[string]shown
	metrics  map[string]measured
	slices   map[place]kept
	places   func() map[string][]place // of each slice, by its hash
	narrowed atomic.Pointer[narrowing]
}

// A shown is a dataset as the profiles that open it see it.
type shown struct {
	archwire.Dataset
	variants map[archwire.Profile]variant
}

// A measured is a metric's dataset, and the columns with a domain of pseudonyms that
// its answers may tell of.
type measured struct {
	dataset string
	told    []archwire.DatasetColumn
}

// A kept slice is one that the store holds, and where.
type kept struct {
	archwire.Slice
	file   archwire.SliceFile
	source string // the SHA-256 of the published slice that it was made of; "" for one that is published itself
}

// name is that of its object.
func (k kept) name() string {
	if k.source != "" {
		return madeName(k.source, k.SHA256)
	}
	return sliceName(k.SHA256)
}

func newPublication(r *Reader, m archwire.Manifest, index []archwire.Slice) (*Publication, error) {
	p := &Publication{reader: r, manifest: m, tenants: map[string]int{}, slices: make(map[place]kept, len(index))}
	p.places = sync.OnceValue(p.byHash)
	for i, t := range m.Tenants {
		p.tenants[t.ID] = i
	}
	for _, s := range index {
		file, err := r.store.files.file(sliceName(s.SHA256), s.SHA256)
		if err != nil {
			return nil, err
		}
		p.slices[place{s.Dataset, s.Profile, s.Tenant}] = kept{Slice: s, file: file}
	}
	for _, d := range m.Datasets {
		for _, v := range variants(d) {
			for _, t := range m.Tenants {
				if _, ok := p.slices[place{d.Name, v.profile, t.ID}]; !ok {
					return nil, broken(fmt.Sprintf("publication %s has no slice of dataset %s for one of its tenants", m.ID, d.Name), nil)
				}
			}
		}
	}
	p.show(m)
	return p, nil
}

// show works out what the datasets and metrics of the manifest m open to whom.
func (p *Publication) show(m archwire.Manifest) {
	p.manifest, p.datasets, p.metrics = m, map[string]shown{}, map[string]measured{}
	for _, d := range m.Datasets {
		p.datasets[d.Name] = shown{d, map[archwire.Profile]variant{}}
		for _, profile := range archwire.Profiles() {
			if v, ok := seenBy(d, profile); ok {
				p.datasets[d.Name].variants[profile] = v
			}
		}
		for _, metric := range m.Metrics {
			if metric.Dataset == d.Name {
				p.metrics[metric.Name] = newMeasured(metric, d)
			}
		}
	}
}

func newMeasured(m archwire.Metric, d archwire.Dataset) measured {
	told := measured{dataset: d.Name}
	for _, c := range d.Columns {
		if c.Pseudonym != "" && (m.MayRead(c.Name) || slices.Contains(m.Dimensions, c.Name)) {
			told.told = append(told.told, c)
		}
	}
	return told
}

// Manifest describes the publication. It names all tenants: what of it a caller
// may see is for its scope to say.
func (p *Publication) Manifest() archwire.Manifest { return p.manifest }

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
// tenants, with the columns that all of them open and the rows that each does. Where
// the caller is given pseudonyms or the rows of some locations, they are slices made
// for its audience, which takes a while for each that there is not yet. A resource that no tenant opens
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
		files, release, err := p.reader.files(ctx, found)
		if err != nil {
			yield(nil, err)
			return
		}
		defer release()
		for batch, err := range p.reader.slices.QuerySlices(ctx, files, q) {
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// files is where the rows of slices lie until release is called, each file found to
// hold the bytes that were published. Slices without rows are left out, but for one
// when all are.
func (r *Reader) files(ctx context.Context, all []kept) (files []archwire.SliceFile, release func(), err error) {
	read := all[:0:0]
	for i, s := range all {
		if s.Rows > 0 || i == len(all)-1 && len(read) == 0 {
			read = append(read, s)
		}
	}
	if release, err = r.store.files.hold(ctx, read); err != nil {
		return nil, nil, err
	}
	for _, s := range read {
		if err := r.proof.check(s.file); err != nil {
			release()
			return nil, nil, err
		}
		files = append(files, s.file)
	}
	return files, release, nil
}
