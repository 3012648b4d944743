package web

import (
	"net/http"

	"archwire/internal/serve/request"
)

// local is a path of this server that text names, or "" where a browser could take it
// for something else.
func local(text string) string {
	if !request.Local(text) {
		return ""
	}
	return text
}

// back is where the viewer is, to come back to.
func (v *visit) back() string {
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		return "/"
	}
	return local(v.r.URL.RequestURI())
}
