package publish

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"archwire"
)

// mostOpened is how many publications are kept open besides the one in service:
// what cursors, feeds and explanations go back to.
const mostOpened = 8

// opened keeps publications that are not in service.
type opened struct {
	group singleflight.Group
	mu    sync.Mutex
	kept  []*Publication // used last first
}

// Publication opens the publication of that id, whether it is in service, was, or
// will be again. Of one that is not in service it shows what its own classes and those
// of the one that is both show. One that the store does not hold, or not any more, is an error of
// code NotFound; one that is not as it was published, of code Mismatch.
func (r *Reader) Publication(ctx context.Context, id archwire.PublicationID) (*Publication, error) {
	now, err := r.Current(ctx)
	if err != nil || now.manifest.ID == id {
		return now, err
	}
	p, err := r.published(ctx, id)
	if err != nil {
		return nil, err
	}
	return p.under(now)
}

// published opens a publication as it was published.
func (r *Reader) published(ctx context.Context, id archwire.PublicationID) (*Publication, error) {
	// Collecting removes the manifest first, so it is looked for each time.
	if err := r.store.holds(ctx, id); err != nil {
		return nil, err
	}
	if p := r.opened.get(id); p != nil {
		return p, nil
	}
	// Whoever waits for an opening gets it, even if the caller that began it left.
	v, err, _ := r.opened.group.Do(string(id), func() (any, error) { return r.read(context.WithoutCancel(ctx), id) })
	if err != nil {
		if gone := r.store.holds(ctx, id); gone != nil {
			return nil, gone // it was collected meanwhile
		}
		return nil, err
	}
	p, _ := v.(*Publication)
	r.opened.put(p)
	return p, nil
}

// read opens a publication from the store.
func (r *Reader) read(ctx context.Context, id archwire.PublicationID) (*Publication, error) {
	m, err := r.store.manifest(ctx, id)
	if err != nil {
		return nil, err
	}
	index, err := r.store.index(ctx, r.slices, m)
	if err != nil {
		return nil, err
	}
	if err := r.store.checkSlices(ctx, id, index); err != nil {
		return nil, err
	}
	return newPublication(r, m, index)
}

// holds is an error of code NotFound when the store has no publication of that id.
func (s *Store) holds(ctx context.Context, id archwire.PublicationID) error {
	if !idForm.MatchString(string(id)) {
		return unknown(id)
	}
	content, err := s.objects.Open(ctx, manifestName(id))
	if archwire.CodeOf(err) == archwire.NotFound {
		return unknown(id)
	}
	if err != nil {
		return err
	}
	return content.Close()
}

func (o *opened) get(id archwire.PublicationID) *Publication {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.kept, func(p *Publication) bool { return p.manifest.ID == id })
	if i < 0 {
		return nil
	}
	p := o.kept[i]
	o.kept = slices.Insert(slices.Delete(o.kept, i, i+1), 0, p)
	return p
}

func (o *opened) put(p *Publication) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = slices.DeleteFunc(o.kept, func(old *Publication) bool { return old.manifest.ID == p.manifest.ID })
	o.kept = slices.Insert(o.kept, 0, p)
	o.kept = o.kept[:min(len(o.kept), mostOpened)]
}
