package wire

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"
	"time"
)

// A testClient sends what a driver would not.
type testClient struct {
	t    *testing.T
	conn net.Conn
}

// client connects and logs in, without encryption.
func client(t *testing.T, s *Server) *testClient {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, conn) })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	c := &testClient{t: t, conn: conn}
	c.send(kindPrelogin, statusEnd, prelogin{0: make([]byte, 6), 1: {encryptNotSup}}.append(nil))
	c.answer()
	login := said(t, exampleLogin, kindLogin)
	binary.LittleEndian.PutUint32(login[4:], version74)
	c.send(kindLogin, statusEnd, login)
	c.answer()
	return c
}

// send sends one packet.
func (c *testClient) send(kind, status byte, body []byte) {
	c.t.Helper()
	p := append([]byte{kind, status, 0, 0, 0, 0, 1, 0}, body...)
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	if _, err := c.conn.Write(p); err != nil {
		c.t.Fatal(err)
	}
}

// answer is the next message of the server, without headers.
func (c *testClient) answer() []byte {
	c.t.Helper()
	var b bytes.Buffer
	for {
		p, err := readPacket(c.conn)
		if err != nil {
			c.t.Fatal(err)
		}
		b.Write(p.body)
		if p.status&statusEnd != 0 {
			return b.Bytes()
		}
	}
}

// batch is a request outside of transactions.
func batch(sql string) []byte {
	b := []byte{22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}
	return appendUTF16(b, sql)
}

// A playback is a connection that gives what was recorded.
type playback struct {
	net.Conn
	bytes.Buffer
}

func (p *playback) Read(b []byte) (int, error)  { return p.Buffer.Read(b) }
func (p *playback) Write(b []byte) (int, error) { return len(b), nil }
