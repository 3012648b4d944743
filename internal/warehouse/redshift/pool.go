package redshift

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// mostSessions is how many statements of ours run at once: workload management queues
// five by default, and more would wait there for one another.
const mostSessions = 8

// A pool keeps sessions that are idle. Credentials that have ended are renewed when a
// session is opened; those that are open outlive them.
type pool struct {
	place place
	login *keptLogin
	dial  pgconn.DialFunc // nil is the driver's own
	slots chan struct{}

	mu     sync.Mutex
	idle   []*session
	closed bool
}

func newPool(p place, l *keptLogin) *pool {
	return &pool{place: p, login: l, slots: make(chan struct{}, mostSessions)}
}

// with runs f with a session of its own. It is given back when f succeeds, if it is in
// no transaction; else it is closed: tables of its own may be left in it, and whoever
// has it next would not be able to make them.
func (p *pool) with(ctx context.Context, f func(*session) error) error {
	s, err := p.get(ctx)
	if err != nil {
		return err
	}
	defer p.put(ctx, s)
	if err = f(s); err == nil {
		err = s.flush(ctx)
	}
	if err != nil {
		s.close(ctx)
	}
	return err
}

// get waits for a free place and takes an idle session, or opens one.
func (p *pool) get(ctx context.Context) (*session, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s, err := p.take(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return s, nil
}

func (p *pool) take(ctx context.Context) (*session, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, &archwire.Error{Code: archwire.Internal, Message: "the warehouse was closed"}
	}
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		s.used = true
		return s, nil
	}
	p.mu.Unlock()
	return p.open(ctx)
}

// open opens a session. Credentials that are refused are asked for anew, once: a
// password may have been changed, and clocks differ.
func (p *pool) open(ctx context.Context) (*session, error) {
	c, err := p.login.credentials(ctx)
	if err != nil {
		return nil, err
	}
	s, err := connect(ctx, p.place, c, p.dial)
	if err == nil || ctx.Err() != nil {
		return s, err
	}
	p.login.forget(c)
	again, failed := p.login.credentials(ctx)
	if failed != nil || again == c {
		return nil, err
	}
	return connect(ctx, p.place, again, p.dial)
}

// put gives a session back.
func (p *pool) put(ctx context.Context, s *session) {
	defer func() { <-p.slots }()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !s.idle() {
		s.close(ctx)
		return
	}
	p.idle = append(p.idle, s)
}

// drop closes the idle sessions: after one was lost the others are likely to be gone,
// too.
func (p *pool) drop(ctx context.Context) {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, s := range idle {
		s.close(ctx)
	}
}

// close closes all sessions, those in use as they are given back.
func (p *pool) close(ctx context.Context) {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.drop(ctx)
}
