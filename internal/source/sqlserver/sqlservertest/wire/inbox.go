package wire

import (
	"context"
	"errors"
	"io"
	"sync"
)

// An inbox takes what a client sends, also while a request of it is answered: an
// attention has to be seen then ([MS-TDS] 3.3.5.9 Client Request Execution State).
type inbox struct {
	packets chan packet
	gone    context.Context //nolint:containedctx // it is the client's: it ends when the client is gone
	leave   context.CancelFunc
	runs    bool // run reads; before, the login does

	mu        sync.Mutex
	cancel    context.CancelFunc // of the request that runs
	attention bool               // came while it ran
}

func newInbox(ctx context.Context) *inbox {
	b := &inbox{packets: make(chan packet)}
	b.gone, b.leave = context.WithCancel(ctx)
	return b
}

// run reads until the client is gone or the inbox is left.
func (b *inbox) run(r io.Reader) {
	defer close(b.packets)
	defer b.leave()
	for {
		p, err := readPacket(r)
		if err != nil {
			return
		}
		if p.kind == kindAttention && b.interrupt() {
			continue
		}
		select {
		case b.packets <- p:
		case <-b.gone.Done():
			return
		}
	}
}

// begin is the context of a request that begins.
func (b *inbox) begin() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, cancel := context.WithCancel(b.gone)
	b.cancel, b.attention = cancel, false
	return ctx
}

// interrupt tells the request that runs of an attention. It is false if none runs:
// the request was answered, and so the attention is acknowledged by itself.
func (b *inbox) interrupt() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cancel == nil {
		return false
	}
	b.attention = true
	b.cancel()
	return true
}

// end ends the request that runs, and says whether an attention came for it.
func (b *inbox) end() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cancel != nil {
		b.cancel()
	}
	b.cancel = nil
	return b.attention
}

// errIgnored says that a client took its message back before it was complete.
var errIgnored = errors.New("wire: the client took its request back")

// A message is what a client says in one go, packet by packet.
type message struct {
	kind  byte
	reset byte // the bits of the first packet's status that ask for a reset
	from  *inbox
	rest  []byte
	last  bool
	err   error
}

// next waits for the next message. io.EOF says that the client is gone.
func (b *inbox) next() (*message, error) {
	p, ok := <-b.packets
	if !ok {
		return nil, io.EOF
	}
	m := &message{kind: p.kind, reset: p.status & (statusReset | statusResetKeep), from: b}
	m.take(p)
	return m, nil
}

func (m *message) take(p packet) {
	m.rest, m.last = p.body, p.status&statusEnd != 0
	if p.status&statusIgnore != 0 {
		m.rest, m.last, m.err = nil, true, errIgnored
	}
	if p.kind != m.kind {
		m.rest, m.last, m.err = nil, true, errPacket
	}
}

// Read gives what the client says, without headers.
func (m *message) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.err != nil {
			return 0, m.err
		}
		if m.last {
			return 0, io.EOF
		}
		next, ok := <-m.from.packets
		if !ok {
			return 0, errGone
		}
		m.take(next)
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}
