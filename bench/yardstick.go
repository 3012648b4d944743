package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// measureYardstick asks the server and, for the same, a small server that asks
// PostgreSQL and has it write the JSON, as PostgREST does: the same rows, with the
// indexes that one would make.
func measureYardstick(ctx context.Context, o options) (figures []figure, err error) {
	dir := filepath.Join(o.dir, "yardstick")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := writeProject(dir, map[string]string{"archwire.yaml": serveProject, "sources/bench.yaml": fmt.Sprintf(copySource, 1)}); err != nil {
		return nil, err
	}
	say("publishing %d practices x %d months", o.practices, o.months)
	data, err := publishCollections(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	postgres, err := startPostgres(ctx, filepath.Join(dir, "postgres"), "1GB")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, postgres.Stop()) }()
	say("loading the same rows into PostgreSQL")
	if err := loadDirect(ctx, dir, postgres.URL("postgres")); err != nil {
		return nil, err
	}
	direct, err := startDirect(ctx, postgres.URL("postgres"), data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, direct.stop()) }()
	key, err := createKey(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	ours, err := startServer(ctx, dir, key, data, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ours.stop()) }()
	return compare(ctx, ours, direct, o)
}

// A pace is what a server reached.
type pace struct {
	rate float64 // requests a second
	p99  time.Duration
}

func compare(ctx context.Context, ours, direct *server, o options) (figures []figure, err error) {
	for _, load := range []struct {
		what, holds string
		request     func(*rand.Rand) string
	}{
		{"metric query never asked before", `"value"`, func(r *rand.Rand) string { return newPath(r, o) }},
		{"page of 100 rows never asked before", `"net_amount"`, func(r *rand.Rand) string { return pagePath(r, o) }},
	} {
		var paces [2]pace
		for i, s := range []*server{ours, direct} {
			c := s.client(load.request)
			c.holds = load.holds
			if paces[i], err = paceOf(ctx, c, o); err != nil {
				return nil, fmt.Errorf("%s: %w", load.what, err)
			}
		}
		us, them := paces[0], paces[1]
		figures = append(figures, figure{
			what:     load.what + ", requests a second, beside PostgreSQL behind net/http",
			measured: fmt.Sprintf("%.1f x (%.0f against %.0f)", us.rate/them.rate, us.rate, them.rate),
		}, figure{
			what:     load.what + ", p99 at half load, each at half of its own",
			measured: fmt.Sprintf("%.2f x (%.2f ms at %.0f/s against %.2f ms at %.0f/s)", float64(us.p99)/float64(them.p99), ms(us.p99), us.rate/2, ms(them.p99), them.rate/2),
		})
	}
	return figures, nil
}

func paceOf(ctx context.Context, c *client, o options) (p pace, err error) {
	if _, err := c.most(ctx, o.lasting(5*time.Second)); err != nil { // warm
		return p, err
	}
	if p.rate, err = c.most(ctx, o.lasting(10*time.Second)); err != nil {
		return p, err
	}
	took, err := c.at(ctx, p.rate/2, o.lasting(10*time.Second))
	if err != nil {
		return p, err
	}
	p.p99 = quantile(took, 0.99)
	return p, nil
}

// pagePath draws the first page from some day on of one practice. The number in the
// filter is new each time, so that no answer that was kept can serve it.
func pagePath(r *rand.Rand, o options) string {
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -r.IntN(30*max(o.months-2, 1)))
	return fmt.Sprintf("/v1/datasets/collections_daily/rows?practice=%d&limit=100&filter[business_date]=gte:%s&filter[location_id]=gte:-%d",
		1+r.IntN(o.practices), day.Format(time.DateOnly), r.IntN(1<<40))
}

// startDirect starts this program as the yardstick's server.
func startDirect(ctx context.Context, dsn string, data published) (*server, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "-direct", dsn, "-listen", address) //nolint:gosec // this very program
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, address: address, key: "none"}
	c := s.client(nil)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := c.once(ctx, data.path, data.says)
		if err == nil {
			return s, nil
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("waiting for the yardstick: %w", err), s.stop())
		}
	}
}
