package request

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzLocal sees that a browser takes what passes for a path of this server, as browsers
// read addresses: https://url.spec.whatwg.org/.
func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/x?y=z#a", "/\\x", "https://x", "", "/\t/x", "/%2f/x", "/%2Fevil.example/x", "/%5Cevil.example", "/%09/x", "/%252Fx", "/x/..//y", "/sign-in?to=//x", "/dashboards/overview?practice=1&filter%5Ba%5D=b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !Local(text) {
			return
		}
		// Browsers drop tabs and line ends, and take a backslash for a slash.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimLeft(text, " "))
		if !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Errorf("%q leads elsewhere", text)
		}
		u, err := url.Parse(text)
		if err != nil || u.Host != "" {
			t.Errorf("%q has a host", text)
			return
		}
		if strings.HasPrefix(strings.ReplaceAll(u.Path, "\\", "/"), "//") {
			t.Errorf("%q leads elsewhere once it is decoded", text)
		}
	})
}
