package ledger

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"

	"archwire"
	"archwire/internal/object"
)

// Lists keep the persons of whole slices, once for each slice however often it is
// sent, and for as long as the ledger is kept: slices themselves go sooner.
type Lists struct{ Store object.Store }

func listName(slice string) string { return folderName + "-subjects/" + slice }

// Put keeps the persons of a slice. It must have returned before an entry names
// the slice.
func (l Lists) Put(ctx context.Context, slice string, s Subjects) error {
	if err := l.Store.Put(ctx, listName(slice), bytes.NewReader(s.bytes())); err != nil {
		return fmt.Errorf("keeping the persons of a slice: %w", err)
	}
	return nil
}

// Get are the persons of a slice; not ok if none were kept.
func (l Lists) Get(ctx context.Context, slice string) (s Subjects, ok bool, err error) {
	f, err := l.Store.Open(ctx, listName(slice))
	if archwire.CodeOf(err) == archwire.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the persons of a slice: %w", err)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, false, fmt.Errorf("reading the persons of a slice: %w", err)
	}
	s, err = subjectsOf(raw)
	return s, err == nil, err
}

// Who yields the records of answers in which a person was, by its keyed hash.
func (a *Archive) Who(ctx context.Context, person uint64) iter.Seq2[Record, error] {
	w := who{lists: Lists{a.Store}, person: person, slices: map[string]bool{}}
	return func(yield func(Record, error) bool) {
		for r, err := range a.Records(ctx) {
			var parts []Part
			for _, p := range r.Parts {
				if err != nil {
					break
				}
				var in bool
				if in, err = w.in(ctx, p); in {
					parts = append(parts, p)
				}
			}
			r.Parts = parts
			if (err != nil || len(parts) > 0) && !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// who looks for a person.
type who struct {
	lists  Lists
	person uint64
	slices map[string]bool // looked into already
}

func (w who) in(ctx context.Context, p Part) (bool, error) {
	if p.Subjects.Has(w.person) {
		return true, nil
	}
	if p.Slice == "" || w.lists.Store == nil {
		return false, nil
	}
	in, known := w.slices[p.Slice]
	if !known {
		s, _, err := w.lists.Get(ctx, p.Slice)
		if err != nil {
			return false, err
		}
		in = s.Has(w.person)
		w.slices[p.Slice] = in
	}
	return in, nil
}
