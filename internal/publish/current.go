package publish

import (
	"context"

	"archwire"
)

// Current is the manifest of the publication that CURRENT names, without a look
// at its slices; code NotFound when nothing has been published.
func (s *Store) Current(ctx context.Context) (archwire.Manifest, error) {
	id, err := s.current(ctx)
	if err != nil {
		return archwire.Manifest{}, err
	}
	return s.manifest(ctx, id)
}
