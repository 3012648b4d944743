package pipeline

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire"
)

// TestEachPartIsComparedInTime runs at random times and looks when each part was
// compared before.
func TestEachPartIsComparedInTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(2, 40).Draw(t, "days")
		parts := rapid.IntRange(1, 300).Draw(t, "parts")
		least := rapid.SampledFrom([]int{0, leastParts}).Draw(t, "least")
		now := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
		y := cycle{Paid: now}
		last := make([]time.Time, parts)
		for i := range last {
			last[i] = now // copied
		}
		gap := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 24 * time.Hour, 100 * 24 * time.Hour}).Draw(t, "gap")
		var before time.Time // the run before
		for range rapid.IntRange(1, 400).Draw(t, "runs") {
			before, now = now, now.Add(time.Duration(rapid.Int64Range(1, int64(gap)).Draw(t, "until the next run")))
			d := dues{cut: archwire.Cut{Width: 1, Parts: parts}, days: days, at: now, least: least}
			compared := 0
			for s, ok := y.next(d); ok; s, ok = y.next(d) {
				for part := s.First; part <= s.Last; part++ {
					last[part] = now
					compared++
				}
				y.compared(s, d)
				d.least = 0
			}
			if compared > parts+least {
				t.Fatalf("a run compared %d parts of %d", compared, parts)
			}
			for part, at := range last {
				// A microsecond for what times are rounded by.
				if now.Sub(at) > time.Duration(days)*24*time.Hour+time.Microsecond {
					t.Fatalf("part %d of %d was compared %s ago, and not in this run; the run before was %s ago", part, parts, now.Sub(at), now.Sub(before))
				}
			}
		}
	})
}

// TestARunComparesItsPartOfThePeriod compares nightly, and once more at once.
func TestARunComparesItsPartOfThePeriod(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
	y := cycle{Paid: start}
	share := func(at time.Time, least int) (n int) {
		d := dues{cut: archwire.Cut{Width: 1, Parts: 3000}, days: 30, at: at, least: least}
		for s, ok := y.next(d); ok; s, ok = y.next(d) {
			n += s.Last + 1 - s.First
			y.compared(s, d)
			d.least = 0
		}
		return n
	}
	for night := range 60 {
		if n := share(start.AddDate(0, 0, night+1), leastParts); n != 100 {
			t.Fatalf("night %d compared %d parts, want a thirtieth of 3000", night+1, n)
		}
	}
	if n := share(start.AddDate(0, 0, 60).Add(time.Minute), leastParts); n != leastParts {
		t.Errorf("a run a minute later compared %d parts, want %d", n, leastParts)
	}
	if n := share(start.AddDate(0, 0, 60).Add(2*time.Minute), 0); n != 0 {
		t.Errorf("a run that need not compare what is not due compared %d parts", n)
	}
}
