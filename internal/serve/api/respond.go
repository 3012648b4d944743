package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"archwire/internal/serve/canon"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/request"
)

// varies are the headers of a request that an answer depends on.
const varies = "Accept-Encoding, Authorization, X-API-Key, Cookie, " + describe.ViewAs

// A body is an answer as it is sent, and compressed once somebody wants it so.
type body struct {
	contentType string
	plain       []byte
	about       disclosure
	mu          sync.Mutex
	packed      map[string][]byte // by content encoding
}

// size charges a body twice, for its compressed forms.
func (b *body) size() int64 { return int64(2*len(b.plain)) + b.about.size() }

// respond answers with what build makes, or with what it made before for the
// same publication, caller and canonical request. Equal requests get equal
// bytes, so the ETag is known before the answer is.
func (h *Handler) respond(c *call, canonical string, build func() ([]byte, disclosure, error)) error {
	k := keyOf(c.Scope, c.ed, canonical)
	of := spelling{key: k, tag: h.tag(k), notices: c.notices}
	if h.unchanged(c, of) {
		return nil
	}
	b, ok := h.cache.get(k)
	h.Metrics.cached(ok)
	if !ok {
		b = &body{contentType: request.JSON, packed: map[string][]byte{}}
		err := h.slots.build(c, func() (err error) { b.plain, b.about, err = build(); return err })
		if err != nil {
			return err
		}
		h.cache.put(k, b, b.size()+int64(len(k.request)))
	}
	if !c.followed && !c.live {
		letters := asSpelt(c)
		h.spelt.put(letters, of, int64(len(letters.request)+len(k.request)+len(of.tag)))
	}
	return h.send(c, b, of.tag)
}

// A spelling is what a request turned out to ask for.
type spelling struct {
	key     cacheKey
	tag     string
	notices notices
}

// asSpelt names a request by its very letters, as they came.
func asSpelt(c *call) cacheKey { return keyOf(c.Scope, c.ed, c.R.RequestURI) }

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
	head := c.W.Header()
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Vary", varies)
	of.notices.tell(head)
	match := matched(c.R.Header.Get("If-None-Match"), of.tag)
	if match == "" {
		return false
	}
	head.Set("ETag", match)
	c.W.WriteHeader(http.StatusNotModified)
	return true
}

func (h *Handler) send(c *call, b *body, tag string) error {
	head := c.W.Header()
	head.Set("Content-Type", b.contentType)
	text, encoding := b.plain, ""
	if len(b.plain) >= smallest {
		if encoding = negotiate(c.R.Header.Get("Accept-Encoding")); encoding != "" {
			var err error
			if text, err = h.packers.pack(b, encoding); err != nil {
				return fmt.Errorf("compressing an answer: %w", err)
			}
			head.Set("Content-Encoding", encoding)
		}
	}
	if err := h.disclose(c, b.about); err != nil {
		head.Del("Content-Encoding")
		return err
	}
	head.Set("ETag", quoted(tag, encoding))
	head.Set("Content-Length", strconv.Itoa(len(text)))
	if _, err := c.W.Write(text); err != nil {
		return fmt.Errorf("sending an answer: %w", err)
	}
	return nil
}

// tag names an answer before it is made: the publication, the caller, the
// request, the build that answers and the secret of its cursors decide every byte.
func (h *Handler) tag(k cacheKey) string {
	var b canon.Text
	b.Add(h.Program, describe.Version, h.seal.Name, k.publication, k.audience, k.scope, k.key, k.request)
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
