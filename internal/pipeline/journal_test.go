package pipeline_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/progress"
)

// saved keeps each state of a run that it is told.
type saved struct {
	mu   sync.Mutex
	runs []archwire.Run
	err  error
}

func (s *saved) SaveRun(_ context.Context, r archwire.Run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.runs = append(s.runs, r)
	}
	return s.err
}

func (s *saved) Runs(context.Context, int) ([]archwire.Run, error) { return s.runs, nil }

func (s *saved) last() archwire.Run { return s.runs[len(s.runs)-1] }

func TestJournal_TellsHowFarARunIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &saved{}
		j := pipeline.NewJournal(kept, progress.Discard{}, time.Now)
		stop := j.Follow(t.Context())
		defer stop()
		save := func(r archwire.Run) {
			if err := j.SaveRun(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		run := archwire.Run{ID: "r", State: archwire.Running, Verb: archwire.Extract}
		save(run)
		j.Event(archwire.RunEvent{Verb: archwire.Extract, What: "a", Of: 100})
		j.Event(archwire.RunEvent{Verb: archwire.Extract, What: "b", Of: 50})
		time.Sleep(250 * time.Millisecond)
		for n := range int64(30) { // many at once are one moment
			j.Event(archwire.RunEvent{Verb: archwire.Extract, What: "a", Rows: n + 1, Of: 100})
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(kept.runs) != 2 {
			t.Fatalf("the run was saved %d times", len(kept.runs))
		}
		want := []archwire.Detail{
			{Verb: archwire.Extract, What: "a", State: archwire.UnderWay, Rows: 30, Of: 100, Took: 750 * time.Millisecond},
			{Verb: archwire.Extract, What: "b", State: archwire.Waiting, Of: 50},
		}
		if diff := cmp.Diff(want, kept.last().Details); diff != "" || kept.last().Rows != 30 {
			t.Errorf("after a second, %d rows (-want +got):\n%s", kept.last().Rows, diff)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if len(kept.runs) != 2 {
			t.Error("the run was saved although nothing happened")
		}

		// What the run's own details tell is told once.
		run.Verb, run.Rows = archwire.Refresh, 100
		run.Details = []archwire.Detail{{Verb: archwire.Extract, What: "a", Mode: "full", Rows: 100, Took: 3 * time.Second}}
		save(run)
		j.Event(archwire.RunEvent{Verb: archwire.Refresh, What: "m", Of: 1, Begun: true})
		time.Sleep(time.Second)
		synctest.Wait()
		want = append(run.Details, archwire.Detail{Verb: archwire.Extract, What: "b", State: archwire.Waiting, Of: 50},
			archwire.Detail{Verb: archwire.Refresh, What: "m", State: archwire.UnderWay, Of: 1, Took: kept.last().Details[2].Took})
		if diff := cmp.Diff(want, kept.last().Details); diff != "" || kept.last().Rows != 100 {
			t.Errorf("in the next step, %d rows (-want +got):\n%s", kept.last().Rows, diff)
		}

		run.State = archwire.Succeeded
		save(run)
		j.Event(archwire.RunEvent{Verb: archwire.Refresh, What: "late", Rows: 1})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff(run, kept.last()); diff != "" {
			t.Errorf("a run that has ended (-want +got):\n%s", diff)
		}
	})
}

// What was done before the run began is with it whenever it is saved.
func TestJournal_KeepsWhatWasBefore(t *testing.T) {
	kept := &saved{}
	j := pipeline.NewJournal(kept, progress.Discard{}, time.Now)
	grown, copied := archwire.Detail{Verb: archwire.LoadVerb, What: "warehouse", Mode: "grow"}, archwire.Detail{Verb: archwire.Extract, What: "a", Rows: 3}
	j.Began(grown)
	for _, details := range [][]archwire.Detail{nil, {copied}} {
		if err := j.SaveRun(t.Context(), archwire.Run{ID: "r", Details: details}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(append([]archwire.Detail{grown}, details...), kept.last().Details); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestJournal_TriesAgainWhatCouldNotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &saved{}
		j := pipeline.NewJournal(kept, progress.Discard{}, time.Now)
		defer j.Follow(t.Context())()
		if err := j.SaveRun(t.Context(), archwire.Run{ID: "r", State: archwire.Running}); err != nil {
			t.Fatal(err)
		}
		kept.err = errors.New("the disk is full")
		j.Event(archwire.RunEvent{Verb: archwire.Publish, What: "d", Rows: 3, Of: 9})
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		kept.mu.Lock()
		kept.err = nil
		kept.mu.Unlock()
		time.Sleep(time.Second)
		synctest.Wait()
		if len(kept.runs) != 2 || kept.last().Details[0].Rows != 3 {
			t.Errorf("saved are %+v", kept.runs)
		}
	})
}
