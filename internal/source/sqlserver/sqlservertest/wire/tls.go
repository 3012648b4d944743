package wire

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
)

// A wrapped connection carries the handshake of TLS within PRELOGIN messages
// ([MS-TDS] 2.2.6.5); after it, records stand by themselves. It never reads past
// a record: after a login that alone was encrypted, plain packets follow.
type wrapped struct {
	net.Conn
	pack    *packer
	done    bool   // with the handshake
	body    []byte // of the packet that is being read
	left    int    // bytes of the record that is being read
	header  [5]byte
	inField int // bytes of the header that were handed on
}

func newWrapped(c net.Conn, process int) *wrapped {
	w := &wrapped{Conn: c}
	w.pack = newPacker(func(b []byte) error { _, err := c.Write(b); return err }, process)
	w.pack.kind = kindPrelogin
	return w
}

// Write keeps what the handshake says until it waits for an answer.
func (w *wrapped) Write(b []byte) (int, error) {
	if w.done {
		return w.Conn.Write(b)
	}
	return w.pack.Write(b)
}

// finish sends the end of the handshake. From now on records stand by themselves.
func (w *wrapped) finish() error {
	w.done = true
	if len(w.pack.buf) == headerSize {
		return nil
	}
	return w.pack.end()
}

func (w *wrapped) Read(b []byte) (int, error) {
	if w.done {
		return w.record(b)
	}
	if len(w.pack.buf) > headerSize {
		if err := w.pack.end(); err != nil {
			return 0, err
		}
	}
	for len(w.body) == 0 {
		p, err := readPacket(w.Conn)
		if err != nil {
			return 0, err
		}
		if p.kind != kindPrelogin {
			return 0, errPacket
		}
		w.body = p.body
	}
	n := copy(b, w.body)
	w.body = w.body[n:]
	return n, nil
}

// record reads no further than to the end of a record (RFC 5246, 6.2.1).
func (w *wrapped) record(b []byte) (int, error) {
	if w.left == 0 && w.inField == len(w.header) {
		w.inField = 0
	}
	if w.left == 0 {
		n, err := w.Conn.Read(w.header[w.inField : w.inField+min(len(b), len(w.header)-w.inField)])
		copy(b, w.header[w.inField:w.inField+n])
		w.inField += n
		if w.inField == len(w.header) {
			w.left = int(binary.BigEndian.Uint16(w.header[3:]))
		}
		return n, err
	}
	n, err := w.Conn.Read(b[:min(len(b), w.left)])
	w.left -= n
	return n, err
}

// A peeked connection gives what was read ahead of it once more.
type peeked struct {
	net.Conn
	head bytes.Reader
}

// peek looks at the first byte that a client sends: a record of TLS begins with
// 0x16, and then TDS 8.0 is spoken ([MS-TDS] 2.1 Transport).
func peek(c net.Conn) (byte, net.Conn, error) {
	var first [1]byte
	if _, err := io.ReadFull(c, first[:]); err != nil {
		return 0, nil, err
	}
	p := &peeked{Conn: c}
	p.head.Reset(first[:])
	return first[0], p, nil
}

func (p *peeked) Read(b []byte) (int, error) {
	if p.head.Len() > 0 {
		return p.head.Read(b)
	}
	return p.Conn.Read(b)
}
