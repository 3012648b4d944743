package publish

import (
	"cmp"
	"context"
	"slices"

	"archwire"
)

// A Listed publication is one line of what the store holds.
type Listed struct {
	ID       archwire.PublicationID
	Current  bool              // it is in service
	Manifest archwire.Manifest // zero when Err is set
	Err      error             // why the manifest cannot be read
}

// List lists the publications that the store holds, newest first. One without a
// manifest was never finished and is not listed; one whose manifest cannot be
// read is, with the reason. A store without publications has an empty list.
func (s *Store) List(ctx context.Context) ([]Listed, error) {
	// A CURRENT that names nothing must not hide what there is to roll back to.
	current, err := s.current(ctx)
	if code := archwire.CodeOf(err); err != nil && code != archwire.NotFound && code != archwire.Mismatch {
		return nil, err
	}
	ids, err := s.ids(ctx)
	if err != nil {
		return nil, err
	}
	var listed []Listed
	for _, id := range ids {
		l := Listed{ID: id, Current: id == current}
		l.Manifest, l.Err = s.manifest(ctx, id)
		listed = append(listed, l)
	}
	slices.SortFunc(listed, func(a, b Listed) int {
		if a.Err == nil && b.Err == nil {
			return cmp.Or(b.Manifest.CreatedAt.Compare(a.Manifest.CreatedAt), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Compare(b.ID, a.ID)
	})
	return listed, ctx.Err()
}

// Rollback puts the publication of that id into service, an earlier or a later
// one, once its manifest, its index and the presence and size of each of its
// slices are as published. After an error the one in service stays.
func (s *Store) Rollback(ctx context.Context, reader archwire.SliceReader, id archwire.PublicationID) (archwire.Manifest, error) {
	m, err := s.manifest(ctx, id)
	if err != nil {
		return archwire.Manifest{}, err
	}
	index, err := s.index(ctx, reader, m)
	if err != nil {
		return archwire.Manifest{}, err
	}
	if err := s.checkSlices(ctx, id, index); err != nil {
		return archwire.Manifest{}, err
	}
	return m, s.enter(ctx, id)
}
