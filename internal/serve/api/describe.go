package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"archwire/internal/serve/describe"
	"archwire/internal/serve/request"
)

// describe.OpenAPI answers /openapi.json. The description of the API holds no data, so
// it needs no key.
func (h *Handler) openAPI(c *call) error { return h.document(c, request.JSON, c.ed.spec) }

// docs answers /docs.
func (h *Handler) docs(c *call) error {
	head := c.W.Header()
	style := sha256.Sum256([]byte(describe.CSS))
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return h.document(c, "text/html; charset=utf-8", c.ed.docs)
}

func (h *Handler) document(c *call, contentType string, text func() ([]byte, error)) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	k := keyOf(c.Scope, c.ed, c.trip.route)
	tag := h.tag(k)
	c.W.Header().Set("Cache-Control", "no-cache")
	c.W.Header().Set("Vary", "Accept-Encoding")
	if match := matched(c.R.Header.Get("If-None-Match"), tag); match != "" {
		c.W.Header().Set("ETag", match)
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	b, ok := h.cache.get(k)
	if !ok {
		plain, err := text()
		if err != nil {
			return err
		}
		b = &body{contentType: contentType, plain: plain, packed: map[string][]byte{}}
		h.cache.put(k, b, b.size())
	}
	return h.send(c, b, tag)
}
