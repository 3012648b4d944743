package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// nightSource is the ledger of the first copy with a column that tells when a row
// was changed. Nights follow each other within seconds here, so that the overlap of
// an hour would have each read the changes of all before.
const nightSource = `source: bench
engine: postgres
dsn: ${BENCH_DSN}
connections: %d
tables:
  practice:
    key: [practice_id]
    sync: full
    columns: {practice_id: int64, name: text}
  ledger:
    key: [id]
    sync: cursor
    cursor: updated_at
    deletes: sweep
    overlap: 1s
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
      updated_at: timestamptz
`

// changeable gives the ledger its column: rows came one by one over five years.
const changeable = `
create table grown as select *, timestamptz '2021-01-01 00:00:00Z' + id * (interval '1800 days' / %d) as updated_at from ledger;
drop table ledger;
alter table grown rename to ledger;
alter table ledger add primary key (id);
alter table ledger alter updated_at set not null;
create index on ledger (updated_at);
vacuum (freeze, analyze) ledger;
`

// night is one night's changes to rows spread over the whole table: nine in ten
// are updates, one in twenty each inserts and deletes.
const night = `
update ledger set amount = amount + 0.01, updated_at = clock_timestamp()
	where id in (select (random() * %[1]d)::bigint from generate_series(1, %[2]d));
insert into ledger select (select max(id) from ledger) + i, 1 + i %% 550, i, 'refund', 12.5, current_date, now(), null, null, clock_timestamp()
	from generate_series(1, %[3]d) i;
delete from ledger where id in (select (random() * %[1]d)::bigint from generate_series(1, %[3]d));
`

// nights are how long the parts of a table's life take, in seconds.
type nights struct {
	rows                     int
	first, changed, verified float64
	idle                     float64
}

// measureNight compares a night in which 0.1 % of a ledger changed with its first
// copy, and shows that a night costs what changed at three sizes.
func measureNight(ctx context.Context, o options) (figures []figure, err error) {
	var all []nights
	for _, rows := range []int{o.rows / 10, o.rows / 3, o.rows} {
		n, err := measureNights(ctx, o, rows, o.rows/1000)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	last := all[len(all)-1]
	rate := float64(last.rows) / last.verified
	figures = append(figures,
		figure{
			what:     fmt.Sprintf("night with %d of %d rows changed, deletes found, against its first copy", o.rows/1000, last.rows),
			measured: fmt.Sprintf("%.1f %% (%.2f s against %.1f s)", 100*last.changed/last.first, last.changed, last.first),
			bar:      "<= 5 %", met: last.changed <= 0.05*last.first,
		},
		figure{
			what:     fmt.Sprintf("verify of %d rows of 10 columns, equal", last.rows),
			measured: fmt.Sprintf("%.2f M rows/s (%.1f s)", rate/1e6, last.verified),
			bar:      ">= 1.5 M rows/s", met: rate >= 1.5e6,
		},
	)
	for _, n := range all {
		figures = append(figures, figure{
			what:     fmt.Sprintf("of %d rows, %d changed: first copy, night, night without a change", n.rows, o.rows/1000),
			measured: fmt.Sprintf("%.1f s, %.2f s, %.2f s", n.first, n.changed, n.idle),
		})
	}
	return figures, nil
}

// measureNights lives through some nights of one ledger.
func measureNights(ctx context.Context, o options, rows, changes int) (n nights, err error) {
	n.rows = rows
	folder := filepath.Join(o.dir, fmt.Sprintf("night-%d", rows))
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	server, err := startPostgres(ctx, filepath.Join(folder, "postgres"), "2GB")
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	dsn := server.URL("postgres")
	say("filling a ledger of %d rows", rows)
	if err := fill(ctx, dsn, rows); err != nil {
		return n, err
	}
	if err := execute(ctx, dsn, fmt.Sprintf(changeable, rows)); err != nil {
		return n, err
	}
	dir := filepath.Join(folder, "project")
	project := map[string]string{"archwire.yaml": copyProject, "sources/bench.yaml": fmt.Sprintf(nightSource, connections)}
	if err := writeProject(dir, project); err != nil {
		return n, err
	}
	seconds := func(args ...string) (float64, error) {
		u, err := runProcess(ctx, dir, []string{"BENCH_DSN=" + dsn}, o.binary, args...)
		say("%d rows: archwire %s %.2fs, peak %d MB", rows, strings.Join(args, " "), u.wall.Seconds(), u.peakBytes>>20)
		return u.wall.Seconds(), err
	}
	if n.first, err = seconds("run"); err != nil {
		return n, err
	}
	var changed, idle []float64
	for range o.pairs {
		if err := execute(ctx, dsn, fmt.Sprintf(night, rows, changes*9/10, changes/20)); err != nil {
			return n, err
		}
		// A database at work vacuums what it changes.
		if err := execute(ctx, dsn, "vacuum ledger"); err != nil {
			return n, err
		}
		t, err := seconds("run")
		if err != nil {
			return n, err
		}
		changed = append(changed, t)
		if t, err = seconds("run"); err != nil {
			return n, err
		}
		idle = append(idle, t)
	}
	n.changed, n.idle = median(changed), median(idle)
	n.verified, err = seconds("verify", "--tables", "bench.ledger")
	return n, err
}
