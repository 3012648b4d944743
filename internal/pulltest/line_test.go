package pulltest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// A line leads to the server, wherever it is, and can be cut.
type line struct {
	listener net.Listener
	office   *office
	left     atomic.Int64 // bytes until the next cut; none when it is far below 0
	cuts     atomic.Int64
}

func newLine(t *testing.T, o *office) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	l := &line{listener: listener, office: o}
	l.mend()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(conn)
		}
	})
	t.Cleanup(func() {
		must(t, listener.Close())
		wg.Wait()
	})
	return l
}

func (l *line) address() string { return l.listener.Addr().String() }

func (l *line) mend() { l.left.Store(-1 << 60) }

// serve passes bytes on until one of both ends stops, or the line is cut.
func (l *line) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // it is over
	server, err := net.Dial("tcp", *l.office.address.Load())
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // it is over
	go func() {
		io.Copy(server, conn) //nolint:errcheck // the other end says so
		server.Close()        //nolint:errcheck // it is over
	}()
	buf := make([]byte, 1000)
	for {
		n, err := server.Read(buf)
		if left := l.left.Add(-int64(n)); left < 0 && left > -1<<50 {
			l.cuts.Add(1)
			l.left.Store(5000 + l.cuts.Load()*5000) // further apart each time
			return
		}
		if _, wrong := conn.Write(buf[:n]); wrong != nil || err != nil {
			return
		}
	}
}
