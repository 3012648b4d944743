package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"archwire"
)

// Retain removes from the store what is older than the retention: each segment
// whose successor was begun before it, and each list of persons that no record
// names that remains. It returns how many segments were removed. The links of what
// remains are proved as before.
func (a *Archive) Retain(ctx context.Context, before time.Time) (removed int, err error) {
	if a.Store == nil {
		return 0, nil
	}
	chains, err := a.chains(ctx)
	if err != nil {
		return 0, err
	}
	var remain []string // segments that were begun before
	for _, c := range chains {
		gone, err := a.retire(ctx, c, before)
		removed += gone
		if err != nil {
			return removed, err
		}
		remain = append(remain, c.segments[gone:]...)
	}
	return removed, a.retireLists(ctx, remain, before)
}

// retire removes the segments of a chain whose successors were begun before. One
// that another server removes meanwhile is as good as removed.
func (a *Archive) retire(ctx context.Context, c chainFiles, before time.Time) (removed int, err error) {
	for i, name := range c.segments[:max(len(c.segments)-1, 0)] {
		h, err := a.header(ctx, c.segments[i+1])
		if err != nil && archwire.CodeOf(err) != archwire.NotFound {
			return removed, err
		}
		if err == nil && !h.At.Before(before) {
			break
		}
		if err := errors.Join(a.Store.Delete(ctx, prefix+name), a.Store.Delete(ctx, summaryName(name))); err != nil {
			return removed, fmt.Errorf("removing %s: %w", name, err)
		}
		removed++
	}
	return removed, nil
}

// retireLists removes lists of months that were over before, unless a record in one
// of the segments names them: nothing that is written from now on does.
func (a *Archive) retireLists(ctx context.Context, segments []string, before time.Time) error {
	infos, err := a.Store.List(ctx, listPrefix)
	if err != nil {
		return fmt.Errorf("listing the persons of slices: %w", err)
	}
	old := map[string]bool{}
	for _, info := range infos {
		// A list may be named by an entry of the month after its own.
		if month, ok := listMonth(info.Name); ok && month.AddDate(0, 2, 0).Before(before) {
			old[info.Name] = true
		}
	}
	if len(old) == 0 {
		return nil
	}
	for _, name := range segments {
		if err := a.named(ctx, name, before, old); err != nil && archwire.CodeOf(err) != archwire.NotFound {
			return err
		}
	}
	for name := range old {
		if err := a.Store.Delete(ctx, name); err != nil {
			return fmt.Errorf("removing %s: %w", name, err)
		}
	}
	return nil
}

// named takes from lists those that the entries of a segment name. A segment that
// was begun later tells of later months only.
func (a *Archive) named(ctx context.Context, segment string, before time.Time, lists map[string]bool) error {
	begin := func(s *segmentReader) error {
		if !s.header.At.Before(before) {
			return errStop
		}
		return nil
	}
	err := a.read(ctx, segment, begin, func(s *segmentReader, text []byte) error {
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return &Broken{Segment: segment, Line: s.seq, Err: fmt.Errorf("it is not an entry: %w", err)}
		}
		for _, p := range e.Parts {
			for _, list := range listNames(e.At, p.Slice) {
				delete(lists, list)
			}
		}
		return nil
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// listMonth is the month that a list was kept in.
func listMonth(name string) (time.Time, bool) {
	month, _, _ := strings.Cut(strings.TrimPrefix(name, listPrefix), "/")
	at, err := time.Parse(monthForm, month)
	return at, err == nil
}
