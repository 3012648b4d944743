package serve

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/api"
)

// publications is the reader as the API needs it. It remembers the publications
// that were in service last, so that a cursor can be followed to its end after
// the next one has come.
type publications struct {
	reader *publish.Reader
	last   atomic.Pointer[publish.Publication]

	mu   sync.Mutex
	seen []*publish.Publication // newest first
}

// remembered is how many publications cursors can be followed in.
const remembered = 4

func (p *publications) Current(ctx context.Context) (api.Publication, error) {
	pub, err := p.reader.Current(ctx)
	if err != nil {
		return nil, err
	}
	p.remember(pub)
	return pub, nil
}

func (p *publications) Publication(_ context.Context, id archwire.PublicationID) (api.Publication, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pub := range p.seen {
		if pub.Manifest().ID == id {
			return pub, nil
		}
	}
	return nil, &archwire.Error{Code: archwire.NotFound, Message: fmt.Sprintf("publication %s is not held", id)}
}

// remember keeps a publication that is in service. Whoever meets it first, a
// request or the watch, hands it in.
func (p *publications) remember(pub *publish.Publication) {
	if p.last.Swap(pub) == pub {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	id := pub.Manifest().ID
	p.seen = slices.DeleteFunc(p.seen, func(old *publish.Publication) bool { return old.Manifest().ID == id })
	p.seen = append([]*publish.Publication{pub}, p.seen[:min(len(p.seen), remembered-1)]...)
}
