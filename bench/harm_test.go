package main

import "testing"

func TestHeldRowsAreRead(t *testing.T) {
	for says, want := range map[string]int64{
		// PostgreSQL 15
		"finished vacuuming \"postgres.public.ledger\": index scans: 0\npages: 0 removed, 45455 remain, 214 scanned (0.47% of total)\ntuples: 0 removed, 2500211 remain, 1720 are dead but not yet removable\nremovable cutoff: 839": 1720,
		// PostgreSQL 14, as a detail
		"1720 dead row versions cannot be removed yet, oldest xmin: 839\nSkipped 0 pages due to buffer pins, 45241 frozen pages.": 1720,
	} {
		if got, ok := heldRows(says); !ok || got != want {
			t.Errorf("%q: %d, %v; want %d", says, got, ok, want)
		}
	}
	if _, ok := heldRows("vacuuming \"public.ledger\""); ok {
		t.Error("rows were read from what has none")
	}
}
