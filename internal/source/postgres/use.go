package postgres

import (
	"context"

	"archwire"
)

// use plans t on a session of the budget and puts questions to it there, all of
// which are read to their ends.
func (v *view) use(ctx context.Context, t archwire.Table, ask func(ctx context.Context, se *session, p *plan) error) (err error) {
	ctx, cancel := v.within(ctx)
	defer cancel()
	se, err := v.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { v.finish(ctx, se, err) }()
	ctx, stop := v.limited(ctx, se, t)
	defer stop()
	p, err := v.plan(ctx, se, t)
	if err != nil {
		return err
	}
	if err := ask(ctx, se, p); err != nil {
		return v.classify(ctx, err, t.ID())
	}
	return nil
}

// finish gives a session back after queries that were read to their end.
func (v *view) finish(ctx context.Context, se *session, err error) {
	if err != nil {
		v.mend(ctx, se, false)
		return
	}
	v.release(ctx, se)
}
