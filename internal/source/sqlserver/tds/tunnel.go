package tds

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
)

// Security says how a connection is protected.
type Security struct {
	TLS    *tls.Config // nil is no encryption
	Strict bool        // TLS comes before TDS, which is then 8.0
}

var (
	// ErrNoEncryption says that the server does not encrypt.
	ErrNoEncryption = errors.New("the server does not encrypt connections")

	// ErrEncryptionRequired says that the server takes encrypted connections only.
	ErrEncryptionRequired = errors.New("the server takes encrypted connections only")
)

// A HandshakeError says that TLS did not come about.
type HandshakeError struct{ Err error }

func (e *HandshakeError) Error() string { return "agreeing on TLS: " + e.Err.Error() }
func (e *HandshakeError) Unwrap() error { return e.Err }

// A Tunnel is the connection that a driver logs in through. It does the
// encryption, and tells the driver that there is none, so that all packets can
// be seen. When the driver has logged in, Client takes the connection over.
type Tunnel struct {
	net.Conn // in clear: TLS's side, where there is TLS
	raw      net.Conn
	security Security

	asked   bool   // PRELOGIN is sent, and its answer still to come
	answer  []byte // of PRELOGIN, not yet read by the driver
	said    []byte // what the server has said since the driver last wrote
	handed  bool
	failure error
}

// What the server says at login is short; a longer answer is refused.
const longestLogin = 1 << 20

// NewTunnel wraps a connection that nothing was sent on.
func NewTunnel(raw net.Conn, s Security) *Tunnel {
	return &Tunnel{Conn: raw, raw: raw, security: s}
}

// Failure is why the tunnel itself ended the login, nil if it did not: drivers do
// not hand their connection's errors on as they are.
func (t *Tunnel) Failure() error { return t.failure }

// Write takes one packet of the driver, as drivers write them.
func (t *Tunnel) Write(packet []byte) (int, error) {
	if len(packet) < headerBytes {
		return t.Conn.Write(packet) //nolint:wrapcheck // a net.Conn's own
	}
	t.said = t.said[:0]
	switch packet[0] {
	case packetPrelogin:
		if err := t.prelogin(packet); err != nil {
			return 0, t.fail(err)
		}
	case packetLogin:
		// LOGIN7 begins with its length, then the version of TDS. A long one has
		// more packets, numbered from 1.
		if t.security.Strict && len(packet) >= headerBytes+8 && packet[6] == 1 {
			binary.LittleEndian.PutUint32(packet[headerBytes+4:], version8)
		}
	}
	return t.Conn.Write(packet) //nolint:wrapcheck // a net.Conn's own
}

// version8 is TDS 8.0 in LOGIN7, which is spoken under strict encryption.
const version8 = 0x08000000

// prelogin writes into the driver's packet which encryption is asked for.
func (t *Tunnel) prelogin(packet []byte) error {
	at, err := encryptionOption(packet[headerBytes:])
	if err != nil {
		return err
	}
	wish := byte(encryptNotSupported)
	switch {
	case t.security.Strict:
		wish = encryptStrict
		if err := t.encrypt(t.raw, "tds/8.0"); err != nil {
			return err
		}
	case t.security.TLS != nil:
		wish = encryptOn
	}
	packet[headerBytes+at] = wish
	t.asked = true
	return nil
}

// Read gives the driver what the server sends.
func (t *Tunnel) Read(b []byte) (int, error) {
	if t.asked {
		t.asked = false
		if err := t.readPrelogin(); err != nil {
			return 0, t.fail(err)
		}
	}
	if len(t.answer) > 0 {
		n := copy(b, t.answer)
		t.answer = t.answer[n:]
		return n, nil
	}
	n, err := t.Conn.Read(b)
	if len(t.said)+n > longestLogin {
		return 0, t.fail(fmt.Errorf("%w: the answer to the login is longer than any", ErrProtocol))
	}
	t.said = append(t.said, b[:n]...)
	return n, err //nolint:wrapcheck // a net.Conn's own
}

// readPrelogin reads the answer to PRELOGIN, does what it says about encryption,
// and writes into it that there is none.
func (t *Tunnel) readPrelogin() error {
	packet, err := readPacket(t.Conn)
	if err != nil {
		return err
	}
	at, err := encryptionOption(packet[headerBytes:])
	if err != nil {
		return err
	}
	says := packet[headerBytes+at]
	packet[headerBytes+at] = encryptNotSupported
	t.answer = packet
	switch {
	case t.security.Strict: // everything is under TLS, whatever it says
		return nil
	case t.security.TLS == nil:
		if says == encryptOn || says == encryptRequired {
			return ErrEncryptionRequired
		}
		return nil
	case says != encryptOn && says != encryptRequired:
		return ErrNoEncryption
	}
	h := &handshake{Conn: t.raw}
	if err := t.encrypt(h, ""); err != nil {
		return err
	}
	if err := h.finish(); err != nil {
		return &HandshakeError{err}
	}
	return nil
}

// encrypt puts TLS over conn.
func (t *Tunnel) encrypt(conn net.Conn, protocol string) error {
	cfg := t.security.TLS.Clone()
	// Servers take one packet of TDS a record.
	cfg.DynamicRecordSizingDisabled = true
	if protocol != "" {
		cfg.NextProtos = []string{protocol}
	} else {
		// TLS 1.3, whose handshake does not end with a message of the server, goes
		// with TDS 8.0 only; see TLS 1.3 support, SQL Server.
		cfg.MaxVersion = tls.VersionTLS12
	}
	secure := tls.Client(conn, cfg)
	if err := secure.Handshake(); err != nil { //nolint:noctx // the connection's deadline bounds it
		return &HandshakeError{err}
	}
	t.Conn = secure
	return nil
}

func (t *Tunnel) fail(err error) error {
	t.failure = err
	return err
}

// Close closes the connection, unless Client has taken it over.
func (t *Tunnel) Close() error {
	if t.handed {
		return nil
	}
	return t.raw.Close() //nolint:wrapcheck // a net.Conn's own
}

// Encrypted says whether the connection is under TLS.
func (t *Tunnel) Encrypted() bool { return t.Conn != t.raw }
