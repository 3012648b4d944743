package state_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/state"
)

func aNotification(id, hook string) state.Notification {
	return state.Notification{ID: id, Hook: hook, Event: archwire.EventFailure, Run: "r", Body: `{"id":"` + id + `"}`}
}

func TestEnqueue_KeepsEachEventOncePerHook(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		changed := aNotification("e1", "h1")
		changed.Body = "other"
		if err := s.Enqueue(t.Context(), aNotification("e1", "h1"), aNotification("e1", "h2"), changed); err != nil {
			t.Fatal(err)
		}
		if err := s.Enqueue(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		got, err := s.Notifications(t.Context(), 9)
		want := []state.Notification{aNotification("e1", "h1"), aNotification("e1", "h2")}
		for i := range want {
			want[i].State, want[i].CreatedAt, want[i].NextAt = state.Pending, noon, noon
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestTake_HandsOutWhatIsDueOnceWithinItsLease(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		now := noon
		s := open(t, url, func() time.Time { return now })
		if err := s.Enqueue(t.Context(), aNotification("e1", "h1")); err != nil {
			t.Fatal(err)
		}
		n, found, err := s.Take(t.Context(), time.Minute)
		if err != nil || !found || n.Attempts != 1 || n.ID != "e1" {
			t.Fatalf("got %+v, %v, %v", n, found, err)
		}
		if again, found, err := s.Take(t.Context(), time.Minute); err != nil || found {
			t.Fatalf("it was handed out twice: %+v, %v", again, err)
		}
		now = now.Add(time.Minute) // whoever took it has died
		second, found, err := s.Take(t.Context(), time.Minute)
		if err != nil || !found || second.Attempts != 2 {
			t.Fatalf("after the lease: %+v, %v, %v", second, found, err)
		}
		n.State, n.EndedAt = state.GivenUp, now // not dead after all, but late
		if err := s.Settle(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		if pending, givenUp, err := s.Outbox(t.Context()); err != nil || pending != 1 || givenUp != 0 {
			t.Fatalf("a late one settled it: %d pending, %d given up, %v", pending, givenUp, err)
		}
		second.State, second.EndedAt, second.Answer = state.Delivered, now, "HTTP 204"
		if err := s.Settle(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		if _, found, err := s.Take(t.Context(), time.Minute); err != nil || found {
			t.Fatalf("what was delivered is handed out again: %v", err)
		}
		got, err := s.Notifications(t.Context(), 1)
		if diff := cmp.Diff([]state.Notification{second}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestTake_OfSeveralAtOnceGivesEachToOne(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		const all = 20
		for i := range all {
			if err := s.Enqueue(t.Context(), aNotification(string(rune('a'+i)), "h")); err != nil {
				t.Fatal(err)
			}
		}
		taken, errs := make(chan string, all*2), make(chan error)
		for range 4 {
			go func() {
				for {
					n, found, err := s.Take(t.Context(), time.Minute)
					if err != nil || !found {
						errs <- err
						return
					}
					taken <- n.ID
				}
			}()
		}
		for range 4 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		close(taken)
		seen := map[string]int{}
		for id := range taken {
			seen[id]++
		}
		if len(seen) != all {
			t.Errorf("%d of %d were handed out", len(seen), all)
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s was handed out %d times", id, n)
			}
		}
	})
}

func TestReplay_MakesAnEventPendingAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		if err := s.Enqueue(t.Context(), aNotification("e1", "h1"), aNotification("e1", "h2"), aNotification("e2", "h1")); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			n, _, err := s.Take(t.Context(), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			n.State, n.EndedAt = state.GivenUp, noon
			if err := s.Settle(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := s.Replay(t.Context(), "e1"); err != nil || n != 2 {
			t.Errorf("replayed %d, %v; want 2", n, err)
		}
		if pending, givenUp, err := s.Outbox(t.Context()); err != nil || pending != 2 || givenUp != 1 {
			t.Errorf("%d pending, %d given up, %v", pending, givenUp, err)
		}
		_, err := s.Replay(t.Context(), "e3")
		wantCode(t, err, archwire.NotFound)
	})
}

func TestEnqueue_ForgetsWhatEndedLongAgo(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		now := noon
		s := open(t, url, func() time.Time { return now })
		if err := s.Enqueue(t.Context(), aNotification("old", "h"), aNotification("stuck", "h")); err != nil {
			t.Fatal(err)
		}
		n, _, err := s.Take(t.Context(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		n.State, n.EndedAt = state.Delivered, now
		if err := s.Settle(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		now = now.Add(31 * 24 * time.Hour)
		if err := s.Enqueue(t.Context(), aNotification("new", "h")); err != nil {
			t.Fatal(err)
		}
		got, err := s.Notifications(t.Context(), 9)
		if err != nil || len(got) != 2 || got[0].ID != "new" || got[1].ID != "stuck" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestSaveRun_AnnouncesTheEndAndNothingBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		s.Announce(func(r archwire.Run) ([]state.Notification, error) {
			if r.ID == "odd" {
				return nil, errors.New("no words for it")
			}
			return []state.Notification{aNotification("end of "+string(r.ID), "h")}, nil
		})
		running := archwire.Run{ID: "a", State: archwire.Running, StartedAt: noon}
		if err := s.SaveRun(t.Context(), running); err != nil {
			t.Fatal(err)
		}
		if pending, _, err := s.Outbox(t.Context()); err != nil || pending != 0 {
			t.Fatalf("%d pending while it runs, %v", pending, err)
		}
		for range 2 { // saved twice is told once
			if err := s.SaveRun(t.Context(), aRun("a", 0)); err != nil {
				t.Fatal(err)
			}
		}
		if pending, _, err := s.Outbox(t.Context()); err != nil || pending != 1 {
			t.Fatalf("%d pending, %v", pending, err)
		}
		if err := s.SaveRun(t.Context(), aRun("odd", 0)); err == nil {
			t.Error("a run that could not be announced was saved without a word")
		}
		if _, err := s.Run(t.Context(), "odd"); archwire.CodeOf(err) != archwire.NotFound {
			t.Errorf("its end is remembered, and nobody was told: %v", err)
		}
	})
}

func TestLock_AnnouncesRunsThatWereCutOff(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		if err := s.SaveRun(t.Context(), archwire.Run{ID: "cut", State: archwire.Running, StartedAt: noon}); err != nil {
			t.Fatal(err)
		}
		s.Announce(func(r archwire.Run) ([]state.Notification, error) {
			return []state.Notification{aNotification(string(r.ID)+" "+string(r.Code), "h")}, nil
		})
		_, unlock, err := s.Lock(t.Context(), "next")
		if err != nil {
			t.Fatal(err)
		}
		defer unlock() //nolint:errcheck // the test is over
		got, err := s.Notifications(t.Context(), 9)
		if err != nil || len(got) != 1 || got[0].ID != "cut unavailable" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}
