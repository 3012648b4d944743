package edge

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// seen is the address that a request has behind proxies of 10.0.0.0/8.
func seen(tb testing.TB, peer string, said ...string) string {
	tb.Helper()
	var got string
	h := Behind([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = peer
	for _, s := range said {
		r.Header.Add("X-Forwarded-For", s)
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
	return got
}

func TestOnlyProxiesAreBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		peer string
		said []string
		want string
	}{
		"a caller itself":             {"192.0.2.1:99", []string{"198.51.100.1"}, "192.0.2.1:99"},
		"a proxy":                     {"10.0.0.1:99", []string{"198.51.100.1"}, "198.51.100.1:0"},
		"a proxy, mapped":             {"[::ffff:10.0.0.1]:99", []string{"198.51.100.1"}, "198.51.100.1:0"},
		"what the caller wrote":       {"10.0.0.1:99", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.1:0"},
		"in a header of its own":      {"10.0.0.1:99", []string{"127.0.0.1", "198.51.100.1"}, "198.51.100.1:0"},
		"two proxies":                 {"10.0.0.1:99", []string{"127.0.0.1, 198.51.100.1, 10.0.0.2"}, "198.51.100.1:0"},
		"from among the proxies":      {"10.0.0.1:99", []string{"10.0.0.9, 10.0.0.2"}, "10.0.0.9:0"},
		"with a port":                 {"10.0.0.1:99", []string{"198.51.100.1:1234"}, "198.51.100.1:0"},
		"IPv6":                        {"10.0.0.1:99", []string{"2001:db8::1"}, "[2001:db8::1]:0"},
		"IPv6 with a port":            {"10.0.0.1:99", []string{"[2001:db8::1]:1234"}, "[2001:db8::1]:0"},
		"mapped":                      {"10.0.0.1:99", []string{"::ffff:198.51.100.1"}, "198.51.100.1:0"},
		"nothing said":                {"10.0.0.1:99", nil, "10.0.0.1:99"},
		"no address":                  {"10.0.0.1:99", []string{"unknown"}, ""},
		"empty":                       {"10.0.0.1:99", []string{""}, ""},
		"no address after one":        {"10.0.0.1:99", []string{"198.51.100.1, unknown"}, ""},
		"no address before another":   {"10.0.0.1:99", []string{"unknown, 198.51.100.1"}, "198.51.100.1:0"},
		"an address before a proxy's": {"10.0.0.1:99", []string{"198.51.100.1, x, 10.0.0.2"}, ""},
	} {
		if got := seen(t, c.peer, c.said...); got != c.want {
			t.Errorf("%s: the address is %q, want %q", name, got, c.want)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("198.51.100.1, 10.0.0.2")
	f.Add("[2001:db8::1]:1, ::ffff:10.0.0.1")
	f.Add(",,")
	f.Fuzz(func(t *testing.T, said string) {
		got := seen(t, "10.0.0.1:99", said)
		if seen(t, "192.0.2.1:99", said) != "192.0.2.1:99" {
			t.Error("who is no proxy was believed")
		}
		if got == "" {
			return
		}
		a, err := netip.ParseAddrPort(got)
		if err != nil || a.Addr().Zone() != "" || a.Addr().Is4In6() {
			t.Errorf("%q becomes %q", said, got)
		}
		// What a caller wrote before it does not matter.
		if !strings.HasPrefix(got, "10.") && seen(t, "10.0.0.1:99", "203.0.113.99,"+said) != got {
			t.Errorf("with another address before it %q is no longer %q", said, got)
		}
	})
}
