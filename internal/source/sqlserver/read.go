package sqlserver

import (
	"context"
	"errors"

	"archwire"
)

// Batches reads one chunk by one query.
func (v *view) Batches(ctx context.Context, t archwire.Table, c archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		ctx, cancel := v.within(ctx)
		defer cancel()
		p, err := v.plan(ctx, t)
		if err == nil {
			err = v.read(ctx, t, p.rel, p.sql(c), t, yield)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// read runs one query on a reader that may read the relation of t; its rows are those
// of the table of.
func (v *view) read(ctx context.Context, t archwire.Table, rel *relation, sql string, of archwire.Table, yield func(archwire.Batch, error) bool) error {
	l, err := v.acquire(ctx, rel.tracked)
	if err != nil {
		return err
	}
	ctx, stop := v.limited(ctx, l, t)
	defer stop()
	whole, usable := false, true
	defer func() { // whatever the consumer does: it may panic
		switch {
		case whole:
			v.release(ctx, l)
		case usable:
			v.mend(ctx, l)
		default:
			v.discard(context.WithoutCancel(ctx), l, err)
		}
	}()
	if err = v.start(ctx, l); err != nil {
		return v.classify(ctx, err, t.ID())
	}
	usable = false // a consumer that panics leaves the answer half read
	usable, err = l.read(ctx, sql, of, func(b archwire.Batch) bool { return yield(b, nil) })
	switch whole = err == nil; {
	case whole, errors.Is(err, errStopped):
		return nil
	}
	return v.readError(ctx, of, err)
}
