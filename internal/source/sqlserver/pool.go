package sqlserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"archwire"
)

var errViewClosed = errors.New("the view is closed")

// acquire waits for a reader that may read a table for the view: one that is tracked,
// or any. Its work is counted in.
func (v *view) acquire(ctx context.Context, tracked bool) (*reader, error) {
	for {
		l, wait, err := v.take(ctx, tracked)
		if l != nil || err != nil {
			return l, err
		}
		select {
		case <-wait:
		case <-v.done:
			return nil, v.why()
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for a connection to %s: %w", v.src.cfg.Name, context.Cause(ctx))
		}
	}
}

// take is acquire without waiting: what to wait for comes in place of a reader.
func (v *view) take(ctx context.Context, tracked bool) (l *reader, wait <-chan struct{}, err error) {
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("waiting for a connection to %s: %w", v.src.cfg.Name, context.Cause(ctx))
	}
	fits := func(l *reader) bool { return l.all || tracked }
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.over != nil {
		return nil, nil, v.over
	}
	// Links that may read less go first, so that those that may read all stay free.
	for _, all := range []bool{false, true} {
		if at := slices.IndexFunc(v.idle, func(l *reader) bool { return l.all == all && fits(l) }); at >= 0 {
			l := v.idle[at]
			v.idle = slices.Delete(v.idle, at, at+1)
			v.work.Add(1)
			return l, nil, nil
		}
	}
	if v.unopened > 0 {
		v.unopened--
		v.work.Add(1)
		v.mu.Unlock()
		l, err := v.join(ctx)
		v.mu.Lock()
		return l, nil, err
	}
	if !slices.ContainsFunc(v.links, fits) {
		return nil, nil, cmp.Or(v.lost, errViewClosed)
	}
	return nil, v.moved, nil
}

// join connects a further reader of a loose view.
func (v *view) join(ctx context.Context) (*reader, error) {
	l, err := v.src.connect(ctx)
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		v.unopened++
		v.work.Done()
		v.tell()
		return nil, err
	}
	v.links = append(v.links, l)
	return l, nil
}

// tell wakes those that wait for a reader; the lock is held.
func (v *view) tell() {
	close(v.moved)
	v.moved = make(chan struct{})
}

// start begins the transaction of one piece of a gentle view's work.
func (v *view) start(ctx context.Context, l *reader) error {
	if !v.src.cfg.Gentle || v.src.cfg.ReadCommitted {
		return nil
	}
	if err := l.exec(ctx, beginSQL); err != nil {
		return err
	}
	return l.exec(ctx, v.touch)
}

// release gives a reader back that ended its work in order.
func (v *view) release(ctx context.Context, l *reader) {
	if v.src.cfg.Gentle && !v.src.cfg.ReadCommitted {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mendTimeout)
		defer cancel()
		if err := l.exec(ctx, rollbackSQL); err != nil {
			v.discard(ctx, l, err)
			return
		}
	}
	v.mu.Lock()
	v.idle = append(v.idle, l)
	v.tell()
	v.mu.Unlock()
	v.work.Done()
}

const mendTimeout = 10 * time.Second

// mend gives a reader back whose statement failed or was stopped, if it is in order
// still: in a view with an instant its transaction must be open, for with it goes
// the snapshot.
func (v *view) mend(ctx context.Context, l *reader) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mendTimeout)
	defer cancel()
	if v.why() != nil {
		v.discard(ctx, l, errViewClosed) // nobody needs it
		return
	}
	if v.src.loose() {
		if err := l.exec(ctx, rollbackSQL); err != nil {
			v.discard(ctx, l, err)
			return
		}
		v.release(ctx, l)
		return
	}
	rows, err := l.query(ctx, "SELECT CONVERT(varchar(11), @@TRANCOUNT)")
	if err == nil && (len(rows) != 1 || rows[0][0] != strconv.Itoa(1)) {
		err = errors.New("the server rolled the transaction back")
	}
	if err != nil {
		v.discard(ctx, l, err)
		return
	}
	v.release(ctx, l)
}

// discard closes a reader that is in no order, and gives its place back. In a view
// with an instant nothing takes its place.
func (v *view) discard(ctx context.Context, l *reader, cause error) {
	l.cut()
	l.close(ctx)
	v.mu.Lock()
	v.links = slices.DeleteFunc(v.links, func(o *reader) bool { return o == l })
	if v.src.loose() {
		v.unopened++
	} else {
		v.lost = v.snapshotLost(cause)
	}
	v.tell()
	v.mu.Unlock()
	v.work.Done()
}

// snapshotLost says that no connection sees the view's instant any more.
func (v *view) snapshotLost(cause error) error {
	return &archwire.Error{
		Code:    archwire.Unavailable,
		Message: v.src.cfg.Name + ": the connection that held the snapshot was lost",
		Hint:    "Run again; nothing was changed.",
		Err:     cause,
	}
}
