package ledger

import (
	"cmp"
	"context"
	"iter"
	"time"
)

// A Filter says which entries are wanted. What is zero excludes nothing.
type Filter struct {
	Tenant string // entries about it, and of them only what is about it
	Client string
	Name   string    // dataset or metric
	From   time.Time // at or after
	Until  time.Time // before
	After  Place     // behind it, in the order of Records
}

// A Place is where an entry stands. The zero Place is before all.
type Place struct {
	Chain string
	Seq   uint64
}

// before says whether p is before the entry of that number of that chain.
func (p Place) before(chain string, seq uint64) bool {
	return cmp.Or(cmp.Compare(p.Chain, chain), cmp.Compare(p.Seq, seq)) < 0
}

// Of is what of an entry is wanted; not ok if nothing.
func (f Filter) Of(e Entry) (Entry, bool) {
	switch {
	case f.Client != "" && e.Client != f.Client,
		f.Name != "" && e.Name != f.Name,
		!f.From.IsZero() && e.At.Before(f.From),
		!f.Until.IsZero() && !e.At.Before(f.Until):
		return Entry{}, false
	case f.Tenant != "":
		return e.Of(f.Tenant)
	}
	return e, true
}

// Find yields the records that a filter wants.
func (a *Archive) Find(ctx context.Context, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for r, err := range a.behind(ctx, f.After) {
			if err != nil {
				yield(Record{}, err)
				return
			}
			var ok bool
			if r.Entry, ok = f.Of(r.Entry); ok && !yield(r, nil) {
				return
			}
		}
	}
}
