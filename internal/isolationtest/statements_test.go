package isolationtest

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// counting is the URL of a database by way of a proxy, which counts the statements that
// are carried out there: what Query and Bind messages ask for.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
func counting(t *testing.T, database string) (string, *atomic.Int64) {
	t.Helper()
	u, err := url.Parse(database)
	must(t, err)
	target, n := u.Host, &atomic.Int64{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { must(t, listener.Close()) })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close() //nolint:errcheck // the product sees that it is gone
				continue
			}
			pass := func(to, from net.Conn, how func(io.Writer, io.Reader) error) {
				how(to, from) //nolint:errcheck // it ends when either side does
				to.Close()    //nolint:errcheck // both are closed
				from.Close()  //nolint:errcheck // both are closed
			}
			go pass(client, server, func(to io.Writer, from io.Reader) error { _, err := io.Copy(to, from); return err })
			go pass(server, client, func(to io.Writer, from io.Reader) error { return messages(to, from, n) })
		}
	}()
	u.Host = listener.Addr().String()
	q := u.Query()
	q.Set("sslmode", "disable")
	u.RawQuery = q.Encode()
	return u.String(), n
}

// messages passes on what a client says, and counts its statements.
func messages(to io.Writer, from io.Reader, n *atomic.Int64) error {
	for kind := 0; ; kind = 1 { // the first message says no kind
		head := make([]byte, kind+4)
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		if kind == 1 && (head[0] == 'Q' || head[0] == 'B') {
			n.Add(1)
		}
		if _, err := to.Write(head); err != nil {
			return err
		}
		if _, err := io.CopyN(to, from, int64(binary.BigEndian.Uint32(head[kind:]))-4); err != nil {
			return err
		}
	}
}
