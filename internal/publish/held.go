package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
)

// Open opens the file of the slice with that hash, if it is one that scope is given:
// the one that Slices lists for some dataset and one tenant. It lists all these, in
// the manifest's order of datasets and tenants: tenants without rows share a slice.
// A hash that scope is not given, or that another server made and Learn has not found
// yet, does not exist: code NotFound. A file whose bytes
// are not those that were published is an error of code Mismatch.
func (p *Publication) Open(ctx context.Context, scope auth.Scope, sha string) (io.ReadSeekCloser, []archwire.Slice, error) {
	given, err := p.given(ctx, scope, sha)
	if err != nil {
		return nil, nil, err
	}
	if len(given) == 0 {
		return nil, nil, noSlice()
	}
	f := given[0].file
	release, err := p.reader.store.files.hold(ctx, given[:1])
	if err != nil {
		return nil, nil, p.unlessCollected(ctx, err)
	}
	defer release() // what is open can be read to its end
	if err = p.reader.proof.checkAgain(f); err != nil {
		return nil, nil, p.unlessCollected(ctx, err)
	}
	file, err := os.Open(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, p.unlessCollected(ctx, altered(f, "is missing from the store", err))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("opening slice %s: %w", sha, err)
	}
	return file, slicesOf(given), nil
}

func slicesOf(of []kept) []archwire.Slice {
	out := make([]archwire.Slice, len(of))
	for i, k := range of {
		out[i] = k.Slice
	}
	return out
}

// given lists the places at which scope is given the slice of that hash: a published
// one, or one that was made. It asks find about each, so there is no other way to a
// slice than that of Slices.
func (p *Publication) given(ctx context.Context, scope auth.Scope, sha string) (given []kept, err error) {
	given, err = p.givenOf(ctx, scope, sha, sha)
	if len(given) > 0 || err != nil {
		return given, err
	}
	return p.givenOf(ctx, scope, sha, p.reader.maker.sources(sha)...)
}

// givenOf is given at the places of some published slices.
func (p *Publication) givenOf(ctx context.Context, scope auth.Scope, sha string, published ...string) (given []kept, err error) {
	for _, source := range published {
		for _, at := range p.places()[source] {
			found, err := p.find(ctx, scope, auth.Resource{Dataset: at.dataset}, []string{at.tenant})
			if code := archwire.CodeOf(err); err != nil && code != archwire.NotFound {
				return nil, err
			}
			if len(found) == 1 && found[0].SHA256 == sha {
				given = append(given, found[0])
			}
		}
	}
	return given, nil
}

// byHash finds the places of each slice, one a dataset and tenant, in the manifest's
// order.
func (p *Publication) byHash() map[string][]place {
	places := make(map[string][]place, len(p.slices))
	for _, d := range p.manifest.Datasets {
		for _, t := range p.manifest.Tenants {
			for _, v := range variants(d) {
				at := place{d.Name, v.profile, t.ID}
				sha := p.slices[at].SHA256
				same := func(q place) bool { return q.dataset == at.dataset && q.tenant == at.tenant }
				if !slices.ContainsFunc(places[sha], same) {
					places[sha] = append(places[sha], at)
				}
			}
		}
	}
	return places
}

// unlessCollected is err, or that there is no such slice if the publication was
// collected meanwhile.
func (p *Publication) unlessCollected(ctx context.Context, err error) error {
	if gone := p.reader.store.holds(ctx, p.manifest.ID); archwire.CodeOf(gone) == archwire.NotFound {
		return noSlice()
	}
	return err
}

func noSlice() error {
	return &archwire.Error{Code: archwire.NotFound, Message: "there is no such slice", Hint: "Read the manifest again."}
}
