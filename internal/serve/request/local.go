package request

import (
	"net/url"
	"strings"
)

// Local says whether text names a path of this server, whoever reads it: neither a
// browser nor somebody who decodes the path takes it for another host.
func Local(text string) bool {
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.ContainsFunc(text, odd) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return false
	}
	return !strings.HasPrefix(u.Path, "//") && !strings.ContainsFunc(u.Path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f })
}
