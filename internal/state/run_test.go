package state_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/state"
)

func aRun(id archwire.RunID, minute int) archwire.Run {
	return archwire.Run{
		ID: id, State: archwire.Succeeded, Verb: archwire.Publish, AsOf: "2026-11-20",
		StartedAt: noon.Add(time.Duration(minute) * time.Minute), EndedAt: noon.Add(time.Duration(minute+1) * time.Minute),
		Rows: 1 << 40, Publication: "20261121T120000Z-4f9c",
		Steps:   []archwire.Step{{Verb: archwire.Extract, Took: 3 * time.Second, Count: 9}, {Verb: archwire.LoadVerb}},
		Resumes: "20261121T110000Z-aaaa", Events: []archwire.Event{archwire.EventDrift},
		Details: []archwire.Detail{
			{Verb: archwire.Extract, What: "rcm.payer", Mode: "full", Rows: 9, Changed: 2, Bytes: 700, Took: time.Second},
			{Verb: archwire.Refresh, What: "finance.daily", Skipped: true, Note: "nothing it reads has changed"},
		},
	}
}

func TestSaveRun_IsReadBack(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		running := archwire.Run{ID: "a", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
		failed := aRun("b", 1)
		failed.State, failed.Error, failed.Hint, failed.Code = archwire.Failed, "it's broken", "do this", archwire.Mismatch
		for _, want := range []archwire.Run{running, failed, aRun("c", 2)} {
			if err := s.SaveRun(t.Context(), want); err != nil {
				t.Fatal(err)
			}
			got, err := s.Run(t.Context(), want.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("run %s (-want +got):\n%s", want.ID, diff)
			}
		}
	})
}

func TestSaveRun_ReplacesWhatWasRemembered(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		first := archwire.Run{ID: "a", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
		for _, r := range []archwire.Run{first, aRun("a", 0)} {
			if err := s.SaveRun(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		runs, err := s.Runs(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		want := aRun("a", 0)
		want.Details = nil // a list leaves them out
		if diff := cmp.Diff([]archwire.Run{want}, runs); diff != "" {
			t.Errorf("Runs (-want +got):\n%s", diff)
		}
	})
}

// What happened around a run is added to it, and who was told of the run is not told of
// it again.
func TestAddDetails_TellsNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		told := 0
		s.Announce(func(archwire.Run) ([]state.Notification, error) {
			told++
			return nil, nil
		})
		want := aRun("a", 1)
		if err := s.SaveRun(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		shrunk := archwire.Detail{Verb: archwire.Serve, What: "warehouse", Mode: "shrink", Note: "from 6 nodes to 3", Took: time.Minute}
		for _, id := range []archwire.RunID{"a", "nobody's"} {
			if err := s.AddDetails(t.Context(), id, []archwire.Detail{shrunk}); err != nil {
				t.Fatal(err)
			}
		}
		want.Details = append(want.Details, shrunk)
		got, err := s.Run(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || told != 1 {
			t.Errorf("told %d times, -want +got:\n%s", told, diff)
		}
		if _, err := s.Run(t.Context(), "nobody's"); archwire.CodeOf(err) != archwire.NotFound {
			t.Errorf("a run that was never saved: %v", err)
		}
	})
}

func TestRuns_AreTheLastOnesNewestFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		for i, id := range []archwire.RunID{"x", "b", "z", "a"} {
			if err := s.SaveRun(t.Context(), aRun(id, i)); err != nil {
				t.Fatal(err)
			}
		}
		runs, err := s.Runs(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		var got []archwire.RunID
		for _, r := range runs {
			got = append(got, r.ID)
		}
		if diff := cmp.Diff([]archwire.RunID{"a", "z", "b"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRun_UnknownIsNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		_, err := s.Run(t.Context(), "nothing")
		wantCode(t, err, archwire.NotFound)
	})
}

func TestLastSuccess_IsTheNewestRunThatSucceeded(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		if _, found, err := s.LastSuccess(t.Context()); err != nil || found {
			t.Fatalf("found %v, %v before any run", found, err)
		}
		failed := aRun("c", 3)
		failed.State = archwire.Failed
		for _, r := range []archwire.Run{aRun("b", 2), aRun("a", 1), failed} {
			if err := s.SaveRun(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		if r, found, err := s.LastSuccess(t.Context()); err != nil || !found || r.ID != "b" {
			t.Errorf("got %+v, %v, %v", r, found, err)
		}
	})
}
