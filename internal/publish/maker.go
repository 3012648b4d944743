package publish

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"archwire"
	"archwire/internal/detached"
)

// A maker makes slices for audiences, each on its first use. What it made, or another
// server did, it uses again for as long as the published slice is the same.
type maker struct {
	store  *Store
	reader archwire.SliceReader
	secret []byte

	group singleflight.Group
	slots chan struct{} // one for each making under way

	listing listing

	mu    sync.RWMutex
	known map[string]kept     // by recipe
	made  map[string][]string // what slices were made of, by their hashes
}

// mostKnown bounds what is remembered of made slices: what is forgotten is found in
// the store again.
const mostKnown = 200_000

// longestMaking is how long a slice may be made, and its turn waited for.
const longestMaking = 6 * time.Hour

func newMaker(store *Store, reader archwire.SliceReader) *maker {
	return &maker{
		store: store, reader: reader, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), listing: listing{store: store, every: listEvery},
		known: map[string]kept{}, made: map[string][]string{},
	}
}

// get is the slice of a recipe, made from source if there is none yet. Of several who
// ask at once one makes it, and goes on when the others give up.
func (m *maker) get(ctx context.Context, r recipe, source kept) (kept, error) {
	text, err := r.text()
	if err != nil {
		return kept{}, err
	}
	m.mu.RLock()
	k, ok := m.known[text]
	m.mu.RUnlock()
	if ok {
		return k, nil
	}
	if len(m.secret) == 0 || r.Audience == "" {
		return kept{}, &archwire.Error{Code: archwire.Internal, Message: "slices cannot be made for an audience: the reader was given no secret"}
	}
	made := m.group.DoChan(text, func() (any, error) {
		return detached.Do(ctx, longestMaking, "making a slice", func(ctx context.Context) (kept, error) { return m.once(ctx, r, text, source) })
	})
	select {
	case got := <-made:
		if got.Err != nil {
			return kept{}, got.Err
		}
		k, _ := got.Val.(kept)
		return k, nil
	case <-ctx.Done():
		return kept{}, ctx.Err()
	}
}

// once finds or makes the slice when its turn comes, and remembers it.
func (m *maker) once(ctx context.Context, r recipe, text string, source kept) (kept, error) {
	select {
	case m.slots <- struct{}{}:
	case <-ctx.Done():
		return kept{}, ctx.Err()
	}
	defer func() { <-m.slots }()
	k, err := m.findOrMake(ctx, r, text, source)
	if err != nil {
		return kept{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= mostKnown {
		clear(m.known)
		clear(m.made)
	}
	m.known[text] = k
	if sources := m.made[k.SHA256]; !slices.Contains(sources, r.Source) {
		m.made[k.SHA256] = append(slices.Clip(sources), r.Source)
	}
	return k, nil
}

func (m *maker) findOrMake(ctx context.Context, r recipe, text string, source kept) (kept, error) {
	key := sealingKey(m.secret, r.Audience)
	name := recordName(r.Source, text, key)
	made, ok, err := m.find(ctx, name, text, key)
	if err != nil {
		return kept{}, err
	}
	if !ok {
		made, err = m.make(ctx, r, name, source, key)
		if code := archwire.CodeOf(err); code == archwire.NotFound || code == archwire.Unavailable {
			// A publisher that begins sweeps away what is in the making.
			made, err = m.make(ctx, r, name, source, key)
		}
	}
	if archwire.CodeOf(err) == archwire.NotFound {
		err = &archwire.Error{Code: archwire.Unavailable, Message: "a file in the making was lost", Hint: "Try again.", Err: err}
	}
	if err != nil {
		return kept{}, fmt.Errorf("making a slice of dataset %s: %w", r.Dataset, err)
	}
	file, err := m.store.files.file(madeName(r.Source, made.Slice), made.Slice)
	return kept{archwire.Slice{
		Dataset: r.Dataset, Profile: r.Profile, Tenant: r.Tenant, SHA256: made.Slice, Rows: made.Rows, Bytes: made.Bytes, Contract: source.Contract,
	}, file, r.Source}, err
}

// find looks for a slice that was made before. A record that cannot be trusted, and
// one whose slice is not there to the byte, is as if there were none.
func (m *maker) find(ctx context.Context, name, text string, key []byte) (record, bool, error) {
	content, err := m.store.read(ctx, name)
	if archwire.CodeOf(err) == archwire.NotFound {
		return record{}, false, nil
	}
	if err != nil {
		return record{}, false, fmt.Errorf("reading the record of a made slice: %w", err)
	}
	made, ok := readRecord(content, text, key)
	if !ok {
		return record{}, false, nil
	}
	release, err := m.store.files.proven(ctx, madeName(made.Source, made.Slice), made.Slice)
	if code := archwire.CodeOf(err); code == archwire.NotFound || code == archwire.Mismatch {
		return record{}, false, nil
	}
	if err != nil {
		return record{}, false, fmt.Errorf("reading a made slice: %w", err)
	}
	release()
	return made, true, nil
}

// sources lists what slices of that hash may have been made of, by anybody and for
// anybody, as far as is known: all that they were, and hardly ever another.
func (m *maker) sources(sha string) []string {
	m.mu.RLock()
	seen := slices.Clone(m.made[sha])
	m.mu.RUnlock()
	for _, source := range m.listing.sources(sha) {
		if !slices.Contains(seen, source) {
			seen = append(seen, source)
		}
	}
	return seen
}

// keepOnly forgets slices that were made from others than those of an index.
func (m *maker) keepOnly(index []archwire.Slice) {
	named := make(map[string]bool, len(index))
	for _, s := range index {
		named[s.SHA256] = true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.known, func(_ string, k kept) bool { return !named[k.source] })
	clear(m.made) // it is filled again
}
