package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// readers is how many clients have the same export streamed at once.
const readers = 8

// measureExports streams one dataset as CSV to several clients at once, and sees how
// much memory that takes above what the server takes when it does nothing.
func measureExports(ctx context.Context, o options) (figures []figure, err error) {
	dir := filepath.Join(o.dir, "export")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := writeProject(dir, map[string]string{"archwire.yaml": serveProject, "sources/bench.yaml": fmt.Sprintf(copySource, 1)}); err != nil {
		return nil, err
	}
	say("publishing %d practices x %d months with remarks", o.practices, o.months)
	data, err := publishLedger(ctx, dir, o, collectionsWithRemarks, remarkedPublication(o))
	if err != nil {
		return nil, err
	}
	key, err := createKey(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	server, err := startServer(ctx, dir, key, data, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	pid := server.cmd.Process.Pid
	time.Sleep(o.lasting(3 * time.Second)) // until nothing is under way
	idle, err := residentOf(pid)
	if err != nil {
		return nil, err
	}
	if err := forgetPeak(pid); err != nil {
		return nil, err
	}
	start := time.Now()
	each, err := exportAll(ctx, server)
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	peak, err := peakOf(pid)
	if err != nil {
		return nil, err
	}
	const mb = 1e6
	above := float64(peak-idle) / mb
	return []figure{{
		what:     fmt.Sprintf("export of %.2f GB of CSV (%d rows) to %d clients at once, memory above idle", float64(each)/1e9, data.rows, readers),
		measured: fmt.Sprintf("%.0f MB (%.0f MB against %.0f MB); %.0f s, %.0f MB/s in all", above, float64(peak)/mb, float64(idle)/mb, took.Seconds(), readers*float64(each)/mb/took.Seconds()),
		bar:      "<= 256 MB", met: above <= 256,
	}}, nil
}

// exportAll streams the export to all clients and returns how many bytes each got:
// as many as the others.
func exportAll(ctx context.Context, s *server) (int64, error) {
	var wg sync.WaitGroup
	sizes, errs := make([]int64, readers), make([]error, readers)
	for i := range readers {
		wg.Go(func() { sizes[i], errs[i] = exportOnce(ctx, s) })
	}
	wg.Wait()
	for _, size := range sizes {
		if size != sizes[0] {
			errs = append(errs, fmt.Errorf("one client got %d bytes and another %d", sizes[0], size))
		}
	}
	return sizes[0], errors.Join(errs...)
}

func exportOnce(ctx context.Context, s *server) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/v1/datasets/collections_daily/export.csv", nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	size, err := io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("export: %s", response.Status))
	}
	return size, err
}

// forgetPeak has a process's peak begin anew: proc(5), clear_refs.
func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// peakOf is the most memory that a process has had since then, in bytes.
func peakOf(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib * 1024, err
		}
	}
	return 0, fmt.Errorf("process %d does not tell its peak", pid)
}
