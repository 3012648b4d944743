package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/project"
	"archwire/internal/state"
)

func newCapacityCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "capacity",
		Short: "Show and change how large the warehouse is, and what it costs",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCapacityShowCommand(a), newCapacityPlanCommand(a), newCapacityResizeCommand(a))
	return cmd
}

func newCapacityResizeCommand(a *app) *cobra.Command {
	var keep time.Duration
	cmd := &cobra.Command{
		Use:   "resize load|serve",
		Short: "Give the warehouse the shape of a load, or that between loads, and wait for it",
		Long: `Give the warehouse the shape of a load for a time, or the one that it has between
loads. What is under way is waited for; nothing is asked for twice. A load's shape is
kept for as long as --for says: the daemon, the next run after that, or resize serve
ends it. resize serve ends also what a run left behind that was killed.`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"load", "serve"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if keep <= 0 || args[0] == "serve" && cmd.Flags().Changed("for") {
				return invalidFlag("--for is how long the shape of a load is kept", "Write it as --for 2h, with resize load.")
			}
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				return a.resize(cmd.Context(), p, st, args[0] == "load", keep)
			})
		},
	}
	cmd.Flags().DurationVar(&keep, "for", time.Hour, "how long the shape of a load is kept")
	return cmd
}

// resize has the warehouse in one of the declared shapes.
func (a *app) resize(ctx context.Context, p *project.Project, st *state.Store, load bool, keep time.Duration) (err error) {
	var terms capacity.Terms
	l, found, err := st.Lease(ctx)
	switch {
	case err != nil:
		return err
	case p.Capacity != nil:
		terms = p.Capacity.Terms
	case !found || load:
		return noCapacity(p)
	default: // the project says nothing any more, and something was left behind
		terms = l.Terms
	}
	held, unlock, err := st.Lock(ctx, "capacity")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	holder := "operator:" + a.User
	s := a.sized(p, st, a.sink())
	shape := terms.Serve
	if load {
		shape = terms.Load
		err = s.Lend(held, terms, holder, a.Now().Add(keep))
	} else {
		s.verb = archwire.Serve
		err = s.Return(held, terms, holder)
	}
	if err != nil {
		return err //nolint:wrapcheck // says what it did
	}
	if a.json {
		return writeJSON(a.Out, map[string]any{"place": terms.Place, "shape": shape})
	}
	_, err = fmt.Fprintf(a.Out, "the %s has the shape wanted: %s\n", terms.Place, shape)
	return err
}

// noCapacity is the error for a project that declares nothing.
func noCapacity(p *project.Project) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("project %s declares no capacity", p.Name),
		Hint: "Write it in archwire.yaml: capacity: {cluster: NAME, region: us-east-1, load: {nodes: 6}, serve: {nodes: 3}}",
	}
}

// price is what a shape of the project's warehouse costs: as the project declares, or
// the list price.
func price(c *project.CapacityConfig, s capacity.Shape) (capacity.Price, bool) {
	if c.Price != "" {
		return capacity.Declared(c.Price, c.Currency, s.Kind(), c.Place.Region)
	}
	return capacity.ListPrice(s, c.Place.Region)
}
