package serve

import (
	"context"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/api"
)

// publications is the reader as the API needs it.
type publications struct{ reader *publish.Reader }

func (p publications) Current(ctx context.Context) (api.Publication, error) {
	pub, err := p.reader.Current(ctx)
	if err != nil {
		return nil, err // a nil *publish.Publication would be a publication
	}
	return pub, nil
}

func (p publications) Publication(ctx context.Context, id archwire.PublicationID) (api.Publication, error) {
	pub, err := p.reader.Publication(ctx, id)
	if err != nil {
		return nil, err
	}
	return pub, nil
}

func (p publications) Kept(ctx context.Context) ([]api.Kept, error) {
	kept, err := p.reader.Kept(ctx)
	out := make([]api.Kept, len(kept))
	for i, k := range kept {
		out[i] = api.Kept(k)
	}
	return out, err
}

func (p publications) Learn(ctx context.Context, sha string) error {
	return p.reader.Learn(ctx, sha)
}

func (p publications) Naming(ctx context.Context, sha string) ([]archwire.PublicationID, error) {
	return p.reader.Naming(ctx, sha)
}
