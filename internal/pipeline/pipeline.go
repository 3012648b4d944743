// Package pipeline runs the verbs in order: extract, load, refresh, verify,
// publish. It knows sources, warehouse and store by the root's interfaces only.
package pipeline

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
)

// Runs is where runs are remembered, so that others can see them. Runs lists the
// last ones, the newest first.
type Runs interface {
	SaveRun(ctx context.Context, run archwire.Run) error
	Runs(ctx context.Context, limit int) ([]archwire.Run, error)
}

// Publisher makes a publication of what the warehouse holds.
type Publisher interface {
	Publish(ctx context.Context, in publish.Input) (archwire.Manifest, publish.Stats, error)
	Collect(ctx context.Context, keep int, grace time.Duration) (publish.Collected, error)
}

// A Runner runs a project.
type Runner struct {
	Project    *project.Project
	Open       func(ctx context.Context, s project.Source) (archwire.Source, error)
	Warehouse  archwire.Warehouse
	Engine     model.Engine                                                                      // understands the project's statements
	Understand func(ctx context.Context, p *project.Project) (model.Engine, func() error, error) // makes such an engine
	Publisher  Publisher
	Runs       Runs
	Sink       progress.Sink
	Now        func() time.Time

	// Contracts is asked whether p may be published for a business date: before anything
	// is read, when the date may be "" for one that is not known yet, and before
	// anything is published. It returns what is worth a line. nil allows everything.
	Contracts func(ctx context.Context, p *project.Project, on archwire.Day) (notes []string, err error)

	AcceptDeletes bool // whatever share of a table has vanished
	VerifyAll     bool // compare all values, not a share of them
	Repair        bool // read rows again that differ, instead of failing

	tenantCount int
	fewRows     int64                          // 0 is the number of that name
	ways        map[string]model.Way           // how each model is refreshed
	departures  map[string][]project.Departure // of each source, those that are left after following it
	dialect     string                         // what queries mean to the warehouse; "" is not known
}

// A CheckFailure is a check that found rows. It carries the first of them for
// the person at the terminal; they are never logged or stored.
type CheckFailure struct {
	Check   string
	File    string
	Columns []string
	Rows    [][]string
}

// Error names the check and holds none of the rows.
func (f *CheckFailure) Error() string {
	return fmt.Sprintf("check %s found rows that must not exist", f.Check)
}

// NewRunID makes the name of a run that starts now: a UTC time and a short
// random suffix, sortable.
func NewRunID(now time.Time) archwire.RunID {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return archwire.RunID(now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:]))
}

// Run runs the project once: what changed in each table is copied as of one
// instant per source and proved equal, made visible at once, modelled, checked
// and published. Whatever fails, the last publication stays in service, and the
// next run goes on from the last step that was completed. The run that is
// returned is the one that was saved; it is complete also when there is an error.
func (r *Runner) Run(ctx context.Context, id archwire.RunID) (archwire.Run, error) {
	run := archwire.Run{ID: id, State: archwire.Running, StartedAt: r.Now().UTC(), Verb: archwire.Extract}
	var before *loaded
	if !r.AcceptDeletes && !r.VerifyAll && !r.Repair { // these are about rows of the sources
		var err error
		if before, err = r.unpublished(ctx); err != nil {
			return run, fmt.Errorf("looking for what the last run left: %w", err)
		}
	}
	if err := r.Runs.SaveRun(ctx, run); err != nil {
		return run, fmt.Errorf("saving the run: %w", err)
	}
	err := interrupted(ctx, r.steps(ctx, &run, before))
	if wrong(err) {
		err = errors.Join(err, r.forget(context.WithoutCancel(ctx)))
	}
	run.EndedAt = r.Now().UTC()
	run.State = archwire.Succeeded
	if err != nil {
		run.State = archwire.Failed
		run.Code, run.Error, run.Hint = archwire.CodeOf(err), archwire.MessageOf(err), archwire.HintOf(err)
		if _, braked := errors.AsType[*DeleteBrake](err); braked {
			run.Events = append(run.Events, archwire.EventBrake)
		}
	}
	// The end of a cancelled run is saved too.
	saveErr := r.Runs.SaveRun(context.WithoutCancel(ctx), run)
	if saveErr != nil {
		saveErr = fmt.Errorf("saving the end of the run: %w", saveErr)
	}
	return run, errors.Join(err, saveErr)
}

// steps is the run itself; run is kept up to date as it goes. l is what an
// earlier run has loaded and this one goes on from, or nil.
func (r *Runner) steps(ctx context.Context, run *archwire.Run, l *loaded) error {
	if l != nil {
		run.Resumes, run.AsOf, run.Rows = l.Run, l.AsOf, l.Rows
		r.note(archwire.LoadVerb, "goes on from what run %s has loaded", l.Run)
	} else {
		var err error
		if l, err = r.copyTables(ctx, run); err != nil {
			return err
		}
	}
	var err error
	if r.ways == nil {
		if r.ways, err = model.Ways(ctx, r.Project, r.Engine); err != nil {
			return fmt.Errorf("reading the models: %w", err)
		}
	}
	if err := r.learnDialect(ctx); err != nil {
		return err
	}
	if err := r.proveKeys(ctx, run); err != nil {
		return err
	}
	tenants, err := r.tenants(ctx)
	if err != nil {
		return err
	}
	r.tenantCount = len(tenants)
	err = r.step(ctx, run, archwire.Refresh, func(ctx context.Context) (int64, error) { return r.refresh(ctx, run) })
	if err != nil {
		return err
	}
	err = r.step(ctx, run, archwire.Verify, func(ctx context.Context) (int64, error) { return r.proveModels(ctx, run) })
	if err != nil {
		return err
	}
	err = r.step(ctx, run, archwire.Publish, func(ctx context.Context) (int64, error) {
		return r.publish(ctx, run, l.Verified, tenants)
	})
	if err != nil {
		return err
	}
	r.collect(ctx)
	return r.forget(ctx)
}

// step runs one verb, times it and remembers it in the run.
func (r *Runner) step(ctx context.Context, run *archwire.Run, verb archwire.Verb, do func(context.Context) (int64, error)) error {
	run.Verb = verb
	if err := r.Runs.SaveRun(ctx, *run); err != nil {
		return fmt.Errorf("saving the run: %w", err)
	}
	start := r.Now()
	n, err := do(ctx)
	if err != nil {
		return err
	}
	took := r.Now().Sub(start)
	run.Steps = addStep(run.Steps, archwire.Step{Verb: verb, Took: took, Count: n})
	r.Sink.Event(archwire.RunEvent{Verb: verb, Rows: n, Of: n, Took: took, Done: true})
	return nil
}

// addStep keeps one step a verb, in the order of the verbs: a run verifies its
// copies before they become visible, and its models after they were refreshed.
func addStep(steps []archwire.Step, s archwire.Step) []archwire.Step {
	for i := range steps {
		if steps[i].Verb == s.Verb {
			steps[i].Took += s.Took
			steps[i].Count += s.Count
			return steps
		}
	}
	steps = append(steps, s)
	order := archwire.Verbs()
	slices.SortFunc(steps, func(a, b archwire.Step) int { return slices.Index(order, a.Verb) - slices.Index(order, b.Verb) })
	return steps
}

// note tells a fact worth a line.
func (r *Runner) note(verb archwire.Verb, format string, args ...any) {
	r.Sink.Event(archwire.RunEvent{Verb: verb, Note: fmt.Sprintf(format, args...)})
}
