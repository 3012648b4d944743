package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
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

// Create makes the tables in two empty databases and fills them with a
// history of the given size. The same size and seed give the same rows,
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
	if err := execute(ctx, rcmDSN, RCMSchema); err != nil {
		return Summary{}, fmt.Errorf("creating the tables of rcm: %w", err)
	}
	if err := execute(ctx, pmsDSN, PMSSchema); err != nil {
		return Summary{}, fmt.Errorf("creating the tables of pms: %w", err)
	}
	keys, err := dropKeys(ctx, rcmDSN, pmsDSN)
	if err != nil {
		return Summary{}, fmt.Errorf("dropping primary keys: %w", err)
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
	if err := w.fill(ctx, rcmDSN, pmsDSN, total, tell); err != nil {
		return Summary{}, err
	}
	g, gctx := errgroup.WithContext(ctx)
	for i, dsn := range [...]string{rcmDSN, pmsDSN} {
		g.Go(func() error { return execute(gctx, dsn, keys[i]+"analyze") })
	}
	if err := g.Wait(); err != nil {
		return Summary{}, fmt.Errorf("adding primary keys: %w", err)
	}
	if err := execute(ctx, rcmDSN, w.clockSQL()); err != nil {
		return Summary{}, fmt.Errorf("starting the clock: %w", err)
	}
	return total.summary(w.asOf), nil
}

// fill simulates all practices, the largest first, and copies their rows.
func (w *world) fill(ctx context.Context, rcmDSN, pmsDSN string, total *counts, tell func(relation, int64)) error {
	order := w.bySize()
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(workers, len(order)) {
		g.Go(func() (err error) {
			conns, err := connectBoth(ctx, rcmDSN, pmsDSN)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, conns.close(ctx)) }()
			out := &output{since: everything}
			out.send = func(t relation, r *rows) error {
				tell(t, r.n)
				return conns.copyInto(ctx, t, t.name(), r.b)
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

// clockSQL sets the clock of the demo to the world's last day.
func (w *world) clockSQL() string {
	return fmt.Sprintf("insert into demo_clock values (1, '%s', '%s', %d, %d, %d, '%s 23:00Z')"+
		" on conflict (clock_id) do update set as_of = excluded.as_of, updated_at = excluded.updated_at",
		w.asOf, w.start, int64(w.size.Seed), w.size.Practices, w.size.Months, w.asOf) //nolint:gosec // the seed's bits, which Night reads back
}

// pair holds the connections to both databases.
type pair struct{ rcm, pms *pgconn.PgConn }

func connectBoth(ctx context.Context, rcmDSN, pmsDSN string) (*pair, error) {
	rcm, err := pgconn.Connect(ctx, rcmDSN)
	if err != nil {
		return nil, fmt.Errorf("connecting to rcm: %w", err)
	}
	pms, err := pgconn.Connect(ctx, pmsDSN)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to pms: %w", err), rcm.Close(ctx))
	}
	return &pair{rcm, pms}, nil
}

// close closes both, also when the context of the work was cancelled.
func (c *pair) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	return errors.Join(c.rcm.Close(ctx), c.pms.Close(ctx))
}

func (c *pair) of(t relation) *pgconn.PgConn {
	if relationNames[t].database == "rcm" {
		return c.rcm
	}
	return c.pms
}

// copyInto sends gathered rows to a table of t's database.
func (c *pair) copyInto(ctx context.Context, t relation, table string, b []byte) error {
	r := io.MultiReader(strings.NewReader(copyHeader), bytes.NewReader(b), strings.NewReader(copyTrailer))
	if _, err := c.of(t).CopyFrom(ctx, r, "copy "+table+" from stdin (format binary)"); err != nil {
		return fmt.Errorf("copying %s: %w", t, err)
	}
	return nil
}

func execute(ctx context.Context, dsn, sql string) (err error) {
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	_, err = conn.Exec(ctx, sql).ReadAll()
	return err
}

// dropKeys drops the primary keys of both databases and returns the SQL that
// adds them again: building an index once is cheaper than growing it.
func dropKeys(ctx context.Context, dsns ...string) ([]string, error) {
	var added []string
	for _, dsn := range dsns {
		conn, err := pgconn.Connect(ctx, dsn)
		if err != nil {
			return nil, fmt.Errorf("connecting: %w", err)
		}
		const sql = `select string_agg(format('alter table %s drop constraint %I;', conrelid::regclass, conname), ' '),
			string_agg(format('alter table %s add %s;', conrelid::regclass, pg_get_constraintdef(oid)), ' ')
			from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace`
		result := conn.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
		err = result.Err
		if err == nil {
			added = append(added, string(result.Rows[0][1]))
			err = run(ctx, conn, string(result.Rows[0][0]))
		}
		if err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))); err != nil {
			return nil, err
		}
	}
	return added, nil
}
