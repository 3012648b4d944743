package wire

import (
	"crypto/tls"
	"encoding/binary"
	"net"
	"slices"
)

// greet answers PRELOGIN and begins encryption as agreed.
func (c *conn) greet() error {
	first, ahead, err := peek(c.raw)
	if err != nil {
		return gone(err)
	}
	c.in = ahead
	if first == 0x16 {
		if err := c.encryptFirst(ahead); err != nil {
			return err
		}
	}
	b, err := c.readMessage(kindPrelogin, firstPacketSize)
	if err != nil {
		return err
	}
	p, err := parsePrelogin(b)
	if err != nil {
		return err
	}
	opts := c.server.opts
	answer, agreed := agree(p.encryption(), opts.Certificate != nil, opts.Force)
	if c.strict {
		answer, agreed = encryptOn, true
	}
	c.nonce = slices.Clone(p[preloginNonce])
	if err := c.say(c.preloginAnswer(p, answer).append(nil)); err != nil {
		return err
	}
	if !agreed {
		return errGone
	}
	if c.strict || answer == encryptNotSup {
		return nil
	}
	return c.encrypt(ahead, answer == encryptOff)
}

// preloginAnswer lists what the server has.
func (c *conn) preloginAnswer(asked prelogin, encryption byte) prelogin {
	v := c.server.opts.Version
	out := prelogin{
		preloginVersion: append(v[:], 0, 0), preloginEncryption: {encryption}, preloginInstance: {0},
		preloginThread: {}, preloginMARS: {0},
	}
	if _, ok := asked[preloginFedAuth]; ok {
		out[preloginFedAuth] = []byte{1}
	}
	if c.nonce != nil {
		out[preloginNonce] = binary.LittleEndian.AppendUint64(make([]byte, 24), uint64(c.process))
	}
	return out
}

// encryptFirst begins TDS 8.0: TLS before anything else, for the protocol tds/8.0.
func (c *conn) encryptFirst(conn net.Conn) error {
	if c.server.opts.Certificate == nil {
		return errPacket
	}
	t := tls.Server(conn, &tls.Config{
		Certificates: []tls.Certificate{*c.server.opts.Certificate}, NextProtos: []string{"tds/8.0"}, MinVersion: tls.VersionTLS12,
	})
	if err := t.HandshakeContext(c.inbox.gone); err != nil {
		return gone(err)
	}
	if t.ConnectionState().NegotiatedProtocol != "tds/8.0" {
		return errPacket
	}
	c.strict, c.encrypted, c.in, c.out = true, true, t, t
	return nil
}

// encrypt does the handshake within PRELOGIN messages. TLS 1.3 belongs to TDS 8.0
// ("TLS 1.3 support", SQL Server). loginOnly goes back to plain packets after the
// login's first message, and the answers are plain.
func (c *conn) encrypt(conn net.Conn, loginOnly bool) error {
	w := newWrapped(conn, c.process)
	t := tls.Server(w, &tls.Config{
		Certificates: []tls.Certificate{*c.server.opts.Certificate}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
	})
	if err := t.HandshakeContext(c.inbox.gone); err != nil {
		return gone(err)
	}
	if err := w.finish(); err != nil {
		return err
	}
	if loginOnly {
		c.in = &firstPacket{secret: t, plain: conn}
		return nil
	}
	c.encrypted, c.in, c.out = true, t, t
	return nil
}

// A firstPacket reads one packet under TLS, and what follows without.
type firstPacket struct {
	secret, plain net.Conn
	header        []byte
	left          int
	over          bool
}

func (f *firstPacket) Read(b []byte) (int, error) {
	if f.over {
		return f.plain.Read(b)
	}
	if len(f.header) < headerSize {
		n, err := f.secret.Read(b[:min(len(b), headerSize-len(f.header))])
		f.header = append(f.header, b[:n]...)
		if len(f.header) == headerSize {
			f.left = max(int(binary.BigEndian.Uint16(f.header[2:]))-headerSize, 0)
			f.over = f.left == 0
		}
		return n, err
	}
	n, err := f.secret.Read(b[:min(len(b), f.left)])
	f.left -= n
	f.over = f.left == 0
	return n, err
}
