package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
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
	data, err := publishCollections(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	key, err := createKey(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	start, err := startTimes(ctx, dir, key, data, o)
	if err != nil {
		return nil, err
	}
	server, err := startServer(ctx, dir, key, data, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	figures, err = measureQueries(ctx, server, data, o)
	return append(figures, figure{
		what: "serve, from start to first correct answer", measured: fmt.Sprintf("%.0f ms", ms(start)), bar: "<= 300 ms", met: start <= 300*time.Millisecond,
	}), err
}

// measureQueries asks questions that were never asked before, then such as a
// dashboard asks (the same practice, grain and dimension over other months),
// then one and the same.
func measureQueries(ctx context.Context, s *server, data published, o options) ([]figure, error) {
	about := fmt.Sprintf("; %d practices x %d months, %d rows", o.practices, o.months, data.rows)
	one := metricPath(rand.New(rand.NewPCG(7, 7)), o) //nolint:gosec // a reproducible load
	var figures []figure
	for _, load := range []struct {
		what    string
		request func(*rand.Rand) string
		p99     time.Duration
		rate    float64
	}{
		{"metric query never asked before", func(r *rand.Rand) string { return newPath(r, o) }, 10 * time.Millisecond, 2000},
		{"metric query over other months than before", func(r *rand.Rand) string { return metricPath(r, o) }, 0, 0},
		{"the same metric query again", func(*rand.Rand) string { return one }, time.Millisecond, 15000},
	} {
		c := s.client(load.request)
		if _, err := c.most(ctx, o.lasting(5*time.Second)); err != nil { // warm
			return nil, err
		}
		before, err := cpuOf(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		length := o.lasting(10 * time.Second)
		most, err := c.most(ctx, length)
		if err != nil {
			return nil, err
		}
		after, err := cpuOf(s.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		each := float64((after - before).Microseconds()) / (most * length.Seconds())
		took, err := c.at(ctx, most/2, o.lasting(15*time.Second))
		if err != nil {
			return nil, err
		}
		floor, err := emptyAt(ctx, most/2, o.lasting(15*time.Second))
		if err != nil {
			return nil, err
		}
		p99 := quantile(took, 0.99)
		latency := figure{
			what: load.what + ", p99 at half load" + about,
			measured: fmt.Sprintf("%.2f ms (p50 %.2f ms); a server that does nothing, at the same rate: %.2f ms (p50 %.2f ms)",
				ms(p99), ms(quantile(took, 0.5)), ms(quantile(floor, 0.99)), ms(quantile(floor, 0.5))),
		}
		rate := figure{what: load.what + ", requests a second, the load generator on the same cores", measured: fmt.Sprintf("%.0f (%.0f µs of processor time each)", most, each)}
		if load.rate > 0 {
			latency.bar, latency.met = fmt.Sprintf("<= %.0f ms", ms(load.p99)), p99 <= load.p99
			rate.bar, rate.met = fmt.Sprintf(">= %.0f", load.rate), most >= load.rate
		}
		figures = append(figures, latency, rate)
	}
	return figures, nil
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

// newPath draws a question with a filter of its own, so that no answer and no
// series that the server has kept can serve it.
func newPath(r *rand.Rand, o options) string {
	return metricPath(r, o) + fmt.Sprintf("&filter[location_id]=gte:-%d", r.IntN(1<<40))
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
	cmd     *exec.Cmd
	address string
	key     string
	metrics string // where Prometheus finds it
}

// startServer starts the program and waits until a metric query is answered as the
// warehouse would.
func startServer(ctx context.Context, dir, key string, data published, o options, flags ...string) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "serve.log")) //nolint:gosec // a folder of our own
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	args := []string{"-C", dir, "serve", "--listen", address, "--metrics-listen", metrics, "--rate", "1e9", "--concurrency", "0", "--log", "warn"}
	cmd := exec.CommandContext(ctx, o.binary, append(args, flags...)...) //nolint:gosec // the program to measure
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, address: address, key: key, metrics: metrics}
	c := s.client(nil)
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := c.once(ctx, data.path, data.says)
		if err == nil {
			return s, nil
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("waiting for the server: %w", err), s.stop())
		}
		time.Sleep(time.Millisecond)
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func (s *server) client(request func(*rand.Rand) string) *client {
	return &client{address: s.address, key: s.key, request: request}
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
func startTimes(ctx context.Context, dir, key string, data published, o options) (time.Duration, error) {
	var times []time.Duration
	for range 7 {
		begin := time.Now()
		s, err := startServer(ctx, dir, key, data, o)
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
