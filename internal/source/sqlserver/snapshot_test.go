package sqlserver

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSnapshotsThatSeeTheSame goes by what a snapshot sees: the transactions that
// had committed when it began. A random history of transactions is lived through;
// two snapshots of it may be taken for the same only if nothing was committed between
// them.
func TestSnapshotsThatSeeTheSame(t *testing.T) {
	var same, other int
	rapid.Check(t, func(rt *rapid.T) {
		var open []int64 // writers and snapshots that have begun
		var next, commits int64
		type taken struct {
			snapshot
			commits int64
		}
		var snapshots []taken
		for range rapid.IntRange(2, 12).Draw(rt, "steps") {
			switch step := rapid.SampledFrom([]string{"write", "commit", "snapshot", "snapshot"}).Draw(rt, "step"); {
			case step == "write":
				next++
				open = append(open, next)
			case step == "snapshot":
				next++
				snapshots = append(snapshots, taken{snapshot{seen: true, number: next, active: slices.Clone(open)}, commits})
				open = append(open, next)
			case len(open) > 0:
				at := rapid.IntRange(0, len(open)-1).Draw(rt, "which")
				if slices.ContainsFunc(snapshots, func(s taken) bool { return s.number == open[at] }) {
					continue // a view keeps its snapshots open
				}
				open = slices.Delete(open, at, at+1)
				commits++
			}
		}
		for i, a := range snapshots {
			for _, b := range snapshots[i:] {
				want := a.commits == b.commits
				if got := a.sees(b.snapshot); got != want || b.sees(a.snapshot) != want {
					rt.Fatalf("%+v and %+v are taken for the same: %t", a, b, got)
				}
				if want {
					same++
				} else {
					other++
				}
			}
		}
	})
	if same == 0 || other == 0 {
		t.Errorf("%d pairs see the same and %d do not; both must be met", same, other)
	}
}

func TestSnapshotsThatTellNothingAreNotTheSame(t *testing.T) {
	var s snapshot
	if s.sees(s) || s.tracks(s) {
		t.Error("two snapshots of which nothing is known are taken for the same")
	}
}
