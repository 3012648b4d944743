package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/daemon"
	"archwire/internal/freshness"
	"archwire/internal/notify"
	"archwire/internal/pipeline"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/state"
)

// daemonOptions are the flags of run that make it wait for the schedule.
type daemonOptions struct {
	daemon, now bool
	metrics     string
	run         runOptions
}

// withDaemon lets a run command wait for the schedule.
func withDaemon(a *app, cmd *cobra.Command) *cobra.Command {
	var o daemonOptions
	once := cmd.RunE
	cmd.Long += `

With --daemon it waits for the project's schedule and runs until it is told to
stop. Runs that were missed are caught up once. What failed for a reason that can
pass is tried again, after a minute at first and half an hour at most. TERM stops
the run under way; the next one goes on from it. The project's files are read
again before each run, its schedule when the daemon starts.`
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		accept, _ := cmd.Flags().GetBool("accept-deletes") // the flag is the run command's own
		switch {
		case !o.daemon && (o.now || o.metrics != ""):
			return &archwire.Error{Code: archwire.Invalid, Message: "--now and --metrics-listen go with --daemon", Hint: "Add --daemon, or leave them out."}
		case !o.daemon:
			return once(cmd, args)
		case accept:
			return &archwire.Error{
				Code: archwire.Invalid, Message: "--accept-deletes is for one run that a person has looked at, not for a daemon",
				Hint: "Run archwire run --accept-deletes beside the daemon, once.",
			}
		}
		o.run.repair, _ = cmd.Flags().GetBool("repair")
		o.run.verifyAll, _ = cmd.Flags().GetBool("verify-all")
		return a.daemon(cmd.Context(), o)
	}
	cmd.Flags().BoolVar(&o.daemon, "daemon", false, "wait for the project's schedule, and run by it")
	cmd.Flags().BoolVar(&o.now, "now", false, "with --daemon: run once at the start, too")
	cmd.Flags().StringVar(&o.metrics, "metrics-listen", "", "with --daemon: the address for Prometheus (/metrics) and /healthz; none when empty")
	return cmd
}

// daemon runs the project by its schedule until ctx ends.
func (a *app) daemon(ctx context.Context, o daemonOptions) (err error) {
	p, err := a.load()
	if err != nil {
		return err
	}
	if !p.Schedule.Run.Set() {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("project %s has no schedule to wait for", p.Name),
			Hint: `Write one in archwire.yaml: schedule: {run: "30 1 * * *", timezone: America/Denver}`,
		}
	}
	if _, err := p.ResolveHooks(); err != nil {
		return err
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	quiet := *a
	quiet.quiet = true
	w := &watchman{app: &quiet, state: st, log: slog.New(slog.NewJSONHandler(a.Err, nil)), metrics: daemon.NewMetrics(), options: o.run}
	w.project.Store(p)
	d := &daemon.Daemon{
		Schedule: p.Schedule.Run, Zone: p.Schedule.Timezone, Journal: st.Runs, Run: w.run, Tick: w.tick, Left: w.left,
		Now: a.Now, Log: w.log, Metrics: w.metrics, AtOnce: o.now,
	}
	if last, found, err := st.LastSuccess(ctx); err != nil {
		return err
	} else if found {
		w.metrics.Succeeded(last.EndedAt)
	}
	if o.metrics != "" {
		address, closed, err := d.Listen(ctx, o.metrics)
		if err != nil {
			return err
		}
		defer func() { <-closed }()
		fmt.Fprintf(a.Out, "metrics on http://%s/metrics\n", address)
	}
	fmt.Fprintf(a.Out, "waiting for %s, %s: next on %s\n", p.Schedule.Run, p.Schedule.Timezone,
		p.Schedule.Run.Next(a.Now(), p.Schedule.Timezone).Format("Mon 2006-01-02 15:04 MST"))
	d.Loop(ctx)
	return nil
}

