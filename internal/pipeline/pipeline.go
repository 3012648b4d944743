// Package pipeline runs the verbs in order: extract, load, refresh, verify,
// publish. It knows sources, warehouse and store by the root's interfaces only.
package pipeline

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
)

// Runs is where a run is remembered, so that others can see it.
type Runs interface {
	SaveRun(ctx context.Context, run archwire.Run) error
}

// Publisher makes a publication of what the warehouse holds.
type Publisher interface {
	Publish(ctx context.Context, in publish.Input) (archwire.Manifest, publish.Stats, error)
}

// A Runner runs a project.
type Runner struct {
	Project   *project.Project
	Open      func(ctx context.Context, s project.Source) (archwire.Source, error)
	Warehouse archwire.Warehouse
	Publisher Publisher
	Runs      Runs
	Sink      progress.Sink
	Now       func() time.Time
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

// Run runs the project once: every table is copied as of one instant per
// source, made visible at once, modelled, checked and published. Whatever
// fails, the last publication stays in service. The run that is returned is
// the one that was saved; it is complete also when there is an error.
func (r *Runner) Run(ctx context.Context, id archwire.RunID) (archwire.Run, error) {
	run := archwire.Run{ID: id, State: archwire.Running, StartedAt: r.Now().UTC(), Verb: archwire.Extract}
	if err := r.Runs.SaveRun(ctx, run); err != nil {
		return run, fmt.Errorf("saving the run: %w", err)
	}
	err := r.steps(ctx, &run)
	run.EndedAt = r.Now().UTC()
	run.State = archwire.Succeeded
	if err != nil {
		run.State = archwire.Failed
		run.Code, run.Error, run.Hint = archwire.CodeOf(err), archwire.MessageOf(err), archwire.HintOf(err)
	}
	// The end of a cancelled run is saved too.
	saveErr := r.Runs.SaveRun(context.WithoutCancel(ctx), run)
	if saveErr != nil {
		saveErr = fmt.Errorf("saving the end of the run: %w", saveErr)
	}
	return run, errors.Join(err, saveErr)
}

// steps is the run itself; run is kept up to date as it goes.
func (r *Runner) steps(ctx context.Context, run *archwire.Run) error {
	var verified []archwire.VerifiedTable
	err := r.copyTables(ctx, run, &verified)
	if err != nil {
		return err
	}
	err = r.step(ctx, run, archwire.Refresh, r.refresh)
	if err != nil {
		return err
	}
	err = r.step(ctx, run, archwire.Verify, func(ctx context.Context) (int64, error) {
		n, err := r.check(ctx)
		return int64(len(verified)) + n, err
	})
	if err != nil {
		return err
	}
	return r.step(ctx, run, archwire.Publish, func(ctx context.Context) (int64, error) {
		return r.publish(ctx, run, verified)
	})
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
	run.Steps = append(run.Steps, archwire.Step{Verb: verb, Took: took, Count: n})
	r.Sink.Event(archwire.RunEvent{Verb: verb, Rows: n, Of: n, Took: took, Done: true})
	return nil
}

// note tells a fact worth a line.
func (r *Runner) note(verb archwire.Verb, format string, args ...any) {
	r.Sink.Event(archwire.RunEvent{Verb: verb, Note: fmt.Sprintf(format, args...)})
}
