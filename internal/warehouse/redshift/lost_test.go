package redshift

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
)

// A way is one to the warehouse, which is cut once: as the message that comes after so
// many others is sent, or right behind it. Then Redshift runs it, and nobody learns what
// came of it.
type way struct {
	mu     sync.Mutex
	left   int // messages; below zero it is not cut
	behind bool
}

func (w *way) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	return &watched{conn, w}, err
}

// arm has the way cut at a message from now on.
func (w *way) arm(left int, behind bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.behind = left, behind
}

// spent says whether it was cut since, and that it is not any more.
func (w *way) spent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.left < 0
	w.left = -1
	return was
}

// due says whether it is cut now, and how.
func (w *way) due() (cut, behind bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left < 0 {
		return false, false
	}
	w.left--
	return w.left < 0, w.behind
}

type watched struct {
	net.Conn
	way *way
}

var errCut = errors.New("the way is cut")

func (c *watched) Write(p []byte) (n int, err error) {
	cut, behind := c.way.due()
	if !cut {
		return c.Conn.Write(p)
	}
	if behind {
		n, err = c.Conn.Write(p)
	}
	return n, errors.Join(errCut, err, c.Close())
}

// The way to the warehouse is cut at each message of a night in turn. It needs nothing of
// the warehouse, so that it can be seen on a cluster, too.
func TestLoad_WayCutAtEveryMessage(t *testing.T) {
	t.Parallel()
	w := opener(t)(t, t.TempDir()).(*Warehouse) //nolint:forcetypeassert // there is no other
	to := &way{left: -1}
	w.pool.dial = to.dial
	w.pool.drop(t.Context())
	one := evening(t, w)
	for n := 0; ; n++ {
		again(t, w, one)
		to.arm(n, n%2 == 1)
		if err := night(t.Context(), t, w, one); err != nil {
			t.Errorf("cut at message %d: %v", n, err)
		}
		cut := to.spent()
		if got := holds(t, w, one); got != after {
			t.Errorf("cut at message %d, the warehouse holds %s", n, got)
		}
		if !cut {
			t.Logf("a night is %d messages", n)
			return
		}
	}
}
