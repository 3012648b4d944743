package demo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"
)

// Night advances both databases by one business day (from Friday to Monday):
// what happened on it is inserted, updated and deleted, in one transaction a
// database. The result is what Create would have made with that day as the
// last, so a Night can be repeated anywhere with the same effect. A Night that
// fails changes nothing or can simply be run again.
func Night(ctx context.Context, rcmDSN, pmsDSN string) (sum Summary, err error) {
	conns, err := connectBoth(ctx, rcmDSN, pmsDSN)
	if err != nil {
		return Summary{}, err
	}
	defer func() { err = errors.Join(err, conns.close(ctx)) }()
	w, since, err := readClock(ctx, conns.rcm)
	if err != nil {
		return Summary{}, fmt.Errorf("reading the demo's clock: %w", err)
	}
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
	if err := conns.apply(ctx, "pms", outs, ""); err != nil {
		return Summary{}, err
	}
	if err := conns.apply(ctx, "rcm", outs, w.clockSQL()); err != nil {
		return Summary{}, err
	}
	return total.summary(w.asOf), nil
}

// readClock returns the world one business day after the clock's date, and
// that date.
func readClock(ctx context.Context, rcm *pgconn.PgConn) (*world, day, error) {
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
	w, err := newWorld(Size{Practices: int(v[3]), Months: int(v[4]), Seed: seed, AsOf: next.time()}, start, next)
	return w, since, err
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

// apply writes the changes of one database in one transaction.
func (c *pair) apply(ctx context.Context, database string, outs []*output, last string) (err error) {
	conn := c.rcm
	if database == "pms" {
		conn = c.pms
	}
	if err := run(ctx, conn, "begin"); err != nil {
		return err
	}
	for t := range relations {
		if relationNames[t].database != database {
			continue
		}
		for _, o := range outs {
			if err := c.upsert(ctx, t, &o.tables[t], o.deleted[t]); err != nil {
				return err
			}
		}
	}
	if err := run(ctx, conn, last+";commit"); err != nil {
		return fmt.Errorf("committing the night to %s: %w", database, err)
	}
	return nil
}

// upsert inserts the rows that are new, updates those that exist, and
// deletes others, by way of a temporary table.
func (c *pair) upsert(ctx context.Context, t relation, r *rows, deleted []int64) error {
	conn := c.of(t)
	key, others, err := columns(ctx, conn, t)
	if err != nil {
		return fmt.Errorf("reading the columns of %s: %w", t, err)
	}
	if r.n > 0 {
		stage := "night_" + t.name()
		if err := run(ctx, conn, fmt.Sprintf("create temp table if not exists %s (like %s) on commit drop; truncate %s", stage, t.name(), stage)); err != nil {
			return fmt.Errorf("staging %s: %w", t, err)
		}
		if err := c.copyInto(ctx, t, stage, r.b); err != nil {
			return err
		}
		sets := make([]string, len(others))
		for i, name := range others {
			sets[i] = name + " = excluded." + name
		}
		sql := fmt.Sprintf("insert into %s select * from %s on conflict (%s) do update set %s",
			t.name(), stage, strings.Join(key, ", "), strings.Join(sets, ", "))
		if err := run(ctx, conn, sql); err != nil {
			return fmt.Errorf("writing %s: %w", t, err)
		}
	}
	if len(deleted) > 0 {
		ids := make([]string, len(deleted))
		for i, id := range deleted {
			ids[i] = strconv.FormatInt(id, 10)
		}
		if err := run(ctx, conn, fmt.Sprintf("delete from %s where %s in (%s)", t.name(), key[0], strings.Join(ids, ", "))); err != nil {
			return fmt.Errorf("deleting from %s: %w", t, err)
		}
	}
	return nil
}

// columns returns the columns of a table's primary key, and the others.
func columns(ctx context.Context, conn *pgconn.PgConn, t relation) (key, others []string, err error) {
	const sql = `select a.attname, a.attnum = any(i.indkey) from pg_attribute a
		join pg_index i on i.indrelid = a.attrelid and i.indisprimary
		where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`
	result := conn.ExecParams(ctx, sql, [][]byte{[]byte("public." + t.name())}, nil, nil, nil).Read()
	for _, row := range result.Rows {
		if string(row[1]) == "t" {
			key = append(key, string(row[0]))
		} else {
			others = append(others, string(row[0]))
		}
	}
	return key, others, result.Err
}

func run(ctx context.Context, conn *pgconn.PgConn, sql string) error {
	_, err := conn.Exec(ctx, sql).ReadAll()
	return err
}
