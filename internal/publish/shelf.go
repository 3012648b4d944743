package publish

import (
	"context"

	"archwire"
)

// A Shelf is the publications of a store as operators look at them, whoever may see
// what is in them.
type Shelf struct {
	Store  *Store
	Slices archwire.SliceReader // reads indexes
}

// Current is the manifest of the publication in service, the zero one while there is
// none.
func (s Shelf) Current(ctx context.Context) (archwire.Manifest, error) {
	m, err := s.Store.Current(ctx)
	if archwire.CodeOf(err) == archwire.NotFound {
		return archwire.Manifest{}, nil
	}
	return m, err
}

// List lists the publications that are kept.
func (s Shelf) List(ctx context.Context) ([]Listed, error) { return s.Store.List(ctx) }

// Held is the manifest and the index of the publication of that id; code NotFound when
// there is none.
func (s Shelf) Held(ctx context.Context, id archwire.PublicationID) (archwire.Manifest, []archwire.Slice, error) {
	m, err := s.Store.manifest(ctx, id)
	if err != nil {
		return archwire.Manifest{}, nil, err
	}
	index, err := s.Store.index(ctx, s.Slices, m)
	return m, index, err
}
