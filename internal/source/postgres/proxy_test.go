package postgres

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A fault is what a proxy does to the nth message that the server sends,
// counted over all connections.
type fault struct {
	at   int64
	kind string // cut before it, truncate within it, stall from it on, or half-close: send nothing more but keep reading
}

// A proxy stands between a source and a real PostgreSQL.
type proxy struct {
	url  string
	seen atomic.Int64 // messages from the server so far

	message func() // called for each; set before the first connection
	hit     chan struct{}
	once    sync.Once
}

func startProxy(t *testing.T, server string, f fault) *proxy {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{hit: make(chan struct{})}
	var work sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	t.Cleanup(func() {
		drop(listener)
		mu.Lock()
		for _, c := range open {
			drop(c)
		}
		mu.Unlock()
		work.Wait()
	})
	target := u.Host
	work.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			backend, err := net.Dial("tcp", target)
			if err != nil {
				drop(client)
				return
			}
			mu.Lock()
			open = append(open, client, backend)
			mu.Unlock()
			work.Go(func() {
				_, _ = io.Copy(backend, client)
				drop(backend)
			})
			work.Go(func() { p.forward(client, backend, f) })
		}
	})
	u.Host = listener.Addr().String()
	p.url = u.String()
	return p
}

func (p *proxy) forward(client, backend net.Conn, f fault) {
	header := make([]byte, 5)
	for {
		if _, err := io.ReadFull(backend, header); err != nil {
			drop(client)
			return
		}
		n := int64(binary.BigEndian.Uint32(header[1:])) - 4
		at := p.seen.Add(1)
		if p.message != nil {
			p.message()
		}
		if f.at > 0 && at >= f.at {
			p.once.Do(func() { close(p.hit) })
			switch f.kind {
			case "cut":
				drop(client)
				drop(backend)
				return
			case "truncate":
				_, _ = client.Write(header)
				_, _ = io.CopyN(client, backend, n/2)
				drop(client)
				drop(backend)
				return
			case "stall":
				_, _ = io.Copy(io.Discard, backend)
				return
			case "half-close":
				_ = client.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, backend)
				return
			}
		}
		_, _ = client.Write(header)
		if _, err := io.CopyN(client, backend, n); err != nil {
			drop(client)
			return
		}
	}
}

// A slowClock is one that the server's messages move on.
type slowClock struct{ at, each atomic.Int64 }

func (c *slowClock) set(each time.Duration) { c.each.Store(int64(each)) }
func (c *slowClock) message()               { c.at.Add(c.each.Load()) }
func (c *slowClock) now() time.Time         { return time.Unix(0, c.at.Load()) }
