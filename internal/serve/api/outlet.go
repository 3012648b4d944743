package api

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// patience is how long a reader may take for what is written to it at once, unless
// Config says otherwise. A stream has no other deadline.
const patience = time.Minute

// An outlet is where a stream leaves: compressed, if it is to be, and cut off when
// its reader takes nothing any more.
type outlet struct {
	to     *patient
	packer io.WriteCloser // nil where nothing is compressed
}

func newOutlet(w http.ResponseWriter, encoding string) (*outlet, error) {
	o := &outlet{to: &patient{w, http.NewResponseController(w)}}
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

// patient sets the deadline anew for each write.
type patient struct {
	w          http.ResponseWriter
	controller *http.ResponseController
}

func (p *patient) Write(b []byte) (int, error) {
	if p.w == nil {
		return len(b), nil
	}
	most := patience
	if t, ok := p.w.(*trip); ok && t.patience > 0 {
		most = t.patience
	}
	if err := p.controller.SetWriteDeadline(time.Now().Add(most)); err != nil { //nolint:forbidigo // the network's clock, not the day's
		return 0, fmt.Errorf("setting a deadline: %w", err)
	}
	return p.w.Write(b)
}
