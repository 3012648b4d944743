package capacity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
)

// killed has a process die after so many waits of growing: nothing of it runs any more.
func killed(t *testing.T, b *bundle, waits int) {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	b.waited = func() {
		if waits--; waits <= 0 {
			kill()
		}
	}
	if err := b.Grow(ctx, nightly(), "dead"); waits <= 0 && err == nil {
		t.Fatal("it has not noticed")
	}
	b.waited = nil
}

// Whenever the process is killed, the next run takes the lease over and begins no
// second resize, and the warehouse is small at its end.
func TestGrow_TakesOverWhatAKilledRunLeft(t *testing.T) {
	t.Parallel()
	for waits := 1; waits < 40; waits += 5 {
		b := setup(t)
		b.double.AddCluster("analytics", "ra3.large", 3)
		killed(t, b, waits)
		if err := b.Grow(t.Context(), nightly(), "next"); err != nil {
			t.Fatal(err)
		}
		b.wantChanges(t, 6, "available", resizeTo("6"))
		b.wantLease(t, "next", capacity.Held)
		if !strings.Contains(strings.Join(b.told, "\n"), "dead") {
			t.Errorf("it is not told whose lease was taken over: %q", b.told)
		}
		if err := b.Shrink(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
	}
}

// Whoever else finds the lease ends it, when the growing is over that was under way.
func TestShrink_EndsWhatAKilledRunLeft(t *testing.T) {
	t.Parallel()
	for waits := 1; waits < 40; waits += 5 {
		b := setup(t)
		b.double.AddCluster("analytics", "ra3.large", 3)
		killed(t, b, waits)
		if err := b.Shrink(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
		b.wantLease(t, "", "")
	}
}

// A process that is told to stop asks for the smaller shape, and does not wait for it.
func TestShrink_IsAskedForWhenTheProcessIsToldToStop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	wantCode(t, b.Shrink(ctx), archwire.Unavailable)
	b.wantChanges(t, 6, "available, prep-for-resize", resizeTo("6"), resizeTo("3"))
	b.wantLease(t, "run", capacity.Shrinking)
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 3, "available", resizeTo("6"), resizeTo("3"))
	b.wantLease(t, "", "")
}

// A resize that somebody began by hand is waited for.
func TestGrow_WaitsForSomebodyElsesResize(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	plane, err := b.Open(t.Context(), analytics)
	if err != nil {
		t.Fatal(err)
	}
	if err := plane.Resize(t.Context(), capacity.Shape{Nodes: 4}, false); err != nil {
		t.Fatal(err)
	}
	if err := b.Grow(t.Context(), nightly(), "run"); err != nil {
		t.Fatal(err)
	}
	b.wantChanges(t, 6, "available", resizeTo("4"), resizeTo("6"))
}

// The lease says which warehouse is to be shrunk to what, whatever the project says by now.
func TestGrow_EndsTheLeaseOfAnotherPlaceFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.double.AddCluster("analytics", "ra3.large", 3)
	b.double.AddCluster("another", "ra3.xlplus", 2)
	killed(t, b, 30)
	terms := nightly()
	terms.Place.Cluster, terms.Load.Nodes, terms.Serve.Nodes = "another", 4, 2
	if err := b.Grow(t.Context(), terms, "run"); err != nil {
		t.Fatal(err)
	}
	if n := b.double.Nodes("analytics"); n != 3 {
		t.Errorf("the one that was left behind has %d nodes", n)
	}
	if n := b.double.Nodes("another"); n != 4 {
		t.Errorf("the project's has %d nodes", n)
	}
	b.wantLease(t, "run", capacity.Held)
}

func TestShrink_OfWhatIsNotThereAnyMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	l := capacity.Lease{Holder: "dead", Since: night, Phase: capacity.Held, Terms: nightly()}
	l.Terms.Place = capacity.Place{Cluster: "deleted", Region: capacitytest.Region}
	l.Terms.Deadline = time.Minute
	if err := b.state.SaveLease(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if err := b.Shrink(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantLease(t, "", "")
}
