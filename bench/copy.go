package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// connections is how many connections both sides of the ratio use.
const connections = 2

// ledger is the table that is copied: nine columns of the kinds that a
// receivables ledger has.
const ledger = `
create table ledger (
    id           bigint primary key,
    practice_id  bigint not null,
    account_id   bigint not null,
    kind         varchar(24) not null,
    amount       numeric(12,2) not null,
    posting_date date not null,
    entered_at   timestamptz not null,
    reverses_id  bigint,
    memo         text
);
insert into ledger
select i, 1 + i %% 550, 1 + (i * 7919) %% 400000,
       (array['patient_payment','insurance_payment','contract_charge','contract_fee','refund','discount'])[1 + i %% 6],
       ((i * 104729) %% 2000000 - 500000)::numeric / 100,
       date '2021-01-01' + (i %% 2100)::int,
       timestamptz '2021-01-01 08:00:00Z' + (i %% 2100) * interval '1 day' + (i %% 36000) * interval '1.000001 second',
       case when i %% 50 = 0 then i - 1 end,
       case when i %% 4 = 0 then 'posted by batch ' || (i / 1000) end
from generate_series(1::bigint, %d) i;
vacuum (freeze, analyze) ledger;
`

const copyProject = `name: bench
tenant: {noun: practice, plural: practices, table: bench.practice, key: practice_id, label: name}
warehouse: {engine: duckdb, path: data/warehouse.duckdb, memory: 600MB}
state: sqlite:data/state.db
store: file:data/store
schedule: {timezone: UTC}
`

const copySource = `source: bench
engine: postgres
dsn: ${BENCH_DSN}
connections: %d
tables:
  practice:
    key: [practice_id]
    sync: full
    deletes: sweep
    columns: {practice_id: int64, name: text}
  ledger:
    key: [id]
    sync: full
    deletes: sweep
    columns:
      id: int64
      practice_id: int64
      account_id: int64
      kind: text
      amount: decimal(12,2)
      posting_date: date
      entered_at: timestamptz
      reverses_id: int64
      memo: text
`

// practices is the table of tenants.
const practices = `
create table practice (practice_id bigint primary key, name text not null);
insert into practice select i, 'Practice ' || i from generate_series(1, 550) i;
`

// measureCopy compares a whole `archwire run` over a large ledger, counts on
// both sides included, with as many connections running binary COPY into
// nothing.
func measureCopy(ctx context.Context, o options) (figures []figure, err error) {
	server, err := startPostgres(ctx, filepath.Join(o.dir, "postgres"), "1GB")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	dsn := server.URL("postgres")
	say("filling a ledger of %d rows", o.rows)
	if err := fill(ctx, dsn, o.rows); err != nil {
		return nil, err
	}
	var ratios, raws, copies []float64
	var peak int64
	for i := range o.pairs + 1 {
		raw, err := rawCopy(ctx, dsn)
		if err != nil {
			return nil, err
		}
		u, err := archwireCopy(ctx, o, dsn)
		if err != nil {
			return nil, err
		}
		say("raw COPY %.2fs, archwire run %.2fs, ratio %.2f, peak %d MB", raw.Seconds(), u.wall.Seconds(),
			u.wall.Seconds()/raw.Seconds(), u.peakBytes>>20)
		if i == 0 {
			continue // the first pair warms the caches
		}
		ratios = append(ratios, u.wall.Seconds()/raw.Seconds())
		raws, copies = append(raws, raw.Seconds()), append(copies, u.wall.Seconds())
		peak = max(peak, u.peakBytes)
	}
	ratio := median(ratios)
	return []figure{
		{
			what: fmt.Sprintf("first copy of a ledger of %d rows and 9 columns, counts verified, against %d connections of binary COPY into nothing",
				o.rows, connections),
			measured: fmt.Sprintf("%.2f x (%.1f s against %.1f s)", ratio, median(copies), median(raws)),
			bar:      "<= 2.0 x", met: ratio <= 2,
		},
		{
			what: "peak memory of that process", measured: fmt.Sprintf("%d MB", peak/1e6), bar: "<= 1 GB", met: peak <= 1e9,
		},
	}, nil
}

// fill makes the source.
func fill(ctx context.Context, dsn string, rows int) error {
	return execute(ctx, dsn, practices+fmt.Sprintf(ledger, rows))
}

// rawCopy reads the ledger by binary COPY on the same number of connections and
// throws it away.
func rawCopy(ctx context.Context, dsn string) (time.Duration, error) {
	conns := make([]*pgx.Conn, connections)
	var pages int
	for i := range conns {
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return 0, err
		}
		defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
		conns[i] = conn
	}
	if err := conns[0].QueryRow(ctx, "select relpages from pg_class where relname = 'ledger'").Scan(&pages); err != nil {
		return 0, err
	}
	start := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for i, conn := range conns {
		group.Go(func() error {
			sql := fmt.Sprintf("copy (select * from ledger where ctid >= '(%d,0)' and ctid < '(%d,0)') to stdout (format binary)",
				pages*i/connections, pages*(i+1)/connections+i)
			_, err := conn.PgConn().CopyTo(ctx, io.Discard, sql)
			return err
		})
	}
	err := group.Wait()
	return time.Since(start), err
}

// archwireCopy runs the program on a fresh project.
func archwireCopy(ctx context.Context, o options, dsn string) (usage, error) {
	dir := filepath.Join(o.dir, "copy")
	if err := os.RemoveAll(dir); err != nil {
		return usage{}, err
	}
	files := map[string]string{
		"archwire.yaml":      copyProject,
		"sources/bench.yaml": fmt.Sprintf(copySource, connections),
	}
	if err := writeProject(dir, files); err != nil {
		return usage{}, err
	}
	return runProcess(ctx, dir, []string{"BENCH_DSN=" + dsn}, o.binary, "run")
}
