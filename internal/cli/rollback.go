package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/state"
)

func newRollbackCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "rollback PUBLICATION",
		Short: "Serve an older publication",
		Long: `Serve an older publication. Its manifest, index and slices are verified first;
servers follow within a second. The next archwire run publishes a new one.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.load()
			if err != nil {
				return err
			}
			m, err := a.rollback(cmd.Context(), p, archwire.PublicationID(args[0]))
			if err != nil {
				return err
			}
			a.soon(cmd.Context(), p, a.tellClients)
			if a.json {
				return writeJSON(a.Out, map[string]any{"publication": m.ID, "as_of": m.AsOf})
			}
			_, err = fmt.Fprintf(a.Out, "%s is in service, as of %s\n", m.ID, m.AsOf)
			return err
		},
	}
}

// rollback puts an older publication into service.
func (a *app) rollback(ctx context.Context, p *project.Project, id archwire.PublicationID) (m archwire.Manifest, err error) {
	store, err := a.openStore(p)
	if err != nil {
		return m, err
	}
	st, err := a.openState(ctx, p)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	reader, err := openReader(ctx, p)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return a.putIntoService(ctx, st, store, reader, id, state.Operator(a.User))
}

// putIntoService puts a publication into service, and writes down that by did so. It holds the run lock, so that no
// run switches at the same time.
func (a *app) putIntoService(ctx context.Context, st *state.Store, store *publish.Store, reader archwire.SliceReader, id archwire.PublicationID, by string) (m archwire.Manifest, err error) {
	ctx, unlock, err := st.Lock(ctx, archwire.RunID("rollback"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	err = a.switching(ctx, st, store, by, func() (err error) {
		m, err = store.Rollback(ctx, reader, id)
		return err
	})
	return m, err
}
