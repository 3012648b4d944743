package sqlserver

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHistogramsAreCutIntoPartsOfOneSize(t *testing.T) {
	for _, c := range []struct {
		what  string
		steps []step
		n     int
		want  []int64
	}{
		{"even steps", []step{{0, 1}, {100, 100}, {200, 100}}, 2, []int64{99}},
		{"all in the last step", []step{{0, 0}, {100, 0}, {200, 1000}}, 4, []int64{125, 150, 175}},
		{"one value that repeats", []step{{7, 1000}}, 4, []int64{7}},
		{"the ends of all numbers", []step{{math.MinInt64, 0}, {math.MaxInt64, 1000}}, 2, []int64{-1}},
		{"no row", []step{{7, 0}}, 4, nil},
		{"no statistics", nil, 4, nil},
	} {
		if got := cutSteps(c.steps, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestCutsGrowAndLieWithin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		highs := rapid.SliceOfNDistinct(rapid.Int64(), 1, 20, rapid.ID).Draw(rt, "highs")
		slices.Sort(highs)
		steps := make([]step, len(highs))
		for i, high := range highs {
			steps[i] = step{high, rapid.Int64Range(0, 1<<40).Draw(rt, "rows")}
		}
		n := rapid.IntRange(1, 50).Draw(rt, "n")
		cuts := cutSteps(steps, n)
		if !slices.IsSorted(cuts) || len(slices.Compact(slices.Clone(cuts))) != len(cuts) || len(cuts) >= n {
			rt.Fatalf("%d cuts into %d parts: %v", len(cuts), n, cuts)
		}
		if len(cuts) > 0 && (cuts[0] < highs[0] || cuts[len(cuts)-1] > highs[len(highs)-1]) {
			rt.Fatalf("cuts %v beyond %v", cuts, highs)
		}
	})
}

func TestRangesAreOpenToTheirSides(t *testing.T) {
	a := attribute{name: "id", nullable: true}
	var all []string
	for _, c := range ranges(a, []int64{-5, 10}, 30) {
		if c.Rows != 10 {
			t.Errorf("an estimate of %d rows, want 10", c.Rows)
		}
		all = append(all, c.Where)
	}
	want := "t.[id] < CONVERT(bigint, -5) OR t.[id] IS NULL; t.[id] >= CONVERT(bigint, -5) AND t.[id] < CONVERT(bigint, 10); t.[id] >= CONVERT(bigint, 10)"
	if got := strings.Join(all, "; "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
