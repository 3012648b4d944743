package web

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocalKeepsPathsOfOurs(t *testing.T) {
	for _, path := range []string{"/", "/dashboards/overview?practice=1&filter%5Blocation_id%5D=7", "/metrics/net_collections#history"} {
		if got := local(path); got != path {
			t.Errorf("%q became %q", path, got)
		}
	}
}

// FuzzSwitch sees that what the page of choosing a tenant links to is of this server.
func FuzzSwitch(f *testing.F) {
	for _, seed := range []string{"/", "/%2Fevil.example/sign-in", "/%5Cevil.example", "/%5c%2fx", "//x", "/dashboards/a%20b?practice=1", "/%252Fx", "/%3F/x"} {
		f.Add(seed)
	}
	v := &visit{service: service{Noun: noun{"practice", "practices"}}}
	f.Fuzz(func(t *testing.T, text string) {
		for _, to := range []string{local(text), text} {
			there := v.through(to, "7")
			u, err := url.Parse(there)
			if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(there, "/") || strings.HasPrefix(strings.ReplaceAll(there, "\\", "/"), "//") {
				t.Errorf("%q leads to %q", text, there)
			}
		}
	})
}

func TestSwitchLeadsToPathsOfOursAlone(t *testing.T) {
	v := &visit{service: service{Noun: noun{"practice", "practices"}}}
	for to, want := range map[string]string{
		"/dashboards/a%20b?period=last_month": "/dashboards/a%20b?period=last_month&practice=7", "/%2Fevil.example/sign-in": "/", "/%5Cevil.example": "/", "/\\evil.example": "/",
	} {
		if got := v.through(to, "7"); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}
