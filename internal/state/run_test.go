package state_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func aRun(id archwire.RunID, minute int) archwire.Run {
	return archwire.Run{
		ID: id, State: archwire.Succeeded, Verb: archwire.Publish, AsOf: "2026-11-20",
		StartedAt: noon.Add(time.Duration(minute) * time.Minute), EndedAt: noon.Add(time.Duration(minute+1) * time.Minute),
		Rows: 1 << 40, Publication: "20261121T120000Z-4f9c",
		Steps: []archwire.Step{{Verb: archwire.Extract, Took: 3 * time.Second, Count: 9}, {Verb: archwire.LoadVerb}},
	}
}

func TestSaveRun_IsReadBack(t *testing.T) {
	s, _ := setup(t)
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
}

func TestSaveRun_ReplacesWhatWasRemembered(t *testing.T) {
	s, _ := setup(t)
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
	if diff := cmp.Diff([]archwire.Run{aRun("a", 0)}, runs); diff != "" {
		t.Errorf("Runs (-want +got):\n%s", diff)
	}
}

func TestRuns_AreTheLastOnesNewestFirst(t *testing.T) {
	s, _ := setup(t)
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
}

func TestRun_UnknownIsNotFound(t *testing.T) {
	s, _ := setup(t)
	_, err := s.Run(t.Context(), "nothing")
	wantCode(t, err, archwire.NotFound)
}
