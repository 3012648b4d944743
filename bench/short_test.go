package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheBenchesOfServingRun runs what measures the server, on little data and for a
// short time. What it measures says nothing then; that every answer is the right one, and
// all of an export arrives, is looked at whatever the time.
func TestTheBenchesOfServingRun(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "archwire")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags=duckdb_arrow", "-o", binary, "archwire/cmd/archwire").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	o := options{practices: 4, months: 24, pairs: 1, brief: true, binary: binary}
	for name, part := range map[string]struct {
		measure func(context.Context, options) ([]figure, error)
		figures int
	}{
		"serve": {measureServe, 7}, "export": {measureExports, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o.dir = t.TempDir()
			figures, err := part.measure(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range figures {
				if f.measured == "" || strings.Contains(f.measured, "NaN") || strings.Contains(f.measured, "Inf") {
					t.Errorf("%s is %q", f.what, f.measured)
				}
			}
			if len(figures) != part.figures {
				t.Errorf("%d figures, want %d", len(figures), part.figures)
			}
		})
	}
	t.Run("soak", func(t *testing.T) {
		o.dir, o.soak = t.TempDir(), 10*time.Minute // at most: it ends when it can tell
		if err := soak(t.Context(), o); err != nil {
			t.Error(err)
		}
	})
}
