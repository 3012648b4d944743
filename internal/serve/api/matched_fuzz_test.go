package api

import (
	"strings"
	"testing"
)

// Of what a caller says it has, a tag is taken only if it is there: a 304 tells nothing
// to whoever does not know the answer, but for *.
func FuzzMatched(f *testing.F) {
	for _, header := range []string{"", "*", `"abc"`, `W/"abc"`, `"abc-gzip"`, `"x", W/"abc-zstd" , "y"`, `"abc`, `abc`, `"", ,`, `W/W/"abc"`} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := matched(header, "abc")
		switch got {
		case "":
			if header == `"abc"` || strings.TrimSpace(header) == "*" {
				t.Errorf("%q does not match", header)
			}
		case `"abc"`, `"abc-gzip"`, `"abc-zstd"`:
			if !strings.Contains(header, got) && !strings.Contains(header, "*") {
				t.Errorf("%q is taken for %s", header, got)
			}
		default:
			t.Errorf("%q matches %s", header, got)
		}
	})
}
