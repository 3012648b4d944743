package publish

import (
	"context"
	"fmt"

	"archwire"
)

// A before is the publication in service when another one is made: what can be
// kept of it.
type before struct {
	manifest archwire.Manifest // zero when nothing is in service
	datasets map[string]archwire.Dataset
	slices   map[place]archwire.Slice
	sizes    map[string]int64 // of the slices that the store holds
}

// A place is where a slice stands in an index.
type place struct {
	dataset string
	profile archwire.Profile
	tenant  string
}

// before reads the publication in service. One that cannot be read is as if there
// were none: the new publication replaces it, whole. One that a newer Archwire
// wrote is an error, for its readers could not read ours.
func (p *Publisher) before(ctx context.Context) (before, error) {
	var b before
	manifest, index, err := p.Store.inService(ctx, p.Reader)
	if code := archwire.CodeOf(err); code == archwire.NotFound {
		return b, nil
	} else if code == archwire.Mismatch {
		p.tell(archwire.RunEvent{Verb: archwire.Publish, Note: err.Error() + "; every slice is written anew"})
		return b, nil
	}
	if err != nil {
		return b, fmt.Errorf("reading the publication in service: %w", err)
	}
	b.manifest = manifest
	if p.Fresh {
		return b, nil
	}
	b.datasets = map[string]archwire.Dataset{}
	for _, d := range manifest.Datasets {
		b.datasets[d.Name] = d
	}
	b.slices = map[place]archwire.Slice{}
	for _, s := range index {
		b.slices[place{s.Dataset, s.Profile, s.Tenant}] = s
	}
	b.sizes, err = p.Store.sizes(ctx)
	return b, err
}

// inService reads the manifest and the index that CURRENT leads to.
func (s *Store) inService(ctx context.Context, reader archwire.SliceReader) (archwire.Manifest, []archwire.Slice, error) {
	id, err := s.current(ctx)
	if err != nil {
		return archwire.Manifest{}, nil, err
	}
	return s.pointedAt(ctx, reader, id)
}

// keeps finds the slice that holds the rows of pc already. The one without rows is
// written each time: there is no print of rows that would tell a new column type.
func (b before) keeps(d archwire.Dataset, pc piece) (archwire.Slice, bool) {
	s, ok := b.slices[place{d.Name, pc.variant.profile, pc.print.Tenant}]
	same := ok && pc.print.Rows > 0 && s.Print == pc.print.Print && s.Rows == pc.print.Rows
	return s, same && b.holds(s) && b.sameVariant(d, pc.variant)
}

// holds says whether the store has the slice, in its size.
func (b before) holds(s archwire.Slice) bool {
	size, there := b.sizes[s.SHA256]
	return there && size == s.Bytes
}

// sameVariant says whether equal rows gave the slices of that variant that they
// would give now.
func (b before) sameVariant(d archwire.Dataset, v variant) bool {
	was := b.datasets[d.Name]
	for _, w := range variants(was) {
		if w.profile == v.profile {
			return sameShape(was, w, d, v)
		}
	}
	return false
}

func (p *Publisher) tell(e archwire.RunEvent) {
	if p.Progress != nil {
		p.Progress(e)
	}
}
