package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// harmRows is enough for a copy to take some seconds; what it does to the source
// does not depend on more.
const harmRows = 2_500_000

const harmSource = `source: bench
engine: postgres
dsn: ${BENCH_DSN}
connections: %d
mode: %s
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

// measureHarm tells what reading does to a source that is being written to:
// a first copy in both modes, a night after it, and pg_dump for comparison. There
// is no bar: a figure is worth as much as the line of pg_dump beside it.
func measureHarm(ctx context.Context, o options) (figures []figure, err error) {
	server, err := startPostgres(ctx, filepath.Join(o.dir, "harmed"), "1GB")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	dsn, rows := server.URL("postgres"), min(o.rows, harmRows)
	say("filling a ledger of %d rows", rows)
	if err := fillFollowed(ctx, dsn, rows); err != nil {
		return nil, err
	}
	consistent, gentle := filepath.Join(o.dir, "consistent"), filepath.Join(o.dir, "gentle")
	for dir, mode := range map[string]string{consistent: "consistent", gentle: "gentle"} {
		files := map[string]string{"archwire.yaml": copyProject, "sources/bench.yaml": fmt.Sprintf(harmSource, connections, mode)}
		if err := errors.Join(os.RemoveAll(dir), writeProject(dir, files)); err != nil {
			return nil, err
		}
	}
	archwire := func(dir string) reading {
		return func(ctx context.Context) (usage, error) {
			return runProcess(ctx, dir, []string{"BENCH_DSN=" + dsn}, o.binary, "run")
		}
	}
	for _, step := range []struct {
		what string
		run  reading
	}{
		{"nothing, for 5 s", func(ctx context.Context) (usage, error) {
			return usage{wall: 5 * time.Second}, wait(ctx, 5*time.Second)
		}},
		{fmt.Sprintf("pg_dump, uncompressed, %d jobs", connections), func(ctx context.Context) (usage, error) { return dump(ctx, o, dsn) }},
		{"first copy, mode consistent", archwire(consistent)},
		{"a night, mode consistent", archwire(consistent)},
		{"first copy, mode gentle", archwire(gentle)},
		{"a night, mode gentle", archwire(gentle)},
	} {
		h, err := measureReading(ctx, dsn, rows, step.run)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.what, err)
		}
		say("%s: %s", step.what, h)
		figures = append(figures, figure{
			what: fmt.Sprintf("%s, over a ledger of %d rows under a load of writes", step.what, rows), measured: h.String(), met: true,
		})
	}
	return figures, nil
}

func fillFollowed(ctx context.Context, dsn string, rows int) error {
	if err := fill(ctx, dsn, rows); err != nil {
		return err
	}
	// Cleaning up after writers is left to the measurement.
	return execute(ctx, dsn, fmt.Sprintf(changeable, rows)+"alter table ledger set (autovacuum_enabled = false);\n")
}

// dump writes what pg_dump writes fastest, with as many connections as a copy
// has; a further one of its own holds the snapshot.
func dump(ctx context.Context, o options, dsn string) (usage, error) {
	to := filepath.Join(o.dir, "dump")
	if err := os.RemoveAll(to); err != nil {
		return usage{}, err
	}
	return runProcess(ctx, o.dir, nil, "pg_dump", "--format=directory", "--compress=0", fmt.Sprintf("--jobs=%d", connections),
		"--no-sync", "--file="+to, "--dbname="+dsn)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
