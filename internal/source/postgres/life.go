package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

var errViewClosed = errors.New("the view is closed")

// acquire waits for a session of the budget and returns it within a transaction.
func (v *view) acquire(ctx context.Context) (*session, error) {
	select {
	case v.slots <- struct{}{}:
	case <-v.done:
		return nil, v.why()
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a connection to %s: %w", v.src.cfg.Name, context.Cause(ctx))
	}
	se, err := v.take()
	if err != nil {
		<-v.slots
		return nil, err
	}
	if se == nil {
		if se, err = v.join(ctx); err != nil {
			<-v.slots
			v.work.Done()
			return nil, err
		}
	}
	if v.src.cfg.Gentle {
		if err := v.startGently(ctx, se); err != nil {
			v.discard(ctx, se)
			return nil, v.classify(ctx, err, "")
		}
	}
	return se, nil
}

// take counts in one that works, and hands it an idle session if there is one.
func (v *view) take() (*session, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := cmp.Or(v.over, v.lost); err != nil {
		return nil, err
	}
	v.work.Add(1)
	last := len(v.idle) - 1
	if last < 0 {
		return nil, nil //nolint:nilnil // the caller connects
	}
	se := v.idle[last]
	v.idle = v.idle[:last]
	return se, nil
}

// release gives a session back that ended its work in order.
func (v *view) release(ctx context.Context, se *session) {
	if v.src.cfg.Gentle {
		if err := se.finish(ctx); err != nil {
			v.discard(context.WithoutCancel(ctx), se)
			return
		}
	}
	v.mu.Lock()
	v.idle = append(v.idle, se)
	v.mu.Unlock()
	<-v.slots
	v.work.Done()
}

// mend gives a session back whose statement failed or was left half read.
// It happens behind the caller's back: the error is not kept waiting by it.
func (v *view) mend(ctx context.Context, se *session, streaming bool) {
	go func() {
		ctx := context.WithoutCancel(ctx)
		live, cancel := v.within(ctx) // nobody needs the session of a closed view
		defer cancel()
		if err := se.reset(live, streaming); err == nil {
			v.release(ctx, se)
			return
		} else if se == v.lead {
			v.mu.Lock()
			v.lost = v.snapshotLost(err)
			v.mu.Unlock()
		}
		v.discard(ctx, se)
	}()
}

// discard gives the place of a session back that is in no order.
func (v *view) discard(ctx context.Context, se *session) {
	se.abandon(ctx)
	v.forget(se)
	<-v.slots
	v.work.Done()
}

func (v *view) forget(se *session) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sessions = slices.DeleteFunc(v.sessions, func(s *session) bool { return s == se })
}

// Close ends the view: what still reads is stopped, and the transactions end.
func (v *view) Close() error {
	v.end(errViewClosed)
	v.work.Wait()
	v.closeIdle()
	return nil
}

// end makes the view over: what still reads is stopped and told why. It reports
// whether the view was not over before.
func (v *view) end(why error) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.over != nil {
		return false
	}
	v.over = why
	close(v.done)
	if v.limit != nil {
		v.limit.Stop()
	}
	return true
}

func (v *view) closeIdle() {
	v.mu.Lock()
	idle := v.idle
	v.idle = nil
	v.mu.Unlock()
	for _, se := range idle {
		se.close(context.Background())
	}
}

// why is the reason that the view is over.
func (v *view) why() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.over
}

// within bounds ctx by the view's life.
func (v *view) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	go func() {
		select {
		case <-v.done:
			cancel(v.why())
		case <-stop:
		}
	}()
	return ctx, sync.OnceFunc(func() { close(stop); cancel(nil) })
}
