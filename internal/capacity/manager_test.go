package capacity_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
	"archwire/internal/state"
)

func TestGrow_AndShrinkAroundARun(t *testing.T) {
	t.Parallel()
	st, err := state.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "state.db"), func() time.Time { return night })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() }) //nolint:errcheck // the test is over
	b := setupOn(t, st)
	b.double.AddCluster("analytics", "ra3.large", 3)
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 6, "available", resizeTo("6"))
	b.wantLease(t, "run", capacity.Held)
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
	b.wantLease(t, "", "")
	if err := b.Shrink(t.Context()); err != nil { // shrinking twice is shrinking once
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
}

func TestGrow_WritesTheLeaseDownBeforeItAsks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	open := b.Open
	b.Open = func(ctx context.Context, p capacity.Place) (capacity.ControlPlane, error) {
		if l, found, err := b.state.Lease(ctx); err != nil || !found || l.Phase != capacity.Growing {
			t.Errorf("when the control plane is opened the lease is %+v, %v", l, err)
		}
		return open(ctx, p)
	}
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
}

func TestGrow_DoesNothingWhereShapesAreTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	terms := nightly()
	terms.Load = terms.Serve
	if err := b.Grow(t.Context(), terms, "run"); err != nil || len(b.double.Calls()) > 0 {
		t.Errorf("%v, after %q", err, b.double.Calls())
	}
	b.wantLease(t, "", "")
}

func TestGrow_ResumesAndShrinkPauses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	terms := nightly()
	terms.Serve.Paused = true
	const pause, resume = "PauseCluster ClusterIdentifier=analytics", "ResumeCluster ClusterIdentifier=analytics"
	for range 2 {
		if err := b.Return(t.Context(), terms, "operator:ann"); err != nil {
			t.Fatal(err)
		}
	}
	b.wantChanges(t, 0, "paused", pause)
	if err := b.Grow(t.Context(), terms, "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 6, "available", pause, resume, resizeTo("6"))
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 0, "paused", pause, resume, resizeTo("6"), resizeTo("3"), pause)
}

func TestGrow_OfAWorkgroup(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddWorkgroup("w", 8, 16)
	terms := capacity.Terms{
		Place: capacity.Place{Workgroup: "w", Region: capacitytest.Region}, Deadline: time.Hour,
		Load: capacity.Shape{RPU: 64, MaxRPU: 128}, Serve: capacity.Shape{RPU: 8, MaxRPU: 16},
	}
	if err := b.Grow(t.Context(), terms, "run"); err != nil {
		t.Fatal(err)
	}
	if base, limit := b.double.Capacity("w"); base != 64 || limit != 128 {
		t.Errorf("it has grown to %d, %d", base, limit)
	}
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	if base, limit := b.double.Capacity("w"); base != 8 || limit != 16 {
		t.Errorf("it has shrunk to %d, %d", base, limit)
	}
	terms.Serve = capacity.Shape{Paused: true}
	wantCode(t, b.Return(t.Context(), terms, "operator:ann"), archwire.Invalid)
}

func TestLend_IsKeptUntilItsTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	until := night.Add(6 * time.Hour)
	if err := b.Lend(t.Context(), nightly(), "operator:ann", until); err != nil {
		t.Fatal(err)
	}
	b.wantLease(t, "operator:ann", capacity.Held)
	// A run in between finds the shape that it needs, and leaves it.
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 6, "available", resizeTo("6"))
	b.wantLease(t, "operator:ann", capacity.Held)
	b.double.Advance(until.Sub(b.double.Now()))
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
}

func TestReturn_EndsALeaseBeforeItsTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	if err := b.Lend(t.Context(), nightly(), "operator:ann", night.Add(6*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.Return(t.Context(), nightly(), "operator:ann"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
	b.wantLease(t, "", "")
}

// What was seen is what costs are computed from.
func TestGrow_WritesDownWhatItSees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	b.double.Advance(time.Hour)
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen, err := b.state.SeenSince(t.Context(), analytics, night)
	if err != nil || len(seen) != 3 {
		t.Fatalf("seen %+v, %v", seen, err)
	}
	for i, want := range []capacity.Seen{{Shape: capacity.Shape{Nodes: 3}}, {Shape: capacity.Shape{Nodes: 6}, Holder: "run"}, {Shape: capacity.Shape{Nodes: 3}}} {
		if seen[i].Shape.Nodes != want.Shape.Nodes || seen[i].Holder != want.Holder {
			t.Errorf("seen %+v, want %+v", seen[i], want)
		}
	}
	if took := seen[2].At.Sub(seen[1].At); took < time.Hour || took > 2*time.Hour {
		t.Errorf("it was large for %s", took)
	}
}
