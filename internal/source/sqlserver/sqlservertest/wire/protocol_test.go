package wire

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// Streams that are none of TDS end the connection, whatever part of them is wrong.
func TestProtocolErrors(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(c *testClient){
		"NoHeaders":     func(c *testClient) { c.send(kindBatch, statusEnd, []byte{1, 2}) },
		"HeadersTooBig": func(c *testClient) { c.send(kindBatch, statusEnd, []byte{0xff, 0xff, 0xff, 0xff}) },
		"HalfAUnit":     func(c *testClient) { c.send(kindBatch, statusEnd, append(batch("a"), 'b')) },
		"UnknownKind":   func(c *testClient) { c.send(0x55, statusEnd, nil) },
		"AnotherKind":   func(c *testClient) { c.send(kindBatch, 0, batch("a")); c.send(kindRPC, statusEnd, nil) },
		"CallCutShort":  func(c *testClient) { c.send(kindRPC, statusEnd, append(batch(""), 0xff, 0xff, 10, 0, 0, 0, 5)) },
		"UnknownType": func(c *testClient) {
			c.send(kindRPC, statusEnd, append(batch(""), 0xff, 0xff, 10, 0, 0, 0, 0, 0, 0xee))
		},
		"BulkOfNothing": func(c *testClient) { c.send(kindBulk, statusEnd, []byte{tokenRow}) },
		"SecondLogin":   func(c *testClient) { c.send(kindLogin, statusEnd, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, logged := &script{answer: one}, make(chan error, 1)
			c := client(t, listen(t, h, Options{Log: func(err error) { logged <- err }}))
			send(c)
			if got := c.answer(); got[0] != tokenError || got[3] != 0xa2 || got[4] != 0x0f { // 4002
				t.Errorf("the answer is % x", got)
			}
			if _, err := readPacket(c.conn); err == nil {
				t.Error("the connection goes on")
			}
			select {
			case err := <-logged:
				if !errors.Is(err, errStream) && !errors.Is(err, errPacket) {
					t.Error(err)
				}
			case <-time.After(time.Minute):
				t.Error("nothing was logged")
			}
			if len(h.requests()) > 0 {
				t.Errorf("asked %q", h.requests())
			}
		})
	}
}

// What is no login ends the connection, and a client that leaves is no mistake.
func TestNoLogin(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	for name, c := range map[string]struct {
		send   string
		logged bool
	}{
		"Nothing":        {"", false},
		"HalfAPacket":    {"\x12\x01\x00\x2f\x00", false},
		"HTTP":           {"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + string(make([]byte, 1<<15)), true},
		"NoOptions":      {"\x12\x01\x00\x08\x00\x00\x01\x00", true},
		"LoginFirst":     {string(dump(t, exampleLogin)), true},
		"HalfAHandshake": {"\x16\x03\x01", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logged := make(chan error, 1)
			s := listen(t, &script{answer: one}, Options{Certificate: &id.certificate, Log: func(err error) { logged <- err }})
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write([]byte(c.send)); err != nil {
				t.Fatal(err)
			}
			if err := conn.(*net.TCPConn).CloseWrite(); err != nil && !errors.Is(err, net.ErrClosed) {
				t.Log(err) // the server was quicker
			}
			_, _ = io.Copy(io.Discard, conn)
			shut(t, conn)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if got := len(logged) > 0; got != c.logged {
				t.Errorf("logged %v", got)
			}
		})
	}
}
