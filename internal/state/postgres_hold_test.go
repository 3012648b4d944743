package state

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"archwire/internal/testdb"
)

// stall is a way to the server of rawURL that can be made to pass nothing on any
// more, while its connections stay open.
func stall(t *testing.T, rawURL string) (throughIt string, stop func()) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() }) //nolint:errcheck // the test is over
	server := u.Host
	var stalled sync.RWMutex // write-locked: nothing passes
	pass := func(to io.Writer, from io.Reader) {
		buffer := make([]byte, 4096)
		for {
			n, err := from.Read(buffer)
			if err != nil {
				return
			}
			stalled.RLock()
			to.Write(buffer[:n]) //nolint:errcheck // the next read fails then
			stalled.RUnlock()
		}
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				client.Close() //nolint:errcheck // nobody is behind it
				return
			}
			t.Cleanup(func() { client.Close(); upstream.Close() }) //nolint:errcheck // the test is over
			go pass(upstream, client)
			go pass(client, upstream)
		}
	}()
	u.Host = listener.Addr().String()
	var once sync.Once
	t.Cleanup(func() { once.Do(stalled.Lock); stalled.Unlock() })
	return u.String(), func() { once.Do(stalled.Lock) }
}

// A holder that does not hear from the server any more must stop before the
// server gives its lock to another.
func TestHold_IsLostWhenTheServerFallsSilent(t *testing.T) {
	through, stop := stall(t, testdb.Postgres(t))
	e, err := newPostgresEngine(through)
	if err != nil {
		t.Fatal(err)
	}
	e.beat, e.answer = 100*time.Millisecond, 4*time.Second // which a busy machine answers within, too
	h, err := e.hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-h.lost:
		t.Fatalf("lost while all was well: %v", err)
	case <-time.After(5 * e.beat):
	}
	stop()
	if err := <-h.lost; err == nil {
		t.Error("lost without a reason")
	}
	h.release() //nolint:errcheck // there is nothing left to give back
}

func TestHold_GivenBackIsNotLost(t *testing.T) {
	e, err := newPostgresEngine(testdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	h, err := e.hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.hold(t.Context()); !errors.Is(err, errHeld) {
		t.Errorf("held twice: %v", err)
	}
	if err := h.release(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-h.lost:
		t.Errorf("it says that it was lost: %v", err)
	default:
	}
	again, err := e.hold(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if err := again.release(); err != nil {
		t.Fatal(err)
	}
}
