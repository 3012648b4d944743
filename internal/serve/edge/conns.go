package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Conns is a listener that holds no more than so many connections at once. When
// there are more, whoever has most of them gives one up: first one on which no
// request is being answered, the one that has been so for longest. A newcomer is
// turned away only when it is who has most and all are at work. So nobody keeps
// others out by opening connections, whatever is or is not sent on them.
type Conns struct {
	net.Listener
	most int

	mu    sync.Mutex
	held  map[*conn]struct{}
	clock uint64 // counts what happens to connections
}

// conn is one connection of a Conns, which guards its fields.
type conn struct {
	net.Conn
	of    *Conns
	place netip.Prefix
	busy  int    // requests being answered
	since uint64 // when it last came or became idle
}

// Limit returns the listener with its connections bounded by most.
func Limit(l net.Listener, most int) *Conns {
	return &Conns{Listener: l, most: most, held: map[*conn]struct{}{}}
}

// Accept implements net.Listener.
func (l *Conns) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: raw, of: l, place: placeOf(raw.RemoteAddr())}
		if gives := l.admit(c); gives != nil {
			gives.Conn.Close() //nolint:errcheck // who served it notices, or nobody did
			if gives == c {
				continue
			}
		}
		return c, nil
	}
}

func placeOf(a net.Addr) netip.Prefix {
	from, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	return Place(from.Addr())
}

// admit takes a connection in, and returns the one to be closed for it, which may
// be itself; nil when there is room.
func (l *Conns) admit(c *conn) (gives *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) >= l.most {
		if gives = l.victim(c); gives == c {
			return c
		}
		delete(l.held, gives)
	}
	l.clock++
	c.since = l.clock
	l.held[c] = struct{}{}
	return gives
}

// victim is the connection that gives way to a newcomer.
func (l *Conns) victim(newcomer *conn) *conn {
	count := map[netip.Prefix]int{newcomer.place: 1}
	for c := range l.held {
		count[c.place]++
	}
	var idle *conn
	busy := newcomer
	for c := range l.held {
		switch {
		case c.busy == 0 && (idle == nil || count[c.place] > count[idle.place] || count[c.place] == count[idle.place] && c.since < idle.since):
			idle = c
		case c.busy > 0 && (count[c.place] > count[busy.place] || busy != newcomer && count[c.place] == count[busy.place] && c.since > busy.since):
			busy = c
		}
	}
	if idle != nil {
		return idle
	}
	return busy
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.of.mu.Lock()
	delete(c.of.held, c)
	c.of.mu.Unlock()
	err := c.Conn.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil // it gave way to another
	}
	return err
}

type connKey struct{}

// Context is for http.Server.ConnContext: it lets Busy know the connection.
func Context(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return context.WithValue(ctx, connKey{}, c)
}

// Busy marks the connections whose requests are being answered.
func Busy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*conn); ok {
			c.add(1)
			defer c.add(-1)
		}
		next.ServeHTTP(w, r)
	})
}

func (c *conn) add(n int) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.busy += n
	c.of.clock++
	c.since = c.of.clock
}
