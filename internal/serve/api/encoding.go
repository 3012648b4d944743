package api

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// smallest is the least number of bytes that compression is worth.
const smallest = 1024

// negotiate chooses the encoding of the answer: zstd before gzip, whichever the
// caller takes at all; "" leaves it plain.
func negotiate(accept string) string {
	var rest, gz, zs float64 = -1, -1, -1
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := quality(weight)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip":
			gz = q
		case "zstd":
			zs = q
		case "*":
			rest = q
		}
	}
	if zs < 0 {
		zs = rest
	}
	if gz < 0 {
		gz = rest
	}
	switch {
	case zs > 0 && zs >= gz:
		return "zstd"
	case gz > 0:
		return "gzip"
	}
	return ""
}

func quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
			q, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return 0
			}
			return q
		}
	}
	return 1
}

// packers compress; their working memory is used again.
type packers struct {
	gzip sync.Pool
	zstd *zstd.Encoder
}

func newPackers() (*packers, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, fmt.Errorf("opening a zstd encoder: %w", err)
	}
	return &packers{zstd: enc, gzip: sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}}, nil
}

func (p *packers) pack(b *body, encoding string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if text, ok := b.packed[encoding]; ok {
		return text, nil
	}
	text, err := p.compress(b.plain, encoding)
	if err != nil {
		return nil, err
	}
	b.packed[encoding] = text
	return text, nil
}

func (p *packers) compress(plain []byte, encoding string) ([]byte, error) {
	if encoding == "zstd" {
		return p.zstd.EncodeAll(plain, nil), nil
	}
	w := p.gzip.Get().(*gzip.Writer)
	defer p.gzip.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("writing gzip: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("closing gzip: %w", err)
	}
	return out.Bytes(), nil
}
