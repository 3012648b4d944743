package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"
)

// A reading reads the source, from its beginning to its end.
type reading func(ctx context.Context) (usage, error)

// A harm is what a reading did to the source.
type harm struct {
	took                   time.Duration
	statement, transaction time.Duration // the longest seen
	connections            int           // the most at once
	held                   int64         // dead rows that vacuum had to leave, the most at once
	written                int64         // rows that were updated meanwhile
}

func (h harm) String() string {
	return fmt.Sprintf("took %.1f s; longest statement %.2f s, longest transaction %.2f s, %d connections at most, %d dead rows held of %d written",
		h.took.Seconds(), h.statement.Seconds(), h.transaction.Seconds(), h.connections, h.held, h.written)
}

const (
	samplePeriod = 20 * time.Millisecond
	vacuumPeriod = 500 * time.Millisecond
	writePeriod  = 10 * time.Millisecond
	writtenRows  = 20 // in each period
)

// measureReading watches a reading while others write. It begins with a table
// that has no dead row.
func measureReading(ctx context.Context, dsn string, rows int, read reading) (h harm, err error) {
	if _, err := vacuum(ctx, dsn); err != nil {
		return h, err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	group, watching := errgroup.WithContext(watching)
	group.Go(func() error { return h.sample(watching, dsn) })
	group.Go(func() error { return h.write(watching, dsn, rows) })
	group.Go(func() error { return h.vacuum(watching, dsn) })
	u, err := read(watching)
	h.took = u.wall
	stop()
	return h, errors.Join(err, group.Wait())
}

// every does something again and again until ctx ends, which is no error.
func every(ctx context.Context, dsn, name string, period time.Duration, do func(conn *pgx.Conn) error) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	cfg.RuntimeParams["application_name"] = name
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return ended(ctx, err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing left to lose
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		if err := do(conn); err != nil {
			return ended(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// sample looks at the sessions that are neither ours nor the server's own. A
// statement is one while the server works at it or waits to send what it found.
func (h *harm) sample(ctx context.Context, dsn string) error {
	return every(ctx, dsn, "bench sample", samplePeriod, func(conn *pgx.Conn) error {
		var statement, transaction float64
		var sessions int
		err := conn.QueryRow(ctx, `
select coalesce(max(extract(epoch from clock_timestamp() - query_start)) filter (where state = 'active'), 0)::float8,
	coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8, count(*)
from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and application_name not like 'bench%'`,
		).Scan(&statement, &transaction, &sessions)
		h.statement = max(h.statement, time.Duration(statement*float64(time.Second)))
		h.transaction = max(h.transaction, time.Duration(transaction*float64(time.Second)))
		h.connections = max(h.connections, sessions)
		return err
	})
}

// write updates rows here and there, as an application does.
func (h *harm) write(ctx context.Context, dsn string, rows int) error {
	next := int64(0)
	return every(ctx, dsn, "bench write", writePeriod, func(conn *pgx.Conn) error {
		ids := make([]int64, writtenRows)
		for i := range ids {
			next = (next + 104_729) % int64(rows)
			ids[i] = next + 1
		}
		tag, err := conn.Exec(ctx, "update ledger set amount = amount + 1, updated_at = clock_timestamp() where id = any ($1)", ids)
		h.written += tag.RowsAffected()
		return err
	})
}

// vacuum asks again and again how many dead rows somebody may still want to see.
func (h *harm) vacuum(ctx context.Context, dsn string) error {
	return every(ctx, dsn, "bench vacuum", vacuumPeriod, func(*pgx.Conn) error {
		held, err := vacuum(ctx, dsn)
		h.held = max(h.held, held)
		return err
	})
}

// vacuum cleans the ledger up and returns how many dead rows it had to leave.
func vacuum(ctx context.Context, dsn string) (held int64, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return 0, err
	}
	cfg.RuntimeParams["application_name"] = "bench vacuum"
	found := false
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		for _, text := range []string{n.Message, n.Detail} {
			if rows, ok := heldRows(text); ok {
				held, found = max(held, rows), true
			}
		}
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing left to lose
	if _, err := conn.Exec(ctx, "vacuum (verbose, truncate false) ledger"); err != nil {
		return 0, err
	}
	if !found {
		return 0, errors.New("the server's vacuum does not tell how many dead rows it left")
	}
	return held, nil
}

var heldForm = regexp.MustCompile(`(\d+) (?:are dead but not yet removable|dead row versions cannot be removed yet)`)

// heldRows reads what vacuum says, from PostgreSQL 15 on and before.
func heldRows(says string) (rows int64, ok bool) {
	m := heldForm.FindStringSubmatch(says)
	if m == nil {
		return 0, false
	}
	rows, err := strconv.ParseInt(m[1], 10, 64)
	return rows, err == nil
}
