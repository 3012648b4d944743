package pipeline

import (
	"context"
	"slices"
	"sync"
	"time"

	"archwire"
	"archwire/internal/progress"
)

// tellEvery is how often a run that is under way is saved at most, so that others
// see how far it is.
const tellEvery = time.Second

// A Journal remembers runs and, while one is under way, how far it is: it is Runs
// and Sink of a Runner. What is told of a run while it goes on is for people to look
// at: nothing follows from it, and a moment of it that cannot be saved is passed over.
type Journal struct {
	runs Runs
	to   progress.Sink
	now  func() time.Time

	mu     sync.Mutex
	before []archwire.Detail
	run    archwire.Run // as it was saved last
	parts  []part       // of what it does, since then
	change bool         // something happened that was not saved
}

// A part is a table, model or dataset on its way.
type part struct {
	archwire.Detail
	began time.Time // zero while it waits
}

// NewJournal is the journal that keeps runs in runs and hands events on.
func NewJournal(runs Runs, to progress.Sink, now func() time.Time) *Journal {
	return &Journal{runs: runs, to: to, now: now}
}

// Began notes what happened before the run began: it is kept with the run's own details.
func (j *Journal) Began(details ...archwire.Detail) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.before = append(j.before, details...)
}

// Runs implements Runs.
func (j *Journal) Runs(ctx context.Context, limit int) ([]archwire.Run, error) {
	return j.runs.Runs(ctx, limit)
}

// SaveRun implements Runs. What the run's details tell is not told by its parts any
// more.
func (j *Journal) SaveRun(ctx context.Context, run archwire.Run) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	run.Details = slices.Concat(j.before, run.Details)
	run.Steps, run.Events = slices.Clone(run.Steps), slices.Clone(run.Events)
	if j.run.ID != run.ID {
		j.parts = nil
	}
	j.run, j.change = run, false
	j.parts = slices.DeleteFunc(j.parts, func(p part) bool {
		return slices.ContainsFunc(run.Details, func(d archwire.Detail) bool { return d.Verb == p.Verb && d.What == p.What })
	})
	return j.runs.SaveRun(ctx, run)
}

// Event implements progress.Sink.
func (j *Journal) Event(e archwire.RunEvent) {
	j.to.Event(e)
	if e.What == "" || e.Note != "" {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.IndexFunc(j.parts, func(p part) bool { return p.Verb == e.Verb && p.What == e.What })
	if i < 0 {
		i, j.parts = len(j.parts), append(j.parts, part{Detail: archwire.Detail{Verb: e.Verb, What: e.What, State: archwire.Waiting}})
	}
	j.parts[i].take(e, j.now())
	j.change = true
}

// take takes an event in.
func (p *part) take(e archwire.RunEvent, now time.Time) {
	p.Rows, p.Of = e.Rows, max(p.Of, e.Of)
	if p.began.IsZero() && (e.Begun || e.Rows > 0) {
		p.began, p.State = now, archwire.UnderWay
	}
	if e.Done {
		p.State, p.Of, p.Took = archwire.Ended, 0, e.Took
		if p.Took == 0 && !p.began.IsZero() {
			p.Took = now.Sub(p.began)
		}
	}
}

// Follow saves how far the run is, once a second while something happens, until stop
// is called or ctx ends. Stop waits for the last time.
func (j *Journal) Follow(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				j.tell(ctx)
			}
		}
	}()
	return func() { cancel(); <-done }
}

// tell saves the run with its parts, if it is under way.
func (j *Journal) tell(ctx context.Context) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.change || j.run.State != archwire.Running {
		return
	}
	run, now := j.run, j.now()
	run.Details = slices.Clone(run.Details)
	for _, p := range j.parts {
		if p.State == archwire.UnderWay {
			p.Took = now.Sub(p.began)
		}
		run.Details = append(run.Details, p.Detail)
		if p.Verb == archwire.Extract && run.Verb == archwire.Extract {
			run.Rows += p.Rows
		}
	}
	j.change = j.runs.SaveRun(ctx, run) != nil // as promised, it is tried again
}
