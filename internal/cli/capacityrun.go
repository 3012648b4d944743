package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/redshift"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/state"
)

// stillLarge is the error for a warehouse that has not shrunk after work that succeeded.
type stillLarge struct{ error }

// Unwrap shows what is within.
func (s stillLarge) Unwrap() error { return s.error }

// loadShape has a warehouse in the shape that a run needs.
func loadShape(t capacity.Terms) capacity.Terms { return t }

// awakeShape has it in the shape that it has between runs, but not paused.
func awakeShape(t capacity.Terms) capacity.Terms {
	t.Load = t.Serve
	t.Load.Paused = false
	return t
}

// sized sees to the warehouse's capacity while somebody holds the run lock.
type sized struct {
	*capacity.Manager

	runs *state.Store
	verb archwire.Verb // what is told is told under it
	told []string      // since the last way began
}

// warehousePart is what a run's details call the warehouse whose size changed.
const warehousePart = "warehouse"

// did is what came of a way that began at a time, for the run's details; nothing if
// nothing had to be done.
func (s *sized) did(mode string, began time.Time) (details []archwire.Detail) {
	if len(s.told) > 0 {
		details = []archwire.Detail{{Verb: s.verb, What: warehousePart, Mode: mode, Note: strings.Join(s.told, "; "), Took: s.Now().Sub(began)}}
	}
	s.told = nil
	return details
}

// sized sees to the capacity of p's warehouse.
func (a *app) sized(p *project.Project, st *state.Store, sink progress.Sink) *sized {
	s := &sized{runs: st, verb: archwire.LoadVerb}
	s.Manager = &capacity.Manager{
		Open: func(ctx context.Context, p capacity.Place) (capacity.ControlPlane, error) {
			return redshift.Open(ctx, p)
		},
		Leases: st, Probe: probe(p), Now: a.Now, Wait: pause,
		Tell: func(says string) {
			s.told = append(s.told, says)
			sink.Event(archwire.RunEvent{Verb: s.verb, Note: says})
		},
	}
	return s
}

// grow has the warehouse grow, if the project says so, and tells what it did.
func (s *sized) grow(ctx context.Context, p *project.Project, size func(capacity.Terms) capacity.Terms, holder string) ([]archwire.Detail, error) {
	if p.Capacity == nil {
		return nil, nil
	}
	began := s.Now()
	err := s.Grow(ctx, size(p.Capacity.Terms), holder)
	return s.did("grow", began), err //nolint:wrapcheck // says what it did
}

// shrink ends what grow began, and what was left behind where the project says nothing
// any more. asked is the context of who asked for the work, held of what was done under
// the run lock, err how it ended. Whoever has lost the lock leaves the warehouse to
// the one who has it. What was done is remembered with the run.
func (s *sized) shrink(asked, held context.Context, run runID, err error) error {
	if held.Err() != nil && asked.Err() == nil {
		return err
	}
	s.verb = archwire.Serve
	began := s.Now()
	large := s.Shrink(held)
	if details := s.did("shrink", began); details != nil {
		err = errors.Join(err, s.runs.AddDetails(context.WithoutCancel(held), run, details))
	}
	switch {
	case large == nil:
		return err
	case err == nil:
		return stillLarge{large}
	}
	return errors.Join(err, large)
}

// endLease ends the lease that was left behind, unless somebody works or it is to be kept.
func (a *app) endLease(ctx context.Context, p *project.Project, st *state.Store) (err error) {
	l, found, err := st.Lease(ctx)
	if err != nil || !found || l.Kept(a.Now()) {
		return err
	}
	held, unlock, err := st.Lock(ctx, "capacity")
	if archwire.CodeOf(err) == archwire.Conflict {
		return nil // who works ends it
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return a.sized(p, st, a.sink()).shrink(ctx, held, runID(l.Holder), nil)
}

// probe asks the warehouse of a project whether it takes writes; nil where it has no
// capacity of its own.
func probe(p *project.Project) func(context.Context) error {
	if p.Warehouse.Engine == "duckdb" {
		return nil
	}
	return func(ctx context.Context) (err error) {
		wh, err := openWarehouse(ctx, p)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, wh.Close()) }()
		if prober, ok := wh.(capacity.Prober); ok {
			return prober.Writable(ctx) //nolint:wrapcheck // says what it asked
		}
		return nil
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting: %w", context.Cause(ctx))
	case <-timer.C:
		return nil
	}
}
