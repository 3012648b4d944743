package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
)

func newRunCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Extract, load, refresh, verify and publish",
		Long: `Run the project once: extract all tables as of one instant per source, load them
in one transaction, refresh the models, verify counts and checks, publish.
Whatever fails, the last publication stays in service.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.checked(cmd.Context())
			if err != nil {
				return err
			}
			run, err := a.run(cmd.Context(), p)
			if err != nil {
				return err
			}
			if a.json {
				return writeJSON(a.Out, run)
			}
			_, err = fmt.Fprintf(a.Out, "published %s as of %s: %s rows verified, %s in all\n",
				run.Publication, run.AsOf, progress.Count(run.Rows), progress.Took(run.EndedAt.Sub(run.StartedAt)))
			return err
		},
	}
}

// run runs a project that has been checked. One run at a time: a second one is
// refused with code Conflict.
func (a *app) run(ctx context.Context, p *project.Project) (run archwire.Run, err error) {
	if len(p.Sources) == 0 {
		return run, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("project %s has no source to copy from", p.Name),
			Hint: "Write one with: archwire discover NAME --dsn '${NAME_DSN}'",
		}
	}
	store, err := a.openStore(p)
	if err != nil {
		return run, err
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	id := pipeline.NewRunID(a.Now())
	unlock, err := st.Lock(ctx, id)
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := makeFolder(p.Path("data")); err != nil {
		return run, err
	}
	wh, err := openWarehouse(ctx, p)
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, wh.Close()) }()
	reader, err := openReader(ctx, p)
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()

	sink := a.sink()
	runner := &pipeline.Runner{
		Project: p,
		Open: func(ctx context.Context, s project.Source) (archwire.Source, error) {
			return openSource(ctx, p, s)
		},
		Warehouse: wh,
		Publisher: &publish.Publisher{
			Store: store, Warehouse: wh, Reader: reader, Now: a.Now, Rand: rand.Reader, Writers: 2, Progress: sink.Event,
		},
		Runs: st,
		Sink: sink,
		Now:  a.Now,
	}
	return runner.Run(ctx, id)
}
