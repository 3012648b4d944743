package capacity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
)

// goesOn sets up a cluster that will not grow for some reason: the run goes on with it
// as it is, and is told why.
func goesOn(t *testing.T, says string, lay func(*bundle)) *bundle {
	t.Helper()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	lay(b)
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatalf("a run that could go on does not: %v", err)
	}
	b.wantLease(t, "run", capacity.Held)
	if told := strings.Join(b.told, "\n"); !strings.Contains(told, "goes on") || !strings.Contains(told, says) {
		t.Errorf("told %q, want %q", told, says)
	}
	return b
}

func TestGrow_WithoutWhatItNeedsGoesOnAsItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says string
		lay  func(*bundle)
	}{
		"no machines":   {"no machines", func(b *bundle) { b.double.Fail("ResizeCluster", capacitytest.NoMachines, 1) }},
		"quota":         {"quota", func(b *bundle) { b.double.Fail("ResizeCluster", capacitytest.Quota, 1) }},
		"denied":        {"do not allow", func(b *bundle) { b.double.Fail("ResizeCluster", capacitytest.AccessDenied, 1) }},
		"expired":       {"not accepted", func(b *bundle) { b.double.Expire(true) }},
		"failed":        {"a snapshot was in progress", func(b *bundle) { b.double.FailResize("analytics", "a snapshot was in progress") }},
		"not described": {"InternalFailure", func(b *bundle) { b.double.Fail("DescribeClusters", capacitytest.InternalError, 1000) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := goesOn(t, c.says, c.lay)
			if n := b.double.Nodes("analytics"); n != 3 {
				t.Errorf("it has %d nodes", n)
			}
		})
	}
}

func TestGrow_NeverAsksForWhatIsNotOffered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	terms := nightly()
	terms.Load.Nodes = 8
	if err := b.Grow(t.Context(), terms, "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available")
	err := b.Lend(t.Context(), terms, "operator:ann", night)
	wantCode(t, err, archwire.Invalid)
	for _, want := range []string{"from 3 nodes of ra3.large to 8 nodes", "2 nodes of ra3.large, 4 nodes of ra3.large, 5 nodes of ra3.large, 6 nodes of ra3.large", "classic: true"} {
		if !strings.Contains(err.Error()+archwire.HintOf(err), want) {
			t.Errorf("%v %s does not say %q", err, archwire.HintOf(err), want)
		}
	}

	terms.Classic, terms.Deadline = true, 12*time.Hour
	if err := b.Grow(t.Context(), terms, "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 8, "available", "ResizeCluster Classic=true ClusterIdentifier=analytics NumberOfNodes=8")
}

func TestGrow_AsksAgainWhatWasThrottledOrLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	for _, action := range []string{"DescribeClusters", "DescribeResize", "DescribeNodeConfigurationOptions", "ResizeCluster"} {
		b.double.Fail(action, capacitytest.Throttling, 2)
	}
	b.double.Lose("ResizeCluster") // has begun, and nobody knows
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 6, "available", resizeTo("6"))
}

func TestGrow_WaitsForAResizeThatHangsUntilTheDeadlineOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	b.double.Hang("analytics", true)
	err := b.Grow(t.Context(), nightly(), "run")
	wantCode(t, err, archwire.Unavailable)
	for _, want := range []string{"cluster analytics in us-east-1", "not 6 nodes after 45m0s", "resizing"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if took := b.double.Now().Sub(night); took < 45*time.Minute || took > 46*time.Minute {
		t.Errorf("it took %s", took)
	}
	b.wantLease(t, "run", capacity.Growing)
	wantCode(t, b.Shrink(t.Context()), archwire.Unavailable)
	b.wantLease(t, "run", capacity.Shrinking)
	b.wantChanges(t, 3, "resizing", resizeTo("6"))

	// When it ends after all, whoever comes next shrinks what has grown.
	b.double.Hang("analytics", false)
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
	b.wantLease(t, "", "")
}

func TestGrow_WaitsThroughTheReadOnlyWindow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	b.double.LeaveReadOnly("analytics", 25*time.Minute)
	b.Probe = b.readOnly
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	if !b.double.Writable("analytics") {
		t.Error("it is read-only still")
	}
}

// A control plane may call a warehouse available that takes no writes: the warehouse
// itself is asked.
func TestGrow_AsksTheWarehouseItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	asked := 0
	b.Probe = func(context.Context) error {
		if asked++; asked > 5 {
			return nil
		}
		return &archwire.Error{Code: archwire.Unavailable, Message: "the warehouse is read-only"}
	}
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil || asked != 6 {
		t.Fatalf("%v, asked %d times", err, asked)
	}
	asked = -1 << 20
	err := b.Lend(t.Context(), nightly(), "operator:ann", night)
	wantCode(t, err, archwire.Unavailable)
	if !strings.Contains(err.Error(), "the warehouse is read-only") {
		t.Errorf("%q does not say why", err)
	}
}

// Property: whatever goes wrong on the way, the changes that were begun are few, the
// cluster is in one of the declared shapes as soon as the faults are over, and no lease
// is left.
func TestShrink_AfterAnyFaults(t *testing.T) {
	t.Parallel()
	faults := []capacitytest.Error{capacitytest.Throttling, capacitytest.InternalError, capacitytest.InvalidState, capacitytest.ExpiredToken, capacitytest.NoMachines}
	actions := []string{"DescribeClusters", "DescribeResize", "DescribeNodeConfigurationOptions", "ResizeCluster", "PauseCluster", "ResumeCluster"}
	rapid.Check(t, func(r *rapid.T) {
		b := setup(t)
		b.double.AddCluster("analytics", "ra3.large", 3)
		terms := nightly()
		terms.Deadline = 25 * time.Minute
		b.Wait = func(ctx context.Context, d time.Duration) error { b.double.Advance(10 * d); return ctx.Err() }
		terms.Serve.Paused = rapid.Bool().Draw(r, "paused")
		for range rapid.IntRange(0, 4).Draw(r, "faults") {
			action := rapid.SampledFrom(actions).Draw(r, "action")
			switch rapid.IntRange(0, 3).Draw(r, "kind") {
			case 0:
				b.double.Lose(action)
			case 1:
				b.double.FailResize("analytics", "failed")
			case 2:
				b.double.LeaveReadOnly("analytics", time.Hour)
			default:
				b.double.Fail(action, rapid.SampledFrom(faults).Draw(r, "fault"), rapid.IntRange(1, 9).Draw(r, "times"))
			}
		}
		_ = b.Grow(r.Context(), terms, "run") // what it says depends on the faults
		_ = b.Shrink(r.Context())
		for i := 0; b.Shrink(r.Context()) != nil; i++ {
			if i > 60 {
				r.Fatal("it does not come to an end")
			}
		}
		if _, found, err := b.state.Lease(r.Context()); found || err != nil {
			r.Fatalf("a lease is left, %v", err)
		}
		if n, want := b.double.Nodes("analytics"), map[bool]int{true: 0, false: 3}[terms.Serve.Paused]; n != want {
			r.Fatalf("it has %d nodes, want %d", n, want)
		}
		if begun := b.double.Changes(); len(begun) > 12 {
			r.Fatalf("%d changes were begun: %q", len(begun), begun)
		}
	})
}
