package demo

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"archwire/internal/demo/database"
)

// Night advances both databases by one business day (from Friday to Monday):
// what happened on it is inserted, updated and deleted, in one transaction a
// database. The result is what Create would have made with that day as the
// last, so a Night can be repeated anywhere with the same effect. A Night that
// fails changes nothing or can simply be run again.
func Night(ctx context.Context, rcmDSN, pmsDSN string) (sum Summary, err error) {
	w, since, err := readClock(ctx, rcmDSN)
	if err != nil {
		return Summary{}, fmt.Errorf("reading the demo's clock: %w", err)
	}
	s, err := open(rcmDSN, pmsDSN)
	if err != nil {
		return Summary{}, err
	}
	conns, err := s.connect(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer func() { err = errors.Join(err, conns.close(ctx)) }()
	outs, err := w.changes(ctx, since)
	if err != nil {
		return Summary{}, err
	}
	total := &counts{}
	for _, o := range outs {
		total.add(o)
	}
	// The clock is in rcm, so rcm comes last: until it has moved, the same
	// night can be applied again.
	if err := conns.pms.Apply(ctx, changesOf("pms", outs)); err != nil {
		return Summary{}, fmt.Errorf("writing the night to pms: %w", err)
	}
	if err := conns.rcm.Apply(ctx, append(changesOf("rcm", outs), w.clock())); err != nil {
		return Summary{}, fmt.Errorf("writing the night to rcm: %w", err)
	}
	return total.summary(w.asOf), nil
}

// changes simulates all practices and keeps what changed after a day.
func (w *world) changes(ctx context.Context, since day) ([]*output, error) {
	order := w.bySize()
	outs := make([]*output, min(workers, len(order)))
	next := make(chan int64, len(order))
	for _, id := range order {
		next <- id
	}
	close(next)
	g, ctx := errgroup.WithContext(ctx)
	for k := range outs {
		outs[k] = &output{since: since, kept: true}
		g.Go(func() error {
			for id := range next {
				if err := ctx.Err(); err != nil {
					return err
				}
				w.newPractice(id, outs[k]).simulate()
			}
			return nil
		})
	}
	return outs, g.Wait()
}

// changesOf lists what became of the tables of one database.
func changesOf(system string, outs []*output) []database.Change {
	var list []database.Change
	for t := range relations {
		if relationNames[t].database != system {
			continue
		}
		for _, o := range outs {
			if o.tables[t].n > 0 || len(o.deleted[t]) > 0 {
				list = append(list, database.Change{Table: t.name(), Rows: o.tables[t].b, Deleted: o.deleted[t]})
			}
		}
	}
	return list
}
