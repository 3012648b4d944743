package state_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/capacity"
	"archwire/internal/state"
)

var analytics = capacity.Place{Cluster: "analytics", Region: "us-east-1"}

func TestLease_IsOneAndOutlivesAProcess(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		if _, found, err := s.Lease(t.Context()); found || err != nil {
			t.Fatalf("before the first lease: found %t, %v", found, err)
		}
		first := capacity.Lease{Holder: "run", Since: noon, Phase: capacity.Growing, Terms: capacity.Terms{
			Place: analytics, Load: capacity.Shape{Nodes: 6, Type: "ra3.large"}, Serve: capacity.Shape{Nodes: 3, Paused: true}, Classic: true, Deadline: time.Hour,
		}}
		second := capacity.Lease{Holder: "operator:ann", Since: noon, Until: noon.Add(time.Hour), Phase: capacity.Held, Terms: capacity.Terms{
			Place: capacity.Place{Workgroup: "w", Region: "eu-west-1"}, Load: capacity.Shape{RPU: 64, MaxRPU: 128}, Serve: capacity.Shape{RPU: 8},
		}}
		for _, want := range []capacity.Lease{first, second} {
			if err := s.SaveLease(t.Context(), want); err != nil {
				t.Fatal(err)
			}
			got, found, err := open(t, url, at(noon)).Lease(t.Context())
			if diff := cmp.Diff(want, got); diff != "" || !found || err != nil {
				t.Fatalf("found %t, %v, -want +got:\n%s", found, err, diff)
			}
		}
		for range 2 { // dropping twice is dropping once
			if err := s.DropLease(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, found, err := s.Lease(t.Context()); found || err != nil {
			t.Fatalf("after the end: found %t, %v", found, err)
		}
	})
}

func TestSee_WritesDownWhatIsNew(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		see := func(after time.Duration, nodes int, holder string) capacity.Seen {
			seen := capacity.Seen{Place: analytics, At: noon.Add(after), Shape: capacity.Shape{Nodes: nodes}, Holder: holder}
			if err := s.See(t.Context(), seen); err != nil {
				t.Fatal(err)
			}
			return seen
		}
		three := see(0, 3, "")
		see(time.Minute, 3, "")
		six := see(time.Hour, 6, "run")
		see(time.Hour+time.Minute, 6, "run")
		again := see(2*time.Hour, 3, "")
		if err := s.See(t.Context(), capacity.Seen{Place: capacity.Place{Cluster: "other", Region: "us-east-1"}, At: noon.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		wantSeen(t, s, noon.Add(-time.Hour), three, six, again)
		wantSeen(t, s, noon.Add(30*time.Minute), three, six, again)
		wantSeen(t, s, noon.Add(time.Hour), six, again)
		wantSeen(t, s, noon.Add(48*time.Hour), again)

		// What is older than 400 days is forgotten, but for the last of it.
		late := see(402*24*time.Hour, 4, "")
		wantSeen(t, s, noon.Add(-time.Hour), again, late)
	})
}

func wantSeen(t *testing.T, s *state.Store, from time.Time, want ...capacity.Seen) {
	t.Helper()
	got, err := s.SeenSince(t.Context(), analytics, from)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("since %s: %v, -want +got:\n%s", from, err, diff)
	}
}
