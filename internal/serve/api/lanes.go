package api

import (
	"context"
	"sync"
)

// lanes bound how many streams are under way at once, in all and of one client. A
// stream lasts as long as its reader takes, so that without the second bound one
// client would hold up everybody else's.
type lanes struct {
	all  chan struct{}
	each int

	mu sync.Mutex
	of map[string]*lane // of the clients that have any under way, or wait
}

type lane struct {
	taken chan struct{}
	users int // under way or waiting
}

func newLanes(all, each int) *lanes {
	return &lanes{all: make(chan struct{}, all), each: each, of: map[string]*lane{}}
}

// take waits for a place, first among those of the client, then among all. The
// caller leaves it in the end.
func (l *lanes) take(ctx context.Context, client string) (leave func(), err error) {
	own := l.enter(client)
	select {
	case own.taken <- struct{}{}:
	case <-ctx.Done():
		l.exit(client, own)
		return nil, ctx.Err()
	}
	select {
	case l.all <- struct{}{}:
	case <-ctx.Done():
		<-own.taken
		l.exit(client, own)
		return nil, ctx.Err()
	}
	return func() {
		<-l.all
		<-own.taken
		l.exit(client, own)
	}, nil
}

func (l *lanes) enter(client string) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.of[client]
	if own == nil {
		own = &lane{taken: make(chan struct{}, l.each)}
		l.of[client] = own
	}
	own.users++
	return own
}

func (l *lanes) exit(client string, own *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if own.users--; own.users == 0 {
		delete(l.of, client)
	}
}
