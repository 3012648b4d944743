package chaostest

import (
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// A fault is what happens to the connections once so many bytes have come from
// the server, which is in the middle of a message as a rule.
type fault struct {
	kind  string        // cut: all connections are closed; stall: nothing passes for a while; choke: nothing passes, and then they are closed
	after int64         // bytes
	pause time.Duration // of a stall
}

// A proxy stands between the product and PostgreSQL.
type proxy struct {
	listener net.Listener

	mu     sync.Mutex
	target string
	open   map[net.Conn]bool
	armed  *fault
	passed int64 // bytes from the server since the proxy was armed
	struck bool

	work sync.WaitGroup
}

func startProxy(t *testing.T) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, open: map[net.Conn]bool{}}
	p.work.Go(p.accept)
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.cut()
		p.work.Wait()
	})
	return p
}

// url is the address of a database, by way of the proxy.
func (p *proxy) url(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = u.Host
	u.Host = p.listener.Addr().String()
	return u.String()
}

// arm prepares a fault, or none, and begins to count.
func (p *proxy) arm(f *fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.passed, p.struck = f, 0, false
}

// counted says how many bytes have come from the server, and whether the fault
// has happened.
func (p *proxy) counted() (bytes int64, struck bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passed, p.struck
}

// cut closes all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		target := p.target
		p.mu.Unlock()
		server, err := net.Dial("tcp", target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		p.work.Go(func() { p.forward(client, server, false) })
		p.work.Go(func() { p.forward(server, client, true) })
	}
}

// forward passes bytes on until one side ends.
func (p *proxy) forward(from, to net.Conn, counts bool) {
	defer p.end(from)
	defer p.end(to)
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			before := n
			var now *fault
			if counts {
				before, now = p.pass(n)
			}
			if _, err := to.Write(buffer[:before]); err != nil {
				return
			}
			if now != nil {
				p.strike(*now)
			}
			if _, err := to.Write(buffer[before:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) end(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
}

// pass counts n bytes. If the fault is due among them it is returned, and how
// many of them pass before it.
func (p *proxy) pass(n int) (before int, now *fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.passed
	p.passed += int64(n)
	if p.armed == nil || p.struck || p.passed < p.armed.after {
		return n, nil
	}
	p.struck = true
	return int(max(p.armed.after-at, 0)), p.armed
}

// strike lets the fault happen, on the connection that has met it; a cut closes
// the others, too.
func (p *proxy) strike(f fault) {
	if f.kind != "cut" {
		time.Sleep(f.pause)
	}
	if f.kind != "stall" {
		p.cut()
	}
}
