package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/contract"
	"archwire/internal/pipeline"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve/ledger"
)

// runOptions are what a person may ask of one run.
type runOptions struct {
	acceptDeletes, repair, verifyAll bool

	wanted func(last []archwire.Run) bool // asked when nobody else can run any more; nil is always
}

func newRunCommand(a *app) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Extract, load, refresh, verify and publish what changed",
		Long: `Run the project once: extract what changed in each table as of one instant per
source, prove that the copies equal it, load them in one transaction, refresh the
models that depend on it, run the checks, publish the slices that changed.
Whatever fails, the last publication stays in service, and the next run goes on
from the last step that was completed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.load()
			if err != nil {
				return err
			}
			run, err := a.run(cmd.Context(), p, o)
			a.soon(cmd.Context(), p, a.deliver, a.tellClients)
			large, isLarge := errors.AsType[stillLarge](err)
			if err != nil && !isLarge {
				return err
			}
			if err := a.tellRun(run); err != nil || !isLarge {
				return err
			}
			return large
		},
	}
	cmd.Flags().BoolVar(&o.acceptDeletes, "accept-deletes", false, "go on, whatever share of a table has vanished from its source")
	cmd.Flags().BoolVar(&o.repair, "repair", false, "read rows again that differ from the source, instead of failing")
	cmd.Flags().BoolVar(&o.verifyAll, "verify-all", false, "compare all rows with their sources, not a share of them")
	return cmd
}

func (a *app) tellRun(run archwire.Run) error {
	if a.json {
		return writeJSON(a.Out, run)
	}
	_, err := fmt.Fprintf(a.Out, "published %s as of %s: %s rows read, %s in all\n",
		run.Publication, run.AsOf, progress.Count(run.Rows), progress.Took(run.EndedAt.Sub(run.StartedAt)))
	return err
}

// run checks a project and runs it. One run at a time: a second one is
// refused with code Conflict. A stillLarge error is about a run that has succeeded.
func (a *app) run(ctx context.Context, p *project.Project, o runOptions) (run archwire.Run, err error) {
	if _, err := p.ResolveHooks(); err != nil { // before the work, not after it
		return run, err
	}
	err = a.withRunner(ctx, p, loadShape, func(ctx context.Context, r *pipeline.Runner, id runID) (err error) {
		if err := stillWanted(ctx, r.Runs, o.wanted); err != nil {
			return err
		}
		r.AcceptDeletes, r.Repair, r.VerifyAll = o.acceptDeletes, o.repair, o.verifyAll
		run, err = r.Run(ctx, id)
		return err
	})
	if run.State == archwire.Succeeded {
		a.sumUp(ctx, p)
	}
	return run, err
}

// sumUp has the ledger's last segments summed up, so that there is a night's to read
// at most when somebody asks what was used. What fails is done when it is asked.
func (a *app) sumUp(ctx context.Context, p *project.Project) {
	if objects, err := openObjects(p); err == nil {
		archive := &ledger.Archive{Store: objects, Now: a.Now}
		_, _ = archive.Uses(ctx, a.Now().Add(-contract.Days*24*time.Hour)) // as promised
	}
}

// runID is short for the functions that take one.
type runID = archwire.RunID

// withRunner checks p and calls do with what runs it, while no other process may and
// the warehouse has the shape of the load, or of size.
func (a *app) withRunner(ctx context.Context, p *project.Project, size func(capacity.Terms) capacity.Terms, do func(context.Context, *pipeline.Runner, runID) error) (err error) {
	engine, closeEngine, err := understand(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeEngine()) }()
	if len(p.Sources) == 0 {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("project %s has no source to copy from", p.Name),
			Hint: "Write one with: archwire discover NAME --dsn '${NAME_DSN}'",
		}
	}
	store, err := a.openStore(p)
	if err != nil {
		return err
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	id := pipeline.NewRunID(a.Now())
	asked := ctx
	ctx, unlock, err := st.Lock(asked, id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	sink := a.sink()
	sized := a.sized(p, st, sink)
	defer func() { err = sized.shrink(asked, ctx, id, err) }()
	grown, err := sized.grow(ctx, p, size, string(id))
	if err != nil {
		return err
	}
	if err := makeFolder(p.Path("data")); err != nil {
		return err
	}
	wh, err := openWarehouse(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, wh.Close()) }()
	reader, err := openReader(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()

	journal := pipeline.NewJournal(st, sink, a.Now)
	journal.Began(grown...)
	defer journal.Follow(ctx)()
	return do(ctx, &pipeline.Runner{
		Project: p,
		Open: func(ctx context.Context, s project.Source) (archwire.Source, error) {
			return a.openSource(ctx, p, s)
		},
		Warehouse:  wh,
		Engine:     engine,
		Understand: understand,
		Publisher: watched{&publish.Publisher{
			Store: store, Warehouse: wh, Reader: reader, Now: a.Now, Rand: rand.Reader, Writers: 2, Progress: journal.Event,
		}, a, st},
		Contracts: a.keepContracts(),

		Runs: journal,
		Sink: journal,
		Now:  a.Now,
	}, id)
}
