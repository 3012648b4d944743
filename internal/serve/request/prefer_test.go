package request

import (
	"net/http"
	"strings"
	"testing"
)

// TestPrefers reads preferences as section 2 of RFC 7240 has them.
func TestPrefers(t *testing.T) {
	for text, want := range map[string]bool{
		"link": true, "Link": true, "respond-async, link": true, "link, wait=10": true, "link; foo=bar": true, "link=": true, `link=""`: true, "wait=10,link;a": true, " link ": true,
		"": false, "links": false, "respond-async": false, "a=link": false, "foo; link": false, "li nk": false,
	} {
		if got := Prefers(http.Header{"Prefer": {text}}, "link"); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if !Prefers(http.Header{"Prefer": {"wait=10", "link"}}, "link") {
		t.Error("a second header is not read")
	}
}

// What else is preferred changes nothing, and one header means what two do.
func FuzzPrefers(f *testing.F) {
	f.Add("respond-async", "link")
	f.Add(`foo="a, link"`, "wait=10")
	f.Add(";,=", "link;x=y")
	f.Fuzz(func(t *testing.T, one, other string) {
		prefers := func(lines ...string) bool { return Prefers(http.Header{"Prefer": lines}, "link") }
		if prefers(one, other) != (prefers(one) || prefers(other)) || prefers(one+","+other) != prefers(one, other) {
			t.Errorf("%q and %q are read otherwise together", one, other)
		}
		if !prefers(one + ",link") {
			t.Errorf("after %q no link is preferred", one)
		}
		if prefers(one) && !strings.Contains(strings.ToLower(one), "link") {
			t.Errorf("%q prefers a link", one)
		}
	})
}
