package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// movedAfter is how long after its first entry a segment has moved to the store at
// the latest, if nothing keeps it.
const movedAfter = time.Hour

// Elsewhere tells what cannot be read here, each in one sentence: the ends of chains
// that other servers have on their disks. anchors may be nil.
func (a *Archive) Elsewhere(ctx context.Context, anchors Anchors) (notes []string, err error) {
	if anchors == nil {
		return nil, nil
	}
	heads, err := anchors.Heads(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking how far the ledger went: %w", err)
	}
	chains, err := a.chains(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range heads {
		i := slices.IndexFunc(chains, func(c chainFiles) bool { return c.name == h.Chain })
		if i < 0 {
			notes = append(notes, elsewhere(h, nil))
			continue
		}
		if chains[i].here {
			continue
		}
		last, err := a.last(ctx, chains[i])
		if err != nil {
			return nil, err
		}
		if last < h.Seq {
			notes = append(notes, elsewhere(h, &last))
		}
	}
	return notes, nil
}

// last is the number of the last line of a chain that can be read.
func (a *Archive) last(ctx context.Context, c chainFiles) (seq uint64, err error) {
	begin := func(s *segmentReader) error { seq = s.seq; return ctx.Err() }
	err = a.read(ctx, c.segments[len(c.segments)-1], begin, func(s *segmentReader, _ []byte) error {
		seq = s.seq
		return nil
	})
	return seq, err
}

// lost says whether a chain of which nothing can be found is lost: its server would
// have moved it to the store.
func (a *Archive) lost(h Head) bool {
	return a.Now().Sub(h.At) > movedAfter
}

func gone(h Head) string { return fmt.Sprintf("chain %s is gone; it had %d lines", h.Chain, h.Seq+1) }

// elsewhere is the note of a chain whose head another server has on its disk.
func elsewhere(h Head, last *uint64) string {
	if last == nil {
		return fmt.Sprintf("chain %s was written by another server: none of it is in the store yet; line %d, of %s, is known",
			h.Chain, h.Seq, h.At.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("chain %s was written by another server: proved up to line %d; line %d, of %s, is known",
		h.Chain, *last, h.Seq, h.At.UTC().Format(time.RFC3339))
}
