package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/request"
)

const (
	openAPIPath = "/openapi.json"
	docsPath    = "/docs"
)

// recognized finds out who asks for the description of the API: whoever shows nothing is
// nobody, and so is a person whose session has ended.
func (h *Handler) recognized(c *call) error {
	text, cookie := h.door.Credential(c.R)
	if text == "" {
		return nil
	}
	err := h.admit(c)
	if cookie && archwire.CodeOf(err) == archwire.Denied {
		c.W.Header().Del("WWW-Authenticate")
		return nil
	}
	return err
}

// openAPI answers openAPIPath: the datasets and metrics that it describes are those
// that open to the caller, to nobody none unless the catalogue is public.
func (h *Handler) openAPI(c *call) error { return h.document(c, request.JSON, describe.OpenAPI) }

// docs answers docsPath, in the same way.
func (h *Handler) docs(c *call) error {
	head := c.W.Header()
	style := sha256.Sum256([]byte(describe.CSS))
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return h.document(c, "text/html; charset=utf-8", describe.Page)
}

func (h *Handler) document(c *call, contentType string, write func(*catalogue.Edition) ([]byte, error)) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	k := keyOf(c.Scope, c.ed, c.trip.route)
	tag := h.tag(k)
	c.W.Header().Set("Cache-Control", "private, no-cache")
	c.W.Header().Set("Vary", varies)
	if match := matched(c.R.Header.Get("If-None-Match"), tag); match != "" {
		c.W.Header().Set("ETag", match)
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	b, ok := h.cache.get(k)
	if !ok {
		plain, err := write(c.ed.Seen(h.described(c)))
		if err != nil {
			return err
		}
		b = &body{contentType: contentType, plain: plain, packed: map[string][]byte{}}
		h.cache.put(k, b, b.size())
	}
	return h.send(c, b, tag)
}

// described is the catalogue as it is described to the caller.
func (h *Handler) described(c *call) *catalogue.View {
	if h.PublicCatalogue && c.Credential == "" {
		return c.ed.Views[archwire.Identified]
	}
	return c.catalogued("")
}
