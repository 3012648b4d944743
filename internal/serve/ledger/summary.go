package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"archwire"
)

// usesPrefix precedes the names of the summaries of closed segments in the store:
// ledger-uses/<chain>/<number of the first line>.json. They follow from the
// segments, so one that is missing is made again.
const usesPrefix = folderName + "-uses/"

func summaryName(segment string) string {
	return usesPrefix + strings.TrimSuffix(segment, suffix) + ".json"
}

// summarizing is how many segments are read at once.
const summarizing = 8

// Uses sums up what was disclosed since a time. A closed segment is read once: what
// it tells is kept in the store beside it. Of segments that were closed before the
// time, only the headers of a few are read.
func (a *Archive) Uses(ctx context.Context, since time.Time) ([]Use, error) {
	chains, err := a.chains(ctx)
	if err != nil {
		return nil, err
	}
	stored, made, err := a.summaries(ctx)
	if err != nil {
		return nil, err
	}
	sum, mu := newSumming(since), sync.Mutex{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(summarizing)
	for _, c := range chains {
		first, err := a.firstSince(ctx, c, since)
		if err != nil {
			return nil, errors.Join(err, group.Wait())
		}
		for i, segment := range c.segments[first:] {
			group.Go(func() (err error) {
				var uses []Use
				switch {
				case i == 0: // only a part of it may be since then
					uses, err = a.scan(ctx, segment, since)
				case made[segment]:
					uses, err = a.summary(ctx, segment)
				default:
					uses, err = a.summarize(ctx, segment, stored[segment])
				}
				mu.Lock()
				defer mu.Unlock()
				for _, u := range uses {
					sum.add(u)
				}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return sum.sorted(), nil
}

// firstSince finds the segment of a chain with the first line at or after a time:
// the last one that was begun before it.
func (a *Archive) firstSince(ctx context.Context, c chainFiles, since time.Time) (int, error) {
	var failed error
	after := sort.Search(len(c.segments), func(i int) bool {
		h, err := a.header(ctx, c.segments[i])
		if err != nil && archwire.CodeOf(err) != archwire.NotFound { // one that another server removed was old
			failed = errors.Join(failed, err)
		}
		return err == nil && !h.At.Before(since)
	})
	return max(after-1, 0), failed
}

// summaries lists the segments in the store, and those of them that have a summary.
func (a *Archive) summaries(ctx context.Context) (stored, made map[string]bool, err error) {
	stored, made = map[string]bool{}, map[string]bool{}
	if a.Store == nil {
		return stored, made, nil
	}
	byChain := map[string]map[string]bool{}
	if err := a.stored(ctx, byChain); err != nil {
		return nil, nil, fmt.Errorf("listing the ledger: %w", err)
	}
	for _, segments := range byChain {
		maps.Copy(stored, segments)
	}
	infos, err := a.Store.List(ctx, usesPrefix)
	if err != nil {
		return nil, nil, fmt.Errorf("listing the summaries of the ledger: %w", err)
	}
	for _, info := range infos {
		made[strings.TrimSuffix(strings.TrimPrefix(info.Name, usesPrefix), ".json")+suffix] = true
	}
	return stored, made, nil
}

// scan sums up what a segment tells since a time.
func (a *Archive) scan(ctx context.Context, segment string, since time.Time) ([]Use, error) {
	sum := newSumming(since)
	begin := func(*segmentReader) error { return ctx.Err() }
	err := a.read(ctx, segment, begin, func(r *segmentReader, text []byte) error {
		var e used
		if err := json.Unmarshal(text, &e); err != nil {
			return &Broken{Segment: segment, Line: r.seq, Err: fmt.Errorf("it is not an entry: %w", err)}
		}
		sum.add(e.use())
		return nil
	})
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, nil // it was removed meanwhile: it was old
	}
	return slices.Collect(maps.Values(sum.uses)), err
}

// summarize sums up a segment and, if it is closed, keeps the sum in the store. A sum
// that cannot be kept is made again the next time.
func (a *Archive) summarize(ctx context.Context, segment string, closed bool) ([]Use, error) {
	uses, err := a.scan(ctx, segment, time.Time{})
	if err != nil || !closed {
		return uses, err
	}
	text, err := json.Marshal(uses)
	if err != nil {
		return nil, fmt.Errorf("summing up %s: %w", segment, err)
	}
	_ = a.Store.Put(ctx, summaryName(segment), strings.NewReader(string(text))) // as promised
	return uses, nil
}

// summary reads what was summed up before.
func (a *Archive) summary(ctx context.Context, segment string) (uses []Use, err error) {
	f, err := a.Store.Open(ctx, summaryName(segment))
	if err != nil {
		return nil, fmt.Errorf("opening a summary of the ledger: %w", err)
	}
	text, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("reading a summary of the ledger: %w", err)
	}
	nobodys := func(u Use) bool { return u.Client == "" && u.Person == "" }
	if json.Unmarshal(text, &uses) != nil || slices.ContainsFunc(uses, nobodys) { // not what is written here
		return a.summarize(ctx, segment, true)
	}
	return uses, nil
}
