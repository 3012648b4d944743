package state_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archwire/internal/state"
)

func spend(t *testing.T, s *state.Store, id string, until time.Time) bool {
	t.Helper()
	first, err := s.Spend(t.Context(), id, until)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

func TestSpend_IsFirstOnceOnAllServers(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const servers = 6
		var firsts atomic.Int32
		var all sync.WaitGroup
		for range servers {
			s := open(t, url, at(noon))
			all.Go(func() {
				first, err := s.Spend(context.Background(), "one", noon.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if first {
					firsts.Add(1)
				}
			})
		}
		all.Wait()
		if firsts.Load() != 1 {
			t.Errorf("%d of %d servers took the assertion", firsts.Load(), servers)
		}
		if !spend(t, open(t, url, at(noon)), "another", noon.Add(time.Minute)) {
			t.Error("another assertion is taken for the first")
		}
	})
}

func TestSpend_OutlastsClocksThatDiffer(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		end := noon.Add(time.Minute)
		spend(t, open(t, url, at(noon)), "one", end)
		ahead := open(t, url, at(noon.Add(23*time.Hour)))
		spend(t, ahead, "two", noon.Add(24*time.Hour)) // sweeps
		for name, s := range map[string]*state.Store{
			"the same clock": open(t, url, at(noon)), "a clock ahead": ahead, "a clock behind": open(t, url, at(noon.Add(-time.Hour))),
		} {
			if spend(t, s, "one", end) {
				t.Errorf("by %s the assertion is good a second time", name)
			}
		}
		much := open(t, url, at(noon.Add(48*time.Hour)))
		if spend(t, much, "three", noon.Add(49*time.Hour)); !spend(t, much, "one", end) {
			t.Error("what ended two days ago is remembered still")
		}
	})
}
