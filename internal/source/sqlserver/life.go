package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"archwire"
)

// Close ends the view: what still reads is stopped, and the transactions end.
func (v *view) Close() error {
	v.end(errViewClosed)
	v.work.Wait()
	v.closeLinks(context.Background())
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

// closeLinks closes what is connected; nothing works any more.
func (v *view) closeLinks(ctx context.Context) {
	v.mu.Lock()
	links := v.links
	v.links, v.idle = nil, nil
	v.mu.Unlock()
	for _, l := range links {
		l.close(ctx)
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

// expire ends a view whose transaction has been open for too long, whatever its
// links do: one that has rows to hand over may wait for whoever takes them.
func (v *view) expire() {
	if !v.end(v.src.tooLong("the transaction of the consistent view")) {
		return
	}
	v.mu.Lock()
	for _, l := range v.links {
		l.cut()
	}
	v.mu.Unlock()
	v.work.Wait()
	v.closeLinks(context.Background())
}

// limited bounds one piece of work by the longest statement, and in a gentle view
// by the longest transaction. The function it returns must be called.
func (v *view) limited(ctx context.Context, l *reader, t archwire.Table) (context.Context, context.CancelFunc) {
	limit, why := v.src.cfg.StatementTimeout, v.src.tooSlow(t)
	if longest := v.src.cfg.LongestTransaction; v.src.loose() && longest > 0 && (limit <= 0 || longest < limit) {
		limit, why = longest, v.src.tooLong("a transaction on "+t.ID())
	}
	if limit <= 0 {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() {
		cancel(why)
		if v.src.loose() {
			l.cut()
		}
	})
	return ctx, func() { timer.Stop(); cancel(nil) }
}

func (s *Source) tooSlow(t archwire.Table) error {
	return &archwire.Error{
		Code:    archwire.Unavailable,
		Message: fmt.Sprintf("%s: a statement took longer than %s, the longest that is allowed there", t.ID(), s.cfg.StatementTimeout),
		Hint:    fmt.Sprintf("Raise longest_statement in sources/%s.yaml, or run when the source is less busy.", s.cfg.Name),
	}
}

func (s *Source) tooLong(what string) error {
	e := &archwire.Error{
		Code:    archwire.Unavailable,
		Message: fmt.Sprintf("%s: %s was open for longer than %s, the longest transaction that is allowed there", s.cfg.Name, what, s.cfg.LongestTransaction),
		Hint: fmt.Sprintf("Raise longest_transaction in sources/%s.yaml, or set mode: gentle there, "+
			"which keeps no transaction open for longer than a chunk takes.", s.cfg.Name),
	}
	if s.loose() {
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
