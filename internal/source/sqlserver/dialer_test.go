package sqlserver

import (
	"net"
	"testing"
)

// TestTheContextOfALoginEndsWithIt ends it as soon as the login is over: the
// connection must not feel it, whichever goroutine comes first.
func TestTheContextOfALoginEndsWithIt(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // nothing left to lose
				b := make([]byte, 1)
				_, _ = conn.Read(b)
				_, _ = conn.Write(b)
			}()
		}
	}()
	for range 300 {
		done := make(chan struct{})
		d := &dialer{dsn: &dsn{}, done: done}
		if _, err := d.DialContext(t.Context(), "tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		d.release()
		close(done)
		if _, err := d.conn.Write([]byte{7}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.conn.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		d.close()
	}
}
