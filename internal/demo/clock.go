package demo

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire/internal/demo/database"
)

// clock is the one row of the demo's clock, in rcm: the world's last day, and
// what the world was made from.
func (w *world) clock() database.Change {
	r := &rows{}
	r.begin().smallint(1).date(w.asOf).date(w.start).bigint(int64(w.size.Seed)) //nolint:gosec // the seed's bits, which Night reads back
	r.integer(w.size.Practices).integer(w.size.Months)
	r.stamp((int64(w.asOf)*24 + 23) * 3600 * 1_000_000).end()
	return database.Change{Table: "demo_clock", Rows: r.b}
}

// startClock sets the clock for the first time.
func (w *world) startClock(ctx context.Context, s systems) (err error) {
	conn, err := s.rcm.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	return conn.Apply(ctx, []database.Change{w.clock()})
}

// readClock returns the world one business day after the clock's date, and
// that date.
func readClock(ctx context.Context, rcmDSN string) (w *world, since day, err error) {
	rcm, err := pgconn.Connect(ctx, rcmDSN)
	if err != nil {
		return nil, 0, fmt.Errorf("connecting to rcm: %w", err)
	}
	defer func() { err = errors.Join(err, rcm.Close(context.WithoutCancel(ctx))) }()
	result := rcm.ExecParams(ctx, `select as_of - date '2000-01-01', start_on - date '2000-01-01', seed, practices, months from demo_clock`, nil, nil, nil, nil).Read()
	if result.Err != nil {
		return nil, 0, result.Err
	}
	if len(result.Rows) != 1 {
		return nil, 0, fmt.Errorf("demo_clock has %d rows instead of one", len(result.Rows))
	}
	var v [5]int64
	for i, field := range result.Rows[0] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return nil, 0, err
		}
		v[i] = n
	}
	since, start := day(v[0]), day(v[1])
	next := since.nextBusiness()
	seed := uint64(v[2]) //nolint:gosec // its bits
	w, err = newWorld(Size{Practices: int(v[3]), Months: int(v[4]), Seed: seed, AsOf: next.time()}, start, next)
	return w, since, err
}
