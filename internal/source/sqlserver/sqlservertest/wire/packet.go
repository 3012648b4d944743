package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Kinds of messages ([MS-TDS] 2.2.3.1.1 Type).
const (
	kindBatch       = 0x01
	kindRPC         = 0x03
	kindAnswer      = 0x04
	kindAttention   = 0x06
	kindBulk        = 0x07
	kindToken       = 0x08
	kindTransaction = 0x0e
	kindLogin       = 0x10
	kindSSPI        = 0x11
	kindPrelogin    = 0x12
)

// Bits of a packet's status ([MS-TDS] 2.2.3.1.2 Status).
const (
	statusEnd       = 0x01 // the message ends with this packet
	statusIgnore    = 0x02 // and is to be ignored
	statusReset     = 0x08 // the session is reset before the request
	statusResetKeep = 0x10 // the same, but an open transaction stays
)

const (
	headerSize      = 8
	firstPacketSize = 4096 // until the login has agreed on another ([MS-TDS] 2.2.3.1.3 Length)
	leastPacketSize = 512
	mostPacketSize  = 32767
)

var errPacket = errors.New("wire: a packet that is no packet of TDS")

// A packet is one piece of a message.
type packet struct {
	kind, status byte
	body         []byte
}

// readPacket reads the next packet. io.EOF says that there is none.
func readPacket(r io.Reader) (packet, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return packet{}, err
	}
	n := int(binary.BigEndian.Uint16(h[2:]))
	if n < headerSize {
		return packet{}, errPacket
	}
	p := packet{kind: h[0], status: h[1], body: make([]byte, n-headerSize)}
	if _, err := io.ReadFull(r, p.body); err != nil {
		return packet{}, fmt.Errorf("reading a packet: %w", noEOF(err))
	}
	return p, nil
}

// noEOF makes an end in the midst of something an error.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// A packer cuts messages into packets and hands each whole packet on.
type packer struct {
	send    func(packet []byte) error
	kind    byte
	size    int    // of a packet, its header included
	process uint16 // the session's number, as each header carries it
	serial  byte
	buf     []byte // the packet that fills up, behind room for its header
	err     error  // the first of send
}

func newPacker(send func([]byte) error, process int) *packer {
	return &packer{send: send, kind: kindAnswer, size: firstPacketSize, process: uint16(process), buf: make([]byte, headerSize, firstPacketSize)}
}

// Write adds to the message.
func (p *packer) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 && p.err == nil {
		if len(p.buf) == p.size {
			p.flush(0)
		}
		k := min(len(b), p.size-len(p.buf))
		p.buf = append(p.buf, b[:k]...)
		b = b[k:]
	}
	return n, p.err
}

// end ends the message.
func (p *packer) end() error {
	p.flush(statusEnd)
	p.serial = 0
	return p.err
}

// flush sends the packet that fills up as it is.
func (p *packer) flush(status byte) {
	p.serial++
	p.buf[0], p.buf[1] = p.kind, status
	binary.BigEndian.PutUint16(p.buf[2:], uint16(len(p.buf)))
	binary.BigEndian.PutUint16(p.buf[4:], p.process)
	p.buf[6], p.buf[7] = p.serial, 0
	if p.err == nil {
		p.err = p.send(p.buf)
	}
	p.buf = p.buf[:headerSize]
}
