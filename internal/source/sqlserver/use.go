package sqlserver

import (
	"context"

	"archwire"
)

// use plans t and puts questions to a reader that may read it, all of which are read
// to their ends.
func (v *view) use(ctx context.Context, t archwire.Table, ask func(ctx context.Context, l *reader, p *plan) error) (err error) {
	ctx, cancel := v.within(ctx)
	defer cancel()
	p, err := v.plan(ctx, t)
	if err != nil {
		return err
	}
	return v.ask(ctx, t, p.rel, func(ctx context.Context, l *reader) error { return ask(ctx, l, p) })
}

// plan looks t up and says how to read it.
func (v *view) plan(ctx context.Context, t archwire.Table) (*plan, error) {
	rel, err := v.relation(ctx, t)
	if err != nil {
		return nil, err
	}
	return rel.planned(t)
}

// ask runs work on a reader that may read the relation.
func (v *view) ask(ctx context.Context, t archwire.Table, rel *relation, work func(context.Context, *reader) error) error {
	l, err := v.acquire(ctx, rel.tracked)
	if err != nil {
		return err
	}
	ctx, stop := v.limited(ctx, l, t)
	defer stop()
	if err = v.start(ctx, l); err == nil {
		err = work(ctx, l)
	}
	if err != nil {
		err = v.classify(ctx, err, t.ID())
		v.mend(ctx, l)
		return err
	}
	v.release(ctx, l)
	return nil
}
