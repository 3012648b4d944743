package api

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

const (
	// patience is how long a stream waits for its reader, unless Config says otherwise:
	// from when the reader last took what the pace demands of that time. A stream has no
	// other deadline.
	patience = time.Minute

	// pace is how many bytes a second a reader takes at least. Whoever takes a little
	// now and then would otherwise hold a place among the streams for ever.
	pace = 16 << 10

	// piece is how many bytes are sent at once at most. A reader that keeps the pace
	// takes one in time, whatever the size of what a format hands over.
	piece = 32 << 10
)

// An outlet is where a stream leaves: compressed, if it is to be, and cut off when
// its reader takes nothing any more.
type outlet struct {
	to     *patient
	packer io.WriteCloser // nil where nothing is compressed
}

func newOutlet(to *patient, encoding string) (*outlet, error) {
	o := &outlet{to: to}
	switch encoding {
	case "gzip":
		o.packer = gzip.NewWriter(o.to)
	case "zstd":
		packer, err := zstd.NewWriter(o.to, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("opening a zstd encoder: %w", err)
		}
		o.packer = packer
	}
	return o, nil
}

// Write implements io.Writer.
func (o *outlet) Write(b []byte) (int, error) {
	if o.packer != nil {
		return o.packer.Write(b)
	}
	return o.to.Write(b)
}

// Close ends what is compressed.
func (o *outlet) Close() error {
	if o.packer == nil {
		return nil
	}
	return o.packer.Close()
}

// abandon gives the packer's memory back. What it holds still is not sent.
func (o *outlet) abandon() {
	if o == nil || o.packer == nil {
		return
	}
	o.to.w = nil
	o.packer.Close() //nolint:errcheck // it writes nowhere
}

// patient cuts a reader off when its patience is over.
type patient struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	still      func() error  // whether it may be sent on
	waited     time.Duration // for the reader, and
	taken      int           // how many bytes of it, since it last kept the pace
}

func (h *Handler) patient(c *call) *patient {
	return &patient{w: c.W, controller: http.NewResponseController(c.W), still: h.still(c)}
}

// still says, as often as it is asked, whether what the caller was let in by still
// opens what it did. A stream may last long, and what is revoked ends it within a
// second. It asks anew twice a second.
func (h *Handler) still(c *call) func() error {
	const each = 500 * time.Millisecond
	asked := h.Now()
	return func() error {
		now := h.Now()
		if since := now.Sub(asked); since >= 0 && since < each {
			return nil
		}
		asked = now
		scope, err := h.Authorizer.Authorize(c.R.Context(), c.Credential, request.Address(c.R))
		if err == nil {
			scope, err = h.seenAs(c.R.Context(), scope, c.Scope.Viewing())
		}
		if err == nil && scope.Digest() != c.Scope.Digest() {
			err = problem.New(problem.KindKey, "What the key opens has become another while this was sent.")
		}
		return err
	}
}

// Write implements io.Writer.
func (p *patient) Write(b []byte) (n int, err error) {
	if p.w == nil {
		return len(b), nil
	}
	for len(b) > 0 && err == nil {
		next := b[:min(piece, len(b))]
		var taken int
		taken, err = p.send(next)
		n += taken
		b = b[len(next):]
	}
	return n, err
}

// send sends a piece.
func (p *patient) send(b []byte) (int, error) {
	if err := p.still(); err != nil {
		return 0, err
	}
	most := patience
	if t, ok := p.w.(*trip); ok && t.patience > 0 {
		most = t.patience
	}
	began := time.Now() //nolint:forbidigo // the network's clock, not the day's
	if err := p.controller.SetWriteDeadline(began.Add(most - p.waited)); err != nil {
		return 0, fmt.Errorf("setting a deadline: %w", err)
	}
	n, err := p.w.Write(b)
	p.waited += time.Since(began)
	if p.taken += n; float64(p.taken) >= pace*most.Seconds() {
		p.waited, p.taken = 0, 0
	}
	return n, err
}
