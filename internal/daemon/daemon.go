// Package daemon waits for the schedule of a project and runs it: one run at a
// time, missed runs once, and again what failed for a reason that can pass.
package daemon

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"archwire"
	"archwire/internal/schedule"
)

const (
	turnTime    = time.Minute      // how long to sleep at most: clocks are set, and others run the project too
	tickTime    = 30 * time.Second // between two ticks
	firstRetry  = time.Minute      // after a run that failed for a reason that can pass, then twice as long each time
	lastRetry   = 30 * time.Minute
	runsLooked  = 20 // of the journal, to count failures in a row
	unhealthyIn = 5 * time.Minute
)

// ErrNotWanted is what Run returns when somebody else has done the run.
var ErrNotWanted = errors.New("the run is not wanted any more")

// A Daemon runs a project by its schedule. The fields must be set before Loop.
type Daemon struct {
	Schedule schedule.Cron
	Zone     *time.Location

	// Journal lists the last runs, the newest first.
	Journal func(ctx context.Context, limit int) ([]archwire.Run, error)

	// Run takes the run lock, asks wanted with the runs that are in the journal
	// then, and runs, or returns ErrNotWanted. When another process is at work its
	// error has code Conflict.
	Run func(ctx context.Context, wanted func([]archwire.Run) bool) (archwire.Run, error)

	// Left is called when nothing is due, once a minute or so, never during a run. It
	// returns what is left to do of runs that are over, which may take as long as it
	// does; nil is nothing. Left may be nil.
	Left func(ctx context.Context) (do func(context.Context))

	// Tick is called every half minute, during runs too: to send notifications and
	// to see what is late.
	Tick func(ctx context.Context)

	Now     func() time.Time
	Log     *slog.Logger
	Metrics *Metrics
	AtOnce  bool // run once at start, whatever the schedule says

	started   time.Time
	stuck     int       // attempts in a row that did not come to be a run
	notBefore time.Time // of the next attempt, after one of these

	mu       sync.Mutex
	turned   time.Time // the last turn's end
	running  bool
	troubled error // of the last turn: the state cannot be read
}

// Loop runs until ctx ends. Then the run under way is stopped, in such a way that
// the next one goes on from it, and Loop returns.
func (d *Daemon) Loop(ctx context.Context) {
	d.started = d.Now()
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for ctx.Err() == nil {
			d.Tick(ctx)
			sleep(ctx, tickTime)
		}
	})
	for ctx.Err() == nil {
		sleep(ctx, min(d.turn(ctx), turnTime))
	}
	ticking.Wait()
}

// turn runs what is due, and returns how long nothing will be.
func (d *Daemon) turn(ctx context.Context) time.Duration {
	runs, err := d.Journal(ctx, runsLooked)
	d.note(err)
	if err != nil {
		if ctx.Err() == nil {
			d.Log.WarnContext(ctx, "the journal cannot be read", "err", err)
		}
		return turnTime
	}
	next, now := d.next(runs, d.Now()), d.Now()
	d.Metrics.next(next)
	if next.After(now) {
		d.finish(ctx)
		return next.Sub(now)
	}
	d.attempt(ctx)
	return 0
}

// finish does what is left of runs that are over.
func (d *Daemon) finish(ctx context.Context) {
	if d.Left == nil {
		return
	}
	if do := d.Left(ctx); do != nil {
		d.setRunning(true)
		defer d.setRunning(false)
		do(ctx)
	}
}

// next is when the project is to run next, given the last runs; a time that is
// not after now means at once.
func (d *Daemon) next(runs []archwire.Run, now time.Time) time.Time {
	if d.AtOnce {
		return later(now, d.notBefore)
	}
	since := d.started // before the first run nothing is missed
	if len(runs) > 0 {
		since = runs[0].StartedAt
	}
	if len(runs) > 0 && runs[0].State == archwire.Running {
		return later(now, d.notBefore) // another process runs, or died: the lock will tell
	}
	if due := d.Schedule.Due(since, now, d.Zone); !due.IsZero() {
		return later(due, d.notBefore)
	}
	next := d.Schedule.Next(now, d.Zone)
	if failed := failures(runs); failed > 0 {
		retry := runs[0].EndedAt.Add(backoff(failed, string(runs[0].ID)))
		if retry.Before(next) {
			next = retry
		}
	}
	return later(next, d.notBefore)
}

// attempt tries to run the project.
func (d *Daemon) attempt(ctx context.Context) {
	d.setRunning(true)
	defer d.setRunning(false)
	run, err := d.Run(ctx, func(runs []archwire.Run) bool { return !d.next(runs, d.Now()).After(d.Now()) })
	switch {
	case errors.Is(err, ErrNotWanted):
		d.stuck, d.notBefore = 0, time.Time{}
	case archwire.CodeOf(err) == archwire.Conflict:
		d.Log.InfoContext(ctx, "another process runs the project", "err", err)
		d.notBefore = d.Now().Add(turnTime)
	case run.EndedAt.IsZero(): // it did not come to a run, so the journal knows nothing of it
		if ctx.Err() != nil {
			return
		}
		d.stuck++
		d.notBefore = d.Now().Add(backoff(d.stuck, "stuck"))
		d.Log.ErrorContext(ctx, "no run could be started", "code", archwire.CodeOf(err), "err", err, "hint", archwire.HintOf(err))
	default:
		d.stuck, d.notBefore, d.AtOnce = 0, time.Time{}, false
		d.Metrics.ended(run)
		d.report(ctx, run, err)
	}
}

func (d *Daemon) report(ctx context.Context, run archwire.Run, err error) {
	if err == nil {
		d.Log.InfoContext(ctx, "run succeeded", "run_id", run.ID, "publication", run.Publication, "rows", run.Rows, "took", run.EndedAt.Sub(run.StartedAt))
		return
	}
	d.Log.ErrorContext(ctx, "run failed", "run_id", run.ID, "verb", run.Verb, "code", run.Code, "err", run.Error, "hint", run.Hint)
}

// failures is how many of the last runs in a row failed for a reason that can
// pass.
func failures(runs []archwire.Run) int {
	for i, r := range runs {
		if r.State != archwire.Failed || r.Code != archwire.Unavailable {
			return i
		}
	}
	return len(runs)
}

// backoff is how long to wait after so many failures. A quarter of it depends on
// name, so that several that failed together do not come back together.
func backoff(failed int, name string) time.Duration {
	wait := min(firstRetry<<min(failed-1, 10), lastRetry)
	h := fnv.New32a()
	h.Write([]byte(name))
	return wait - time.Duration(h.Sum32()%1000)*wait/4000
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
