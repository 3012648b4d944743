package main

import (
	"strings"
	"testing"
)

// TestTheBenchOfTDSRuns decodes few rows: that all of them come is looked at, the
// figures say nothing then.
func TestTheBenchOfTDSRuns(t *testing.T) {
	figures, err := measureTDS(t.Context(), options{pairs: 1, brief: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if !strings.Contains(f.measured, "M rows") {
			t.Errorf("%s is %q", f.what, f.measured)
		}
	}
	if len(figures) != 2 {
		t.Errorf("%d figures, want 2", len(figures))
	}
}
