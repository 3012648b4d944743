package cli

import (
	"context"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/state"
)

// inService writes down which publication is in service, and with it what the
// webhooks of clients are to be told. A CURRENT that names nothing whole names
// nothing that they could read.
func inService(ctx context.Context, st *state.Store, store *publish.Store) error {
	return st.Entered(ctx, func(ctx context.Context) (archwire.Manifest, error) {
		m, err := store.Current(ctx)
		if archwire.CodeOf(err) == archwire.Mismatch {
			err = &archwire.Error{Code: archwire.NotFound, Message: "no publication is in service", Err: err}
		}
		return m, err
	})
}

// switching does what puts another publication into service, which no other
// process may do meanwhile, and writes down what was in service before and is
// after it, and that by did it. What a crash after the switch leaves out is written
// down by whoever looks next, and before the next switch at the latest: then it is not
// known who did it.
func (a *app) switching(ctx context.Context, st *state.Store, store *publish.Store, by string, do func() error) error {
	if err := inService(ctx, st, store); err != nil {
		return err
	}
	before, err := st.Switches(ctx)
	if err != nil {
		return err
	}
	err = do()
	// It may be in service although do failed, and though ctx has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	later := inService(ctx, st, store)
	if later == nil {
		later = st.Credit(ctx, before, by)
	}
	if later != nil {
		fmt.Fprintf(a.Err, "archwire: clients are told later of what went into service: %s\n", oneLine(archwire.MessageOf(later)))
	}
	return err
}

// A watched publisher writes down what goes into service.
type watched struct {
	*publish.Publisher
	app   *app
	state *state.Store
}

// Publish implements pipeline.Publisher.
func (w watched) Publish(ctx context.Context, in publish.Input) (m archwire.Manifest, stats publish.Stats, err error) {
	err = w.app.switching(ctx, w.state, w.Store, "run "+string(in.Run), func() (err error) {
		m, stats, err = w.Publisher.Publish(ctx, in)
		return err
	})
	return m, stats, err
}
