package door

import (
	"strings"
	"testing"
)

// FuzzLocal sees that a browser takes what passes for a path of this server.
func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/x?y=z#a", "/\\x", "https://x", "", "/\t/x", "/%2f/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !local(text) {
			return
		}
		// Browsers drop tabs and line ends, and take a backslash for a slash.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimLeft(text, " "))
		if !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Errorf("%q leads elsewhere", text)
		}
	})
}