// A watchman does for a daemon what needs the project.
type watchman struct {
	*app
	state   *state.Store
	log     *slog.Logger
	metrics *daemon.Metrics
	options runOptions
	project atomic.Pointer[project.Project] // as it was read last

	late      archwire.PublicationID // the last one that hooks were told is late
	notBefore time.Time              // of the next attempt to end a lease, after one that failed
}

// leaseRetry is between two attempts to end a lease.
const leaseRetry = 5 * time.Minute

// run reads the project again and runs it.
func (w *watchman) run(ctx context.Context, wanted func([]archwire.Run) bool) (archwire.Run, error) {
	p, err := w.load()
	if err != nil {
		return archwire.Run{}, err
	}
	w.project.Store(p)
	o := w.options
	o.wanted = wanted
	run, err := w.app.run(ctx, p, o)
	if large, ok := errors.AsType[stillLarge](err); ok { // left tries again
		w.log.WarnContext(ctx, "the warehouse has not shrunk after a run", "run_id", run.ID, "err", large, "hint", archwire.HintOf(large))
		err = nil
	}
	return run, err
}

// left is to end a lease of the warehouse's capacity that a run left behind.
func (w *watchman) left(ctx context.Context) func(context.Context) {
	if w.Now().Before(w.notBefore) {
		return nil
	}
	l, found, err := w.state.Lease(ctx)
	if err == nil && (!found || l.Kept(w.Now())) {
		return nil
	}
	return func(ctx context.Context) {
		if err == nil {
			err = w.endLease(ctx, w.project.Load(), w.state)
		}
		if err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "the warehouse has not shrunk", "code", archwire.CodeOf(err), "err", err, "hint", archwire.HintOf(err))
			w.notBefore = w.Now().Add(leaseRetry)
		}
	}
}

// stillWanted asks whether a run is wanted, given the journal as it is now.
func stillWanted(ctx context.Context, runs pipeline.Runs, wanted func([]archwire.Run) bool) error {
	if wanted == nil {
		return nil
	}
	last, err := runs.Runs(ctx, 20)
	if err == nil && !wanted(last) {
		err = daemon.ErrNotWanted
	}
	return err
}

// tick sees what is late and sends what waits to be sent.
func (w *watchman) tick(ctx context.Context) {
	p := w.project.Load()
	err := errors.Join(w.watch(ctx, p), together(ctx, p, w.state, w.log, w.deliver, w.noticeAndTell))
	pending, givenUp, errCount := w.state.Outbox(ctx)
	if errCount == nil {
		w.metrics.Outbox(pending, givenUp)
	}
	if err = errors.Join(err, errCount); err != nil && ctx.Err() == nil {
		w.log.WarnContext(ctx, "looking for what is late and sending notifications", "err", err)
	}
}

// watch tells hooks once of each publication that has become late.
func (w *watchman) watch(ctx context.Context, p *project.Project) error {
	report, err := w.freshness(ctx, p)
	if err != nil {
		return err
	}
	w.metrics.Freshness(report)
	if !report.Late || report.Publication == w.late {
		return nil
	}
	notifications, err := notify.Announcer{Project: p.Name, Hooks: p.Hooks}.Late(report)
	if err != nil {
		return err
	}
	w.log.WarnContext(ctx, "the publication in service is late", "publication", report.Publication, "data_through", report.Through)
	if err := w.state.Enqueue(ctx, notifications...); err != nil {
		return err
	}
	w.late = report.Publication
	return nil
}

// freshness says how old what is in service is.
func (a *app) freshness(ctx context.Context, p *project.Project) (freshness.Report, error) {
	store, err := a.openStore(p)
	if err != nil {
		return freshness.Report{}, err
	}
	m, err := current(ctx, store)
	return freshness.Of(m, p.Freshness, a.Now()), err
}

// current is the manifest of the publication in service, the zero one when there
// is none.
func current(ctx context.Context, store *publish.Store) (archwire.Manifest, error) {
	return publish.Shelf{Store: store}.Current(ctx)
}
