package demo

import "context"

// batchBytes is how much of one table is gathered before it is sent, which
// bounds the memory of a practice of any size.
const batchBytes = 2 << 20

// output takes the rows of the practices that one goroutine simulates.
//
// A row carries the day on which it was created and the day on which it last
// changed. Create wants every row; Night wants those that changed after
// the day before, and the keys of those deleted since.
type output struct {
	since  day  // rows that last changed on this day or before are left out
	kept   bool // in memory until the end, instead of being sent by and by
	tables [relations]rows
	send   func(t relation, r *rows) error
	err    error

	inserted, updated [relations]int64
	deleted           [relations][]int64
}

// everything is the since of a first creation.
const everything day = never

// row begins a row, or returns nil if nobody wants it.
func (o *output) row(t relation, created, changed day) *rows {
	if changed <= o.since && o.since != everything {
		return nil
	}
	if created > o.since {
		o.inserted[t]++
	} else {
		o.updated[t]++
	}
	r := &o.tables[t]
	if len(r.b) >= batchBytes && !o.kept {
		o.flush(t)
	}
	return r.begin()
}

// remove says that a row was deleted. Rows created and deleted in between
// were never seen and need no word.
func (o *output) remove(t relation, id int64, created, deleted day) {
	if o.since != everything && created <= o.since && deleted > o.since {
		o.deleted[t] = append(o.deleted[t], id)
	}
}

func (o *output) flush(t relation) {
	r := &o.tables[t]
	if r.n > 0 && o.err == nil {
		o.err = o.send(t, r)
	}
	r.b, r.n = r.b[:0], 0
}

// finish sends what is left and returns the first error of all sends.
func (o *output) finish(ctx context.Context) error {
	for t := range relations {
		o.flush(t)
	}
	if o.err == nil {
		o.err = ctx.Err()
	}
	return o.err
}
