package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A wire buffers what the server sends and knows where messages end. pgconn
// reads through it and never gets a byte of the message after the one it reads,
// so between two statements the rest of the stream lies here, where COPY can be
// decoded in place: no copy and no call per row.
type wire struct {
	src  io.Reader
	buf  []byte
	r, w int // what is buffered and not yet read is buf[r:w]
	left int // bytes of the message that pgconn is in the middle of
}

const (
	wireBuffer = 256 << 10
	// PostgreSQL sends no longer message: MaxAllocSize, see src/include/utils/memutils.h.
	longestMessage = 1<<30 + 1<<20
)

var errProtocol = errors.New("the server's answer does not follow the protocol")

func newWire(src io.Reader) *wire {
	return &wire{src: src, buf: make([]byte, wireBuffer)}
}

// Read serves pgconn.
func (w *wire) Read(p []byte) (int, error) {
	if w.left == 0 {
		if err := w.fill(5); err != nil {
			return 0, err
		}
		n, err := w.length()
		if err != nil {
			return 0, err
		}
		w.left = n
	}
	if w.r == w.w {
		if err := w.fill(1); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.buf[w.r:min(w.w, w.r+w.left)])
	w.r += n
	w.left -= n
	return n, nil
}

// message returns the next message. The body is valid until the next call.
func (w *wire) message() (kind byte, body []byte, err error) {
	if w.w-w.r < 5 {
		if err := w.fill(5); err != nil {
			return 0, nil, err
		}
	}
	n, err := w.length()
	if err != nil {
		return 0, nil, err
	}
	if w.w-w.r < n {
		if err := w.fill(n); err != nil {
			return 0, nil, err
		}
	}
	kind, body = w.buf[w.r], w.buf[w.r+5:w.r+n]
	w.r += n
	return kind, body, nil
}

// length is that of the buffered message, its kind and length included.
func (w *wire) length() (int, error) {
	n := int(binary.BigEndian.Uint32(w.buf[w.r+1:])) + 1
	if n < 5 || n > longestMessage {
		return 0, fmt.Errorf("%w: a message of %d bytes", errProtocol, n)
	}
	return n, nil
}

// fill reads until n bytes are buffered. The buffer grows with what has come,
// not with what was announced, and shrinks again after a huge message.
func (w *wire) fill(n int) error {
	for w.w-w.r < n {
		if w.r > 0 && (w.r == w.w || w.r+n > len(w.buf)) {
			rest := w.buf[w.r:w.w]
			if len(w.buf) > 16*wireBuffer && len(rest) < wireBuffer && n <= wireBuffer {
				w.buf = make([]byte, wireBuffer)
			}
			w.w = copy(w.buf, rest)
			w.r = 0
		}
		if w.w == len(w.buf) {
			grown := make([]byte, min(2*len(w.buf), longestMessage+wireBuffer))
			copy(grown, w.buf[:w.w])
			w.buf = grown
		}
		got, err := w.src.Read(w.buf[w.w:])
		w.w += got
		if err != nil && w.w-w.r < n {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err //nolint:wrapcheck // a net.Error must stay one, for pgconn asks it for Timeout
		}
	}
	return nil
}
