// Command bench measures the figures that docs/benchmarks.md claims. Each is a
// ratio of two things measured alternately in one run, or a latency under a load
// that is stated as a share of what the same server reached a moment before, so
// that a slow machine does not make a slow product.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A figure is one row of the table.
type figure struct {
	what, measured, bar string
	met                 bool
}

// options are the sizes to measure at; the defaults are those of the bars.
type options struct {
	rows      int
	practices int
	months    int
	pairs     int
	only      string
	binary    string
	dir       string
	soak      time.Duration
	brief     bool // a twentieth of the time, which shows that it runs and little else
	direct    string
	listen    string
}

// lasting is how long something is measured that takes d for a figure.
func (o options) lasting(d time.Duration) time.Duration {
	const part = 20
	if o.brief {
		return d / part
	}
	return d
}

func main() {
	var o options
	flag.IntVar(&o.rows, "rows", 10_000_000, "rows of the ledger that is copied")
	flag.IntVar(&o.practices, "practices", 550, "practices served")
	flag.IntVar(&o.months, "months", 60, "months served")
	flag.IntVar(&o.pairs, "pairs", 3, "how often each ratio is measured; the median counts")
	flag.StringVar(&o.only, "only", "", "copy, night, tenants, harm, serve, yardstick, export or tds; empty is all")
	flag.StringVar(&o.binary, "binary", "bin/archwire", "the program to measure")
	flag.StringVar(&o.dir, "dir", "", "a folder for the data; empty is a temporary one")
	flag.DurationVar(&o.soak, "soak", 0, "ask a server for so long, while everything changes, and measure nothing else")
	flag.StringVar(&o.direct, "direct", "", "be the yardstick's server for a database, and measure nothing")
	flag.StringVar(&o.listen, "listen", "", "where that listens")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // the signal handler ends with the process
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.direct != "" {
		return serveDirectly(ctx, o)
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "archwire-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		o.dir = dir
	}
	if o.binary, err = filepath.Abs(o.binary); err != nil {
		return err
	}
	if o.soak > 0 {
		return soak(ctx, o)
	}
	var figures []figure
	for _, part := range []struct {
		name    string
		measure func(context.Context, options) ([]figure, error)
	}{{"copy", measureCopy}, {"night", measureNight}, {"tenants", measureTenants}, {"harm", measureHarm}, {"serve", measureServe}, {"yardstick", measureYardstick}, {"export", measureExports}, {"tds", measureTDS}} {
		if o.only != "" && o.only != part.name {
			continue
		}
		found, err := part.measure(ctx, o)
		if err != nil {
			return fmt.Errorf("measuring %s: %w", part.name, err)
		}
		figures = append(figures, found...)
	}
	printTable(figures)
	return nil
}

// printTable prints what docs/benchmarks.md holds.
func printTable(figures []figure) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s, %d cores, %s, %s\n\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), cpu(), runtime.Version())
	b.WriteString("| figure | measured | bar | |\n|---|---|---|---|\n")
	for _, f := range figures {
		met := "met"
		if !f.met {
			met = "**missed**"
		}
		if f.bar == "" {
			met = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.what, f.measured, f.bar, met)
	}
	os.Stdout.WriteString(b.String()) //nolint:errcheck // the last thing that is done
}

// cpu is the processor's name.
func cpu() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t :\n")
		}
	}
	return runtime.GOARCH
}

// say tells how the measurement is getting on.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}
