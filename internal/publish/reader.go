package publish

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"archwire"
)

// pollEvery is how often Watch looks at CURRENT: often enough to pick up a new
// publication within a second.
const pollEvery = 250 * time.Millisecond

// A Reader gives the publication in service: it is all that serving may hold. It
// is safe for use by several goroutines.
type Reader struct {
	store  *Store
	slices archwire.SliceReader
	proof  *proof
	maker  *maker

	active    atomic.Pointer[Publication]
	mu        sync.Mutex // serialises activations
	opened    opened
	catalogue catalogue
}

// OpenReader reads the publications in store through slices, which the caller
// closes. It opens nothing yet.
func OpenReader(store *Store, slices archwire.SliceReader) *Reader {
	return &Reader{store: store, slices: slices, proof: newProof(), maker: newMaker(store, slices)}
}

// Keyed gives the reader the secret under which it makes slices for audiences, before
// its first use, and returns it. Servers that share callers share the secret. Without
// one, such slices are an error.
func (r *Reader) Keyed(secret []byte) *Reader {
	r.maker.secret = secret
	return r
}

// ListingEvery sets how often the store is listed at most for slices that nobody knows
// of, before the reader's first use, and returns it: each who asks for one waits so long.
// Once a second is what a bucket bears; a folder at hand bears much more.
func (r *Reader) ListingEvery(d time.Duration) *Reader {
	r.maker.listing.every = d
	return r
}

// Current is the publication in service. A request asks once and keeps the answer
// to its end, so that it sees one publication. The first call activates the
// publication that CURRENT names; Watch follows CURRENT from there. When nothing
// has been published yet, the error has code NotFound.
func (r *Reader) Current(ctx context.Context) (*Publication, error) {
	if p := r.active.Load(); p != nil {
		return p, nil
	}
	return r.activate(ctx)
}

// Watch follows CURRENT until ctx ends. A new publication is activated within a
// second, once its manifest, its index and the presence and size of its slices
// are as published; until then, and when they are not, the one before stays in
// service. Each activation is reported with the publication, each new reason why
// there is none with an error.
func (r *Reader) Watch(ctx context.Context, report func(*Publication, error)) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var seen *Publication
	var said string
	for {
		p, err := r.activate(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			said = ""
			if p != seen {
				seen = p
				report(p, nil)
			}
		case err.Error() != said:
			said = err.Error()
			report(nil, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// activate makes the publication that CURRENT names the active one and returns it.
func (r *Reader) activate(ctx context.Context) (*Publication, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id, err := r.store.current(ctx)
	if err != nil {
		return nil, err
	}
	if p := r.active.Load(); p != nil && p.manifest.ID == id {
		return p, nil
	}
	m, index, err := r.store.pointedAt(ctx, r.slices, id)
	if err != nil {
		return nil, err
	}
	if err := r.store.checkSlices(ctx, id, index); err != nil {
		return nil, err
	}
	p, err := newPublication(r, m, index)
	if err != nil {
		return nil, err
	}
	if before := r.active.Swap(p); before != nil {
		r.opened.put(before)
	}
	r.proof.keepOnly(index)
	r.maker.keepOnly(index)
	return p, nil
}
