package tds

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// A handshake carries the messages of TLS's handshake within packets of
// PRELOGIN, as [MS-TDS] 2.2.6.5 has it; what comes after goes as it is.
type handshake struct {
	net.Conn
	out  []byte // what is to be sent before the next reading
	left int    // bytes of the packet at hand not yet read
	done bool
}

// Write keeps what is written: one flight of messages goes in one message of
// packets.
func (h *handshake) Write(b []byte) (int, error) {
	if h.done {
		return h.Conn.Write(b) //nolint:wrapcheck // a net.Conn's own
	}
	h.out = append(h.out, b...)
	return len(b), nil
}

func (h *handshake) Read(b []byte) (int, error) {
	if h.done {
		return h.Conn.Read(b) //nolint:wrapcheck // a net.Conn's own
	}
	if err := h.flush(); err != nil {
		return 0, err
	}
	for h.left == 0 {
		var header [headerBytes]byte
		if _, err := io.ReadFull(h.Conn, header[:]); err != nil {
			return 0, err //nolint:wrapcheck // a net.Conn's own
		}
		n := int(binary.BigEndian.Uint16(header[2:]))
		// Servers answer with either type.
		if header[0] != packetPrelogin && header[0] != packetAnswer || n < headerBytes {
			return 0, fmt.Errorf("%w: a packet of type %d within the handshake of TLS", ErrProtocol, header[0])
		}
		h.left = n - headerBytes
	}
	n, err := h.Conn.Read(b[:min(len(b), h.left)])
	h.left -= n
	return n, err //nolint:wrapcheck // a net.Conn's own
}

// finish ends the packets.
func (h *handshake) finish() error {
	err := h.flush()
	h.done = true
	return err
}

func (h *handshake) flush() error {
	if len(h.out) == 0 {
		return nil
	}
	out := h.out
	h.out = nil
	return writeMessage(h.Conn, packetPrelogin, out, preloginPacket)
}

// preloginPacket is the size of packets before the login agrees on one.
const preloginPacket = 4096
