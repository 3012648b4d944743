package publish

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"archwire"
)

// A Kept publication is one that the store holds and that can be opened.
type Kept struct {
	ID        archwire.PublicationID
	AsOf      archwire.Day
	CreatedAt time.Time
}

// catalogue remembers what follows from the manifests and indexes of the store's
// publications, which never change.
type catalogue struct {
	group singleflight.Group
	mu    sync.Mutex
	known map[archwire.PublicationID]Kept
	names map[archwire.PublicationID][]uint64 // the beginnings of the slices' hashes, sorted
}

// Kept lists the publications that the store holds, newest first. One whose manifest
// cannot be read is left out.
func (r *Reader) Kept(ctx context.Context) ([]Kept, error) {
	ids, err := r.store.ids(ctx)
	if err != nil {
		return nil, err
	}
	r.catalogue.keepOnly(ids)
	return r.among(ctx, ids)
}

// among are those of the publications that the store holds, newest first.
func (r *Reader) among(ctx context.Context, ids []archwire.PublicationID) ([]Kept, error) {
	var out []Kept
	for _, id := range ids {
		k, err := r.kept(ctx, id)
		switch code := archwire.CodeOf(err); {
		case err == nil:
			out = append(out, k)
		case code != archwire.NotFound && code != archwire.Mismatch:
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b Kept) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID)) })
	return out, ctx.Err()
}

func (r *Reader) kept(ctx context.Context, id archwire.PublicationID) (Kept, error) {
	c := &r.catalogue
	c.mu.Lock()
	k, ok := c.known[id]
	c.mu.Unlock()
	if ok {
		return k, nil
	}
	m, err := r.store.manifest(ctx, id)
	if err != nil {
		return Kept{}, err
	}
	k = Kept{ID: m.ID, AsOf: m.AsOf, CreatedAt: m.CreatedAt}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[archwire.PublicationID]Kept{}
	}
	c.known[id] = k
	return k, nil
}

// Learn has Naming and Open know of what the store holds now: what other servers
// published, and the slices of that hash that they made. However many ask, the store is
// listed once a second, so it may take as long.
func (r *Reader) Learn(ctx context.Context, sha string) error {
	if _, ok := beginning(sha); !ok {
		return nil
	}
	return r.maker.listing.refresh(ctx)
}

// Naming lists the publications whose indexes may name a slice, or what it was made of,
// for whomever, newest first: hardly ever one that does not, and all that do, as far as
// the store was when Learn looked last. Whether a caller is given the slice is for each
// of them to say.
func (r *Reader) Naming(ctx context.Context, sha string) ([]archwire.PublicationID, error) {
	if _, ok := beginning(sha); !ok {
		return nil, nil
	}
	var wanted []uint64
	for _, s := range append(r.maker.sources(sha), sha) {
		if name, ok := beginning(s); ok {
			wanted = append(wanted, name)
		}
	}
	kept, err := r.among(ctx, r.maker.listing.publications())
	if err != nil {
		return nil, err
	}
	var out []archwire.PublicationID
	for _, k := range kept {
		names, err := r.names(ctx, k.ID)
		if code := archwire.CodeOf(err); code == archwire.NotFound || code == archwire.Mismatch {
			continue // collected meanwhile, or not to be read by anybody
		}
		if err != nil {
			return nil, err
		}
		named := func(name uint64) bool { _, found := slices.BinarySearch(names, name); return found }
		if slices.ContainsFunc(wanted, named) {
			out = append(out, k.ID)
		}
	}
	return out, nil
}

// names are the beginnings of the hashes in a publication's index, read once.
func (r *Reader) names(ctx context.Context, id archwire.PublicationID) ([]uint64, error) {
	c := &r.catalogue
	c.mu.Lock()
	names, ok := c.names[id]
	c.mu.Unlock()
	if ok {
		return names, nil
	}
	v, err, _ := c.group.Do(string(id), func() (any, error) {
		always := context.WithoutCancel(ctx) // others may be waiting for it
		m, err := r.store.manifest(always, id)
		if err != nil {
			return nil, err
		}
		index, err := r.store.index(always, r.slices, m)
		if err != nil {
			return nil, err
		}
		return beginnings(index)
	})
	if err != nil {
		return nil, err
	}
	names, _ = v.([]uint64)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil {
		c.names = map[archwire.PublicationID][]uint64{}
	}
	c.names[id] = names
	return names, nil
}

func beginnings(index []archwire.Slice) ([]uint64, error) {
	names := make([]uint64, len(index))
	for i, s := range index {
		name, ok := beginning(s.SHA256)
		if !ok {
			return nil, broken(fmt.Sprintf("an index names a slice of dataset %s by what is no SHA-256", s.Dataset), nil)
		}
		names[i] = name
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// beginning is the first eight bytes of a SHA-256; not ok where sha is none.
func beginning(sha string) (uint64, bool) {
	const bytes = 32
	raw, err := hex.DecodeString(sha)
	if err != nil || len(raw) != bytes || sha != strings.ToLower(sha) {
		return 0, false
	}
	return binary.BigEndian.Uint64(raw), true
}

// keepOnly forgets the publications that are not among ids.
func (c *catalogue) keepOnly(ids []archwire.PublicationID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.known {
		if !slices.Contains(ids, id) {
			delete(c.known, id)
			delete(c.names, id)
		}
	}
}

// ids are the publications that the store has a manifest of.
func (s *Store) ids(ctx context.Context) (ids []archwire.PublicationID, err error) {
	infos, err := s.objects.List(ctx, publicationsFolder)
	if err != nil {
		return nil, fmt.Errorf("listing the publications: %w", err)
	}
	for _, i := range infos {
		id := strings.TrimSuffix(strings.TrimPrefix(i.Name, publicationsFolder), "/manifest.json")
		if idForm.MatchString(id) {
			ids = append(ids, archwire.PublicationID(id))
		}
	}
	return ids, nil
}
