package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const serveProject = `name: bench
tenant: {noun: practice, plural: practices, table: bench.practice, key: practice_id, label: name}
warehouse: {engine: duckdb, path: data/warehouse.duckdb}
state: sqlite:data/state.db
store: file:data/store
schedule: {timezone: UTC}
`

// measureServe publishes collections by day of many practices and asks the
// server for metrics of one practice at a time, each question a new one.
func measureServe(ctx context.Context, o options) (figures []figure, err error) {
	dir := filepath.Join(o.dir, "serve")
	if err := writeProject(dir, map[string]string{"archwire.yaml": serveProject, "sources/bench.yaml": fmt.Sprintf(copySource, 1)}); err != nil {
		return nil, err
	}
	say("publishing %d practices x %d months", o.practices, o.months)
	rows, err := publishCollections(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	key, err := createKey(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	start, err := startTimes(ctx, dir, key, o)
	if err != nil {
		return nil, err
	}
	server, err := startServer(ctx, dir, key, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()

	fresh := server.client(func(r *rand.Rand) string { return metricPath(r, o) })
	if _, err := fresh.most(ctx, 8, 5*time.Second); err != nil { // warm
		return nil, err
	}
	most, err := fresh.most(ctx, 8, 10*time.Second)
	if err != nil {
		return nil, err
	}
	took, err := fresh.at(ctx, most/2, 20*time.Second)
	if err != nil {
		return nil, err
	}
	same := metricPath(rand.New(rand.NewPCG(7, 7)), o) //nolint:gosec // a reproducible load
	cached := server.client(func(*rand.Rand) string { return same })
	mostCached, err := cached.most(ctx, 8, 10*time.Second)
	if err != nil {
		return nil, err
	}
	tookCached, err := cached.at(ctx, mostCached/2, 10*time.Second)
	if err != nil {
		return nil, err
	}
	p99, p99Cached := quantile(took, 0.99), quantile(tookCached, 0.99)
	about := fmt.Sprintf("%d practices x %d months, %d rows", o.practices, o.months, rows)
	return []figure{
		{what: "metric query, p99 at half load, " + about, measured: fmt.Sprintf("%.1f ms (p50 %.1f ms) at %.0f requests/s", ms(p99), ms(quantile(took, 0.5)), most/2), bar: "<= 10 ms", met: p99 <= 10*time.Millisecond},
		{what: "metric queries a second, the load generator on the same cores", measured: fmt.Sprintf("%.0f", most), bar: ">= 2,000", met: most >= 2000},
		{what: "the same question again, p99 at half load", measured: fmt.Sprintf("%.2f ms at %.0f requests/s", ms(p99Cached), mostCached/2), bar: "<= 1 ms", met: p99Cached <= time.Millisecond},
		{what: "the same question again, a second", measured: fmt.Sprintf("%.0f", mostCached), bar: ">= 15,000", met: mostCached >= 15000},
		{what: "serve, from start to first correct answer", measured: fmt.Sprintf("%.0f ms", ms(start)), bar: "<= 300 ms", met: start <= 300*time.Millisecond},
	}, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// metricPath draws a question: a practice, a span of months, a grain, perhaps a
// dimension.
func metricPath(r *rand.Rand, o options) string {
	last := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	to := last.AddDate(0, 0, -r.IntN(360))
	from := to.AddDate(0, -1-r.IntN(max(o.months-14, 1)), 0)
	grain := []string{"month", "quarter", "year"}[r.IntN(3)]
	by := []string{"", "&by=payer_kind", "&by=location_id"}[r.IntN(3)]
	return fmt.Sprintf("/v1/metrics/net_collections?practice=%d&from=%s&to=%s&grain=%s%s",
		1+r.IntN(o.practices), from.Format(time.DateOnly), to.Format(time.DateOnly), grain, by)
}

// createKey makes a key that sees all practices.
func createKey(ctx context.Context, dir string, o options) (string, error) {
	out, err := exec.CommandContext(ctx, o.binary, "-C", dir, "key", "create", "--client", "bench", "--all", "--json").Output() //nolint:gosec // the program to measure
	if err != nil {
		return "", fmt.Errorf("creating a key: %w", err)
	}
	var answer struct{ Key string }
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&answer); err != nil {
		return "", fmt.Errorf("reading the key: %w", err)
	}
	return answer.Key, nil
}

// A server is a running `archwire serve`.
type server struct {
	cmd  *exec.Cmd
	base string
	key  string
}

// startServer starts the program and waits until a metric query is answered.
func startServer(ctx context.Context, dir, key string, o options) (*server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "serve.log")) //nolint:gosec // a folder of our own
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	//nolint:gosec // the program to measure
	cmd := exec.CommandContext(ctx, o.binary, "-C", dir, "serve", "--listen", address, "--rate", "1e9", "--log", "warn")
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, base: "http://" + address, key: key}
	c := s.client(nil)
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := c.ask(ctx, metricPath(rand.New(rand.NewPCG(1, 1)), o)) //nolint:gosec // a reproducible question
		if err == nil {
			return s, nil
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("waiting for the server: %w", err), s.stop())
		}
		time.Sleep(time.Millisecond)
	}
}

func (s *server) client(request func(*rand.Rand) string) *client {
	return &client{
		http:    &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}},
		base:    s.base,
		key:     s.key,
		request: request,
	}
}

// stop ends the server gracefully.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// startTimes is the median time from starting the program to its first correct
// answer to a metric query.
func startTimes(ctx context.Context, dir, key string, o options) (time.Duration, error) {
	var times []time.Duration
	for range 7 {
		begin := time.Now()
		s, err := startServer(ctx, dir, key, o)
		if err != nil {
			return 0, err
		}
		times = append(times, time.Since(begin))
		if err := s.stop(); err != nil {
			return 0, err
		}
	}
	return median(times), nil
}
