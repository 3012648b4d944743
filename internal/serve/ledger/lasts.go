package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"archwire"
)

// Lasts tells when each tenant's data was disclosed last, of what was since a time.
// Segments that were closed before are not read.
func (a *Archive) Lasts(ctx context.Context, since time.Time) (map[string]time.Time, error) {
	chains, err := a.chains(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	for _, c := range chains {
		first, err := a.firstSince(ctx, c, since)
		if err != nil {
			return nil, err
		}
		for _, segment := range c.segments[first:] {
			if err := a.lastsIn(ctx, segment, since, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// lastsIn takes in what a segment tells.
func (a *Archive) lastsIn(ctx context.Context, segment string, since time.Time, out map[string]time.Time) error {
	begin := func(*segmentReader) error { return ctx.Err() }
	err := a.read(ctx, segment, begin, func(r *segmentReader, text []byte) error {
		var e struct {
			At    time.Time `json:"at"`
			Parts []struct {
				Tenant string `json:"tenant"`
			} `json:"parts"`
		}
		if err := json.Unmarshal(text, &e); err != nil {
			return &Broken{Segment: segment, Line: r.seq, Err: fmt.Errorf("it is not an entry: %w", err)}
		}
		for _, p := range e.Parts {
			if !e.At.Before(since) && e.At.After(out[p.Tenant]) {
				out[p.Tenant] = e.At
			}
		}
		return nil
	})
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil // it was removed meanwhile: it was old
	}
	return err
}
