package request

import (
	"net/http"
	"strings"
)

// Prefers says whether a request states that preference (RFC 7240), whatever value it is
// given. What is stated is a wish: anything that cannot be read states nothing.
func Prefers(h http.Header, name string) bool {
	for _, line := range h.Values("Prefer") {
		for stated := range strings.SplitSeq(line, ",") {
			stated, _, _ = strings.Cut(stated, ";")
			stated, _, _ = strings.Cut(stated, "=")
			if strings.EqualFold(strings.TrimSpace(stated), name) {
				return true
			}
		}
	}
	return false
}
