package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Summary says what a call did.
type Summary struct {
	AsOf   string // business date that the history now ends on, as 2006-01-02
	Tables []TableSummary
}

// TableSummary counts the rows of one table that a call changed.
type TableSummary struct {
	Table                      string // database and table, as rcm.claim
	Inserted, Updated, Deleted int64
}

// Rows returns the number of rows inserted in all tables.
func (s Summary) Rows() int64 {
	n := int64(0)
	for _, t := range s.Tables {
		n += t.Inserted
	}
	return n
}

// workers is how many practices are simulated side by side.
const workers = 2

// Create makes the tables in two empty databases, rcm of PostgreSQL and pms of
// PostgreSQL or SQL Server, and fills them with a history of the given size. The same size and seed give the same rows,
// whatever the machine does meanwhile. Progress, if not nil, is told after
// every batch how many rows of a table were sent; it is called by one
// goroutine at a time. Memory is bounded, however large the history.
//
// A failed Create leaves tables behind; start again with empty databases.
func Create(ctx context.Context, rcmDSN, pmsDSN string, size Size, progress func(table string, rows int64)) (Summary, error) {
	if size.Practices < 1 || size.Practices > 9999 || size.Months < 1 || size.AsOf.IsZero() {
		return Summary{}, errors.New("making a demo: it takes 1 to 9999 practices, a month or more, and a date to end on")
	}
	asOf := dayOf(size.AsOf)
	if !asOf.isWeekday() {
		return Summary{}, fmt.Errorf("making a demo: %s is not a business day", asOf)
	}
	w, err := newWorld(size, asOf.addMonths(-size.Months, 1), asOf)
	if err != nil {
		return Summary{}, err
	}
	s, err := open(rcmDSN, pmsDSN)
	if err != nil {
		return Summary{}, err
	}
	if err := s.create(ctx); err != nil {
		return Summary{}, err
	}
	total := &counts{}
	var mu sync.Mutex
	tell := func(t relation, rows int64) {
		if progress != nil {
			mu.Lock()
			defer mu.Unlock()
			progress(t.String(), rows)
		}
	}
	if err := w.fill(ctx, s, total, tell); err != nil {
		return Summary{}, err
	}
	if err := s.complete(ctx); err != nil {
		return Summary{}, err
	}
	if err := w.startClock(ctx, s); err != nil {
		return Summary{}, fmt.Errorf("starting the clock: %w", err)
	}
	return total.summary(w.asOf), nil
}

// fill simulates all practices, the largest first, and copies their rows.
func (w *world) fill(ctx context.Context, s systems, total *counts, tell func(relation, int64)) error {
	order := w.bySize()
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(workers, len(order)) {
		g.Go(func() (err error) {
			conns, err := s.connect(ctx)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, conns.close(ctx)) }()
			out := &output{since: everything}
			out.send = func(t relation, r *rows) error {
				tell(t, r.n)
				return conns.of(t).Copy(ctx, t.name(), r.b)
			}
			for {
				i := int(next.Add(1)) - 1
				if i >= len(order) || ctx.Err() != nil {
					break
				}
				if i == 0 {
					w.emitInsurers(out)
				}
				w.newPractice(order[i], out).simulate()
			}
			err = out.finish(ctx)
			total.add(out)
			return err
		})
	}
	return g.Wait()
}
