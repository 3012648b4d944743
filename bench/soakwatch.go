package main

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A sample is what a server took at a time.
type sample struct {
	rss, goroutines, files, store, state float64 // bytes where it is not a count
}

// sampleOf looks at a running server from outside, and asks it for its goroutines.
func sampleOf(ctx context.Context, s *server, dir string) (out sample, err error) {
	pid := strconv.Itoa(s.cmd.Process.Pid)
	rss, err := residentOf(s.cmd.Process.Pid)
	if err != nil {
		return out, err
	}
	open, err := os.ReadDir(filepath.Join("/proc", pid, "fd"))
	if err != nil {
		return out, err
	}
	out.rss, out.files = float64(rss), float64(len(open))
	if out.goroutines, err = goroutinesOf(ctx, s.metrics); err != nil {
		return out, err
	}
	if out.store, err = sizeOf(filepath.Join(dir, "data", "store")); err != nil {
		return out, err
	}
	out.state, err = sizeOf(filepath.Join(dir, "data", "state.db"))
	return out, err
}

// residentOf is how much of a process is in memory, in bytes.
func residentOf(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return 0, err
	}
	return resident * int64(os.Getpagesize()), nil
}

func goroutinesOf(ctx context.Context, address string) (float64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close() //nolint:errcheck // what is needed was read
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "go_goroutines "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, fmt.Errorf("%s does not tell the goroutines", address)
}

// sizeOf is the bytes below a path, the ledger's left out: it is to grow. What is
// removed meanwhile counts nothing.
func sizeOf(root string) (total float64, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "ledger" {
			return fs.SkipDir
		}
		if info, err := entry.Info(); err == nil && !entry.IsDir() {
			total += float64(info.Size())
		}
		return nil
	})
	return total, err
}

// growth compares the second half of the samples with the first quarter.
func growth(samples []sample) []figure {
	const mib = 1 << 20
	var figures []figure
	for _, q := range []struct {
		what   string
		of     func(sample) float64
		unit   float64
		spare  float64 // beside the quarter more that is allowed
		suffix string
	}{
		{"memory of the server", func(s sample) float64 { return s.rss }, mib, 48 * mib, " MiB"},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 1, 20, ""},
		{"open files", func(s sample) float64 { return s.files }, 1, 20, ""},
		{"store, without the ledger", func(s sample) float64 { return s.store }, mib, 8 * mib, " MiB"},
		{"state", func(s sample) float64 { return s.state }, mib, 2 * mib, " MiB"},
	} {
		early, late := mean(samples[:max(len(samples)/4, 1)], q.of), mean(samples[len(samples)/2:], q.of)
		most := early*1.25 + q.spare
		figures = append(figures, figure{
			what:     q.what + ", second half against first quarter",
			measured: fmt.Sprintf("%.1f%s against %.1f%[2]s", late/q.unit, q.suffix, early/q.unit),
			bar:      fmt.Sprintf("<= %.1f%s", most/q.unit, q.suffix), met: late <= most,
		})
	}
	return figures
}

func mean(samples []sample, of func(sample) float64) float64 {
	var sum float64
	for _, s := range samples {
		sum += of(s)
	}
	return sum / float64(len(samples))
}

// pause waits, and says whether there is anything left to wait for.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
