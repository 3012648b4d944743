package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"archwire"
)

// openGently notes the instant at which a gentle view is opened. Its sessions
// hold no transaction unless they work.
func (v *view) openGently(ctx context.Context, se *session) error {
	if err := v.begin(ctx, se); err != nil {
		return err
	}
	return se.finish(ctx)
}

// startGently begins the transaction of one piece of work. It looks to that work
// as the transaction of a snapshot would.
func (v *view) startGently(ctx context.Context, se *session) error {
	if err := v.start(ctx, se); err != nil {
		return err
	}
	return se.exec(ctx, "savepoint "+savepoint)
}

// finish ends a transaction, and with it the locks; nothing was written.
func (se *session) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetTimeout)
	defer cancel()
	return se.exec(ctx, "rollback")
}

// expire ends a view whose transaction has been open for too long, whatever its
// sessions do: one that has rows to hand over may wait for whoever takes them.
func (v *view) expire() {
	if !v.end(v.src.tooLong("the transaction of the consistent view")) {
		return
	}
	v.mu.Lock()
	for _, se := range v.sessions {
		se.cut()
	}
	v.mu.Unlock()
	v.work.Wait()
	v.closeIdle()
}

// limited bounds one piece of a gentle view's work by the longest transaction.
// The function it returns must be called.
func (v *view) limited(ctx context.Context, se *session, t archwire.Table) (context.Context, context.CancelFunc) {
	if !v.src.cfg.Gentle || v.src.cfg.LongestTransaction <= 0 {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(v.src.cfg.LongestTransaction, func() {
		cancel(v.src.tooLong("a transaction on " + t.ID()))
		se.cut()
	})
	return ctx, func() { timer.Stop(); cancel(nil) }
}

// cut breaks the connection under whoever uses it; the server rolls back when
// it next looks.
func (se *session) cut() {
	_ = se.conn.Conn().Close() // a connection that is closed already is as good
}

func (s *Source) tooLong(what string) error {
	e := &archwire.Error{
		Code:    archwire.Unavailable,
		Message: fmt.Sprintf("%s: %s was open for longer than %s, the longest transaction that is allowed there", s.cfg.Name, what, s.cfg.LongestTransaction),
		Hint: fmt.Sprintf("Raise longest_transaction in sources/%s.yaml, or set mode: gentle there, "+
			"which keeps no transaction open for longer than a chunk takes.", s.cfg.Name),
	}
	if s.cfg.Gentle {
		e.Hint = fmt.Sprintf("Raise longest_transaction in sources/%s.yaml, or run when the source is less busy.", s.cfg.Name)
	}
	return e
}

// classify is the source's, but that what happens to a view that is over
// happened because it is.
func (v *view) classify(ctx context.Context, err error, thing string) error {
	if why := v.why(); why != nil {
		if _, told := errors.AsType[*archwire.Error](err); !told {
			return why
		}
	}
	return v.src.classify(ctx, err, thing)
}
