package ledger

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"archwire"
	"archwire/internal/object"
)

// Lists keep the persons of whole slices, once a month for each slice however often
// it is sent, and for as long as the ledger is kept: slices themselves go sooner.
// By the month it is known which lists no entry will name any more.
type Lists struct{ Store object.Store }

const (
	listPrefix = folderName + "-subjects/"
	monthForm  = "2006-01"
)

// listName is where a slice's persons lie that were kept at a time.
func listName(at time.Time, slice string) string {
	return listPrefix + at.UTC().Format(monthForm) + "/" + slice
}

// listNames are the lists that an entry of a time can mean: a list was kept before
// its entry was made, in the month before perhaps.
func listNames(at time.Time, slice string) []string {
	y, m, _ := at.UTC().Date()
	return []string{listName(at, slice), listName(time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC), slice)}
}

// Put keeps the persons of a slice. It must have returned before an entry names
// the slice, which is made within a month.
func (l Lists) Put(ctx context.Context, at time.Time, slice string, s Subjects) error {
	if err := l.Store.Put(ctx, listName(at, slice), bytes.NewReader(s.bytes())); err != nil {
		return fmt.Errorf("keeping the persons of a slice: %w", err)
	}
	return nil
}

// Get are the persons of a slice that an entry of a time names; not ok if none were
// kept.
func (l Lists) Get(ctx context.Context, at time.Time, slice string) (s Subjects, ok bool, err error) {
	for _, name := range listNames(at, slice) {
		if s, ok, err = l.read(ctx, name); ok || err != nil {
			break
		}
	}
	return s, ok, err
}

func (l Lists) read(ctx context.Context, name string) (s Subjects, ok bool, err error) {
	f, err := l.Store.Open(ctx, name)
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

// Who yields the records of answers in which a person was, by the keyed hashes of
// the keys that answers may have had for it. Of a stream it is the record of its end;
// streams without one, of which the person may have been sent, come last.
func (a *Archive) Who(ctx context.Context, persons ...uint64) iter.Seq2[Record, error] {
	w := who{lists: Lists{a.Store}, persons: persons, slices: map[string]bool{}}
	return func(yield func(Record, error) bool) {
		open := map[stream]Record{} // begun, and not ended yet
		for r, err := range a.Records(ctx) {
			of := streamOf(r)
			if r.Outcome != Begun {
				delete(open, of)
			}
			var parts []Part
			for _, p := range r.Parts {
				if err != nil {
					break
				}
				var in bool
				if in, err = w.in(ctx, r.At, p); in {
					parts = append(parts, p)
				}
			}
			r.Parts = parts
			if err == nil && r.Outcome == Begun {
				if len(parts) > 0 {
					open[of] = r
				}
				continue
			}
			if (err != nil || len(parts) > 0) && !yield(r, err) || err != nil {
				return
			}
		}
		late := slices.SortedFunc(maps.Values(open), func(a, b Record) int { return a.At.Compare(b.At) })
		for _, r := range late {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// A stream is what its beginning and its end have in common. One slice may be that of
// several datasets. The request's id is the caller's own word, and tells nothing apart.
type stream struct {
	id, name string
	contract int
	chain    string // and
	seq      uint64 // of an entry that names no stream: it is one of its own
}

func streamOf(r Record) stream {
	s := stream{id: r.Stream, name: r.Name, contract: r.Contract}
	if r.Stream == "" {
		s.chain, s.seq = r.Chain, r.Seq
	}
	return s
}

// who looks for a person.
type who struct {
	lists   Lists
	persons []uint64
	slices  map[string]bool // looked into already, by their lists
}

func (w who) in(ctx context.Context, at time.Time, p Part) (bool, error) {
	if w.among(p.Subjects) {
		return true, nil
	}
	if p.Slice == "" || w.lists.Store == nil {
		return false, nil
	}
	list := listName(at, p.Slice)
	in, known := w.slices[list]
	if !known {
		s, _, err := w.lists.Get(ctx, at, p.Slice)
		if err != nil {
			return false, err
		}
		in = w.among(s)
		w.slices[list] = in
	}
	return in, nil
}

func (w who) among(s Subjects) bool { return slices.ContainsFunc(w.persons, s.Has) }
