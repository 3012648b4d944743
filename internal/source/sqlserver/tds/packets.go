package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	readBuffer = 256 << 10
	// The longest packet: 32767 bytes, [MS-TDS] 2.2.6.4, PacketSize.
	longestPacket = 32767
)

// packets buffers what the server sends and takes the headers of packets out, so
// that the tokens of an answer lie one after the other and rows can be decoded
// where they lie.
type packets struct {
	src io.Reader
	buf []byte
	// buf[r:w] are tokens not yet read, buf[u:x] what has come after them and
	// still has headers.
	r, w, u, x int
	left       int  // bytes that the packet at hand still has to come
	last       bool // the packet at hand is the last of its answer
}

func newPackets(src io.Reader) *packets {
	return &packets{src: src, buf: make([]byte, readBuffer)}
}

// ended says whether the answer has come whole.
func (p *packets) ended() bool { return p.last && p.left == 0 }

// begin makes ready for the next answer.
func (p *packets) begin() { p.last = false }

// tokens are the bytes of the answer that have come and are not read.
func (p *packets) tokens() []byte { return p.buf[p.r:p.w] }

// skip takes n bytes as read.
func (p *packets) skip(n int) { p.r += n }

// need waits until n bytes of the answer can be read. An answer that ends before
// is an error.
func (p *packets) need(n int) error {
	for p.w-p.r < n {
		if p.ended() {
			return errCutShort
		}
		if err := p.fill(); err != nil {
			return err
		}
	}
	return nil
}

// fill reads what there is, at least a byte of the answer. The buffer grows when
// it is full of what has come, not by what was announced, and shrinks again
// after a huge row.
func (p *packets) fill() error {
	had := p.w
	for {
		if err := p.unwrap(); err != nil {
			return err
		}
		if p.w > had || p.ended() {
			return nil
		}
		had -= p.room()
		got, err := p.src.Read(p.buf[p.x:])
		p.x += got
		if got > 0 {
			continue
		}
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err //nolint:wrapcheck // a net.Error must stay one
		}
	}
}

// room makes place for reading, and says by how much it moved what is there.
func (p *packets) room() int {
	used := p.w - p.r + p.x - p.u
	vast := len(p.buf) > 16*readBuffer && used < readBuffer/2
	if p.x < len(p.buf) && p.r < p.w && !vast {
		return 0
	}
	moved := p.r
	into := p.buf
	switch {
	case vast:
		into = make([]byte, readBuffer)
	case used > len(p.buf)/2:
		into = make([]byte, 2*len(p.buf))
	}
	raw := p.buf[p.u:p.x]
	p.w, p.r = copy(into, p.tokens()), 0
	p.u, p.x = p.w, p.w+copy(into[p.w:], raw)
	p.buf = into
	return moved
}

// unwrap moves what has come of the answer to its tokens.
func (p *packets) unwrap() error {
	for p.u < p.x && !p.ended() {
		if p.left > 0 {
			n := min(p.left, p.x-p.u)
			copy(p.buf[p.w:], p.buf[p.u:p.u+n])
			p.w, p.u, p.left = p.w+n, p.u+n, p.left-n
			continue
		}
		if p.x-p.u < headerBytes {
			return nil
		}
		if err := p.header(p.buf[p.u:]); err != nil {
			return err
		}
		p.u += headerBytes
	}
	if p.u == p.x {
		p.u, p.x = p.w, p.w
	}
	return nil
}

func (p *packets) header(b []byte) error {
	n := int(binary.BigEndian.Uint16(b[2:]))
	if b[0] != packetAnswer || n < headerBytes || n > longestPacket {
		return fmt.Errorf("%w: a packet of type %d and %d bytes", ErrProtocol, b[0], n)
	}
	p.left, p.last = n-headerBytes, b[1]&statusLast != 0
	return nil
}

// writeMessage sends a message in packets of at most size bytes.
func writeMessage(w io.Writer, kind byte, body []byte, size int) error {
	packet := make([]byte, 0, min(size, headerBytes+len(body)))
	for number := byte(1); ; number++ {
		n := min(len(body), size-headerBytes)
		status := byte(0)
		if n == len(body) {
			status = statusLast
		}
		packet = append(packet[:0], kind, status, 0, 0, 0, 0, number, 0)
		packet = append(packet, body[:n]...)
		binary.BigEndian.PutUint16(packet[2:], uint16(len(packet))) //nolint:gosec // at most longestPacket
		if _, err := w.Write(packet); err != nil {
			return err //nolint:wrapcheck // a net.Error must stay one
		}
		if body = body[n:]; status == statusLast {
			return nil
		}
	}
}
