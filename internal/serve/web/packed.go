package web

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// packed compresses what pages send. The tokens in them are masked, so that the length
// of a page tells nothing of them.
func packed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.SetContentType(false), gzhttp.SuffixETag("-gzip"))
	if err != nil { // of options that do not fit: these do
		return next
	}
	return wrap(next)
}
