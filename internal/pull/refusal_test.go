package pull

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

// What a server says of why it refuses reaches a terminal: in one short line, and none
// of it plays with the terminal.
func FuzzRefusal(f *testing.F) {
	f.Add(400, []byte(`{"detail":"There is no practice 9 here.","hint":"Leave it out.","field":"practice"}`))
	f.Add(410, []byte(`{"detail":"\u001b[2J\nx\u0000","hint":"\u202e"}`))
	f.Add(503, []byte(`<html>`))
	f.Add(401, []byte(`{"detail":"`+strings.Repeat("é", 400)+`"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		r := refused(&http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))})
		for _, text := range []string{r.err.Message, r.err.Hint} {
			if len(text) > 600 || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Errorf("%q says %q", body, text)
			}
		}
		if r.err.Code == "" || r.err.Message == "" {
			t.Errorf("status %d says nothing", status)
		}
	})
}
