package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"archwire"
	"archwire/examples/orthodontics"
	"archwire/internal/demo"
)

// touch changes rows of a hundredth of the practices, as a correction would.
const touch = `
update ledger_transaction set amount = amount + 0.01, updated_at = clock_timestamp()
	where practice_id %% 100 = %d and txn_id %% 20 = 0;
`

// measureTenants runs the reference project at the size of the reference user,
// and then again after a change to one practice in a hundred, and after none.
func measureTenants(ctx context.Context, o options) (figures []figure, err error) {
	folder := filepath.Join(o.dir, "tenants")
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	server, err := startPostgres(ctx, filepath.Join(folder, "postgres"), "2GB")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := execute(ctx, server.URL("postgres"), "create database rcm;\ncreate database pms;\n"); err != nil {
		return nil, err
	}
	rcm, pms := server.URL("rcm"), server.URL("pms")
	const months = 3
	say("making %d practices with %d months of history", o.practices, months)
	size := demo.Size{Practices: o.practices, Months: months, Seed: 1, AsOf: archwire.Day("2026-11-20").Time()}
	if _, err := demo.Create(ctx, rcm, pms, size, func(string, int64) {}); err != nil {
		return nil, err
	}
	dir := filepath.Join(folder, "project")
	if err := os.CopyFS(dir, orthodontics.Files); err != nil {
		return nil, err
	}
	// Corrections of single rows, as touch makes them, do not balance the books.
	if err := os.RemoveAll(filepath.Join(dir, "checks")); err != nil {
		return nil, err
	}
	p := reference{o: o, dir: dir, env: []string{"RCM_DSN=" + rcm, "PMS_DSN=" + pms}}
	full, _, err := p.run(ctx)
	if err != nil {
		return nil, err
	}
	var refresh, publish, touched, idle []float64
	for i := range o.pairs {
		if err := execute(ctx, rcm, fmt.Sprintf(touch, 1+i)); err != nil {
			return nil, err
		}
		run, wall, err := p.run(ctx)
		if err != nil {
			return nil, err
		}
		refresh = append(refresh, took(run, archwire.Refresh)/took(full, archwire.Refresh))
		publish = append(publish, took(run, archwire.Publish)/took(full, archwire.Publish))
		touched = append(touched, wall.Seconds())
		if _, wall, err = p.run(ctx); err != nil {
			return nil, err
		}
		idle = append(idle, wall.Seconds())
	}
	r, u, unchanged := median(refresh), median(publish), median(idle)
	at := fmt.Sprintf("%d practices, %d rows", o.practices, full.Rows)
	return []figure{
		{
			what:     "refresh of the reference project's models with 1 % of the practices touched, against all (" + at + ")",
			measured: fmt.Sprintf("%.1f %% (of %.1f s)", 100*r, took(full, archwire.Refresh)), bar: "<= 3 %", met: r <= 0.03,
		},
		{
			what: "publishing it, against all", measured: fmt.Sprintf("%.1f %% (of %.1f s)", 100*u, took(full, archwire.Publish)),
			bar: "<= 5 %", met: u <= 0.05,
		},
		{
			what: "unchanged night of the reference project", measured: fmt.Sprintf("%.2f s (%.2f s with 1 %% of the practices touched)", unchanged, median(touched)),
			bar: "< 2 s", met: unchanged < 2,
		},
	}, nil
}

// reference is the reference project at some size.
type reference struct {
	o   options
	dir string
	env []string
}

// run runs it as a process of its own.
func (p reference) run(ctx context.Context) (run archwire.Run, wall time.Duration, err error) {
	cmd := exec.CommandContext(ctx, p.o.binary, "run", "--json") //nolint:gosec // the program to measure
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	start := time.Now()
	out, err := cmd.Output()
	wall = time.Since(start)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return run, wall, fmt.Errorf("archwire run: %w\n%s", err, e.Stderr)
	}
	if err != nil {
		return run, wall, err
	}
	if err := json.Unmarshal(out, &run); err != nil {
		return run, wall, fmt.Errorf("reading what archwire run --json printed: %w", err)
	}
	say("archwire run %.2fs: refresh %.2fs, publish %.2fs", wall.Seconds(), took(run, archwire.Refresh), took(run, archwire.Publish))
	return run, wall, nil
}

// took is how long a verb of a run took, in seconds.
func took(run archwire.Run, verb archwire.Verb) float64 {
	for _, s := range run.Steps {
		if s.Verb == verb {
			return s.Took.Seconds()
		}
	}
	return 0
}
