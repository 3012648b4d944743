package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"archwire/internal/serve/auth"
)

// A body is an answer as it is sent, and compressed once somebody wants it so.
type body struct {
	contentType string
	plain       []byte
	mu          sync.Mutex
	packed      map[string][]byte // by content encoding
}

// size charges a body twice, for its compressed forms.
func (b *body) size() int64 { return int64(2 * len(b.plain)) }

// respond answers with what build makes, or with what it made before for the
// same publication, caller and canonical request. Equal requests get equal
// bytes, so the ETag is known before the answer is.
func (h *Handler) respond(c *call, canonical string, build func() ([]byte, error)) error {
	k := keyOf(c.scope, c.ed, canonical)
	of := spelling{key: k, tag: h.tag(k)}
	if h.unchanged(c, of) {
		return nil
	}
	b, ok := h.cache.get(k)
	h.Metrics.cached(ok)
	if !ok {
		text, err := h.inSlot(c, build)
		if err != nil {
			return err
		}
		b = &body{contentType: contentJSON, plain: text, packed: map[string][]byte{}}
		h.cache.put(k, b, b.size())
	}
	if !c.followed {
		h.spelt.put(asSpelt(c), of, int64(len(k.request)+len(of.tag)))
	}
	return h.send(c, b, of.tag)
}

// A spelling is what a request turned out to ask for.
type spelling struct {
	key cacheKey
	tag string
}

// asSpelt names a request by its very letters.
func asSpelt(c *call) cacheKey { return keyOf(c.scope, c.ed, c.r.URL.Path+"?"+c.r.URL.RawQuery) }

// repeat answers a request that was answered before, letter for letter, without
// reading its parameters again, if the answer is still kept.
func (h *Handler) repeat(c *call) (done bool, err error) {
	of, ok := h.spelt.get(asSpelt(c))
	if !ok {
		return false, nil
	}
	b, ok := h.cache.get(of.key)
	if !ok {
		return false, nil
	}
	if h.unchanged(c, of) {
		return true, nil
	}
	h.Metrics.cached(true)
	return true, h.send(c, b, of.tag)
}

// unchanged sets what every answer says about itself, and answers a caller that
// has it already.
func (h *Handler) unchanged(c *call, of spelling) bool {
	head := c.w.Header()
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Vary", "Accept-Encoding, Authorization, X-API-Key")
	match := matched(c.r.Header.Get("If-None-Match"), of.tag)
	if match == "" {
		return false
	}
	head.Set("ETag", match)
	c.w.WriteHeader(http.StatusNotModified)
	return true
}

// inSlot builds an answer once there is a free slot for it.
func (h *Handler) inSlot(c *call, build func() ([]byte, error)) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-c.ctx.Done():
		return nil, c.ctx.Err()
	}
	defer func() { <-h.slots }()
	return build()
}

func (h *Handler) send(c *call, b *body, tag string) error {
	head := c.w.Header()
	head.Set("Content-Type", b.contentType)
	text, encoding := b.plain, ""
	if len(b.plain) >= smallest {
		if encoding = negotiate(c.r.Header.Get("Accept-Encoding")); encoding != "" {
			var err error
			if text, err = h.packers.pack(b, encoding); err != nil {
				return fmt.Errorf("compressing an answer: %w", err)
			}
			head.Set("Content-Encoding", encoding)
		}
	}
	head.Set("ETag", quoted(tag, encoding))
	head.Set("Content-Length", strconv.Itoa(len(text)))
	if _, err := c.w.Write(text); err != nil {
		return fmt.Errorf("sending an answer: %w", err)
	}
	return nil
}

// tag names an answer before it is made: the publication, the caller, the
// request, the build that answers and the secret of its cursors decide every byte.
func (h *Handler) tag(k cacheKey) string {
	var b canon
	b.add(h.Program, Version, h.seal.name, k.publication, k.caller, k.request)
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:16])
}

func quoted(tag, encoding string) string {
	if encoding != "" {
		tag += "-" + encoding
	}
	return `"` + tag + `"`
}

// matched returns which of the caller's tags names the answer; "" if none does.
func matched(header, tag string) string {
	if header == "" {
		return ""
	}
	for given := range strings.SplitSeq(header, ",") {
		given = strings.TrimPrefix(strings.TrimSpace(given), "W/")
		if given == "*" {
			return quoted(tag, "")
		}
		for _, encoding := range []string{"", "gzip", "zstd"} {
			if given == quoted(tag, encoding) {
				return given
			}
		}
	}
	return ""
}

// smallest is the least number of bytes that compression is worth.
const smallest = 1024

// negotiate chooses the encoding of the answer: zstd before gzip, whichever the
// caller takes at all; "" leaves it plain.
func negotiate(accept string) string {
	var any, gz, zs float64 = -1, -1, -1
	for part := range strings.SplitSeq(accept, ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := quality(rest)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip":
			gz = q
		case "zstd":
			zs = q
		case "*":
			any = q
		}
	}
	if zs < 0 {
		zs = any
	}
	if gz < 0 {
		gz = any
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

// An envelope is what stands around data.
type envelope struct {
	contract int    // 0 is none
	about    []byte // further members of "meta", each after a comma
	next     string // the cursor of the next page; "" is none
}

// open begins an answer, up to its data.
func (envelope) open() []byte { return append(make([]byte, 0, 4096), `{"data":`...) }

// close ends an answer after its data.
func (v envelope) close(dst []byte, e *edition) []byte {
	dst = append(dst, `,"meta":{`...)
	dst = append(dst, e.meta...)
	if v.contract > 0 {
		dst = append(dst, `,"contract":`...)
		dst = strconv.AppendInt(dst, int64(v.contract), 10)
	}
	dst = append(dst, v.about...)
	dst = append(dst, `},"page":{"next":`...)
	if v.next == "" {
		dst = append(dst, "null"...)
	} else {
		dst = appendString(dst, v.next)
	}
	return append(dst, "}}\n"...)
}

// cacheKey names an answer. Only keyOf makes one, from a scope: an answer cannot
// be kept, or found, without saying for whom.
type cacheKey struct{ publication, caller, request string }

func keyOf(s auth.Scope, e *edition, canonical string) cacheKey {
	return cacheKey{string(e.manifest.ID), s.Digest() + s.Key(), canonical}
}
