package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/problem"
)

func TestEncodingIsNegotiated(t *testing.T) {
	for accept, want := range map[string]string{
		"":                        "",
		"identity":                "",
		"gzip":                    "gzip",
		"gzip, deflate, br, zstd": "zstd",
		"GZIP;q=0.5":              "gzip",
		"zstd;q=0.1, gzip;q=0.9":  "gzip",
		"zstd;q=0, gzip;q=0":      "",
		"*":                       "zstd",
		"*;q=0.5, zstd;q=0":       "gzip",
		"*;q=0":                   "",
		"gzip;q=nonsense":         "",
		"br":                      "",
		" zstd ; q=1.0 ":          "zstd",
		strings.Repeat("x,", 500): "",
	} {
		if got := negotiate(accept); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", accept, got, want)
		}
	}
}

func TestTagsMatch(t *testing.T) {
	for header, want := range map[string]string{
		``:                ``,
		`"abc"`:           `"abc"`,
		`W/"abc"`:         `"abc"`,
		`"x", "abc-gzip"`: `"abc-gzip"`,
		`*`:               `"abc"`,
		`abc`:             ``,
		`"abcd"`:          ``,
		`"abc-br"`:        ``,
	} {
		if got := matched(header, "abc"); got != want {
			t.Errorf("If-None-Match %s: %q, want %q", header, got, want)
		}
	}
}

// scopes are two that open different tenants.
func scopes(t *testing.T) (one, other auth.Scope) {
	t.Helper()
	keys := authtest.New()
	return keys.Scope(t, keys.Open(t, archwire.Identified, "p1"), time.Now()), keys.Scope(t, keys.Open(t, archwire.Identified, "p2"), time.Now())
}

func TestCacheNeverMixesCallersOrPublications(t *testing.T) {
	one, other := scopes(t)
	a, b := &edition{Edition: &catalogue.Edition{Manifest: archwire.Manifest{ID: "a"}}}, &edition{Edition: &catalogue.Edition{Manifest: archwire.Manifest{ID: "b"}}}
	c := newCache[cacheKey, *body](1 << 20)
	c.put(keyOf(one, a, "q"), &body{plain: []byte("mine")}, 4)
	for name, k := range map[string]cacheKey{"another scope": keyOf(other, a, "q"), "another publication": keyOf(one, b, "q"), "another query": keyOf(one, a, "r"), "no scope": keyOf(auth.Scope{}, a, "q")} {
		if _, ok := c.get(k); ok {
			t.Errorf("%s finds the answer", name)
		}
	}
	if found, ok := c.get(keyOf(one, a, "q")); !ok || string(found.plain) != "mine" {
		t.Error("the answer is not found again")
	}
}

func TestCacheKeepsTheLastUsedWithinItsBytes(t *testing.T) {
	c := newCache[cacheKey, *body](64 << 10)
	key := func(i int) cacheKey { return cacheKey{request: fmt.Sprint(i)} }
	for i := range 100 {
		c.put(key(i), &body{}, 2000)
		c.get(key(0))
	}
	if c.used > c.most || len(c.found) != c.order.Len() || len(c.found) < 20 {
		t.Errorf("%d answers, %d bytes of %d", len(c.found), c.used, c.most)
	}
	if _, ok := c.get(key(0)); !ok {
		t.Error("the one used all the time was dropped")
	}
	if _, ok := c.get(key(1)); ok {
		t.Error("one that nobody used was kept")
	}
	c.put(key(1000), &body{}, 9<<10)
	if _, ok := c.get(key(1000)); ok {
		t.Error("an answer of more than an eighth was kept")
	}
}

func TestWhatIsOursToMendIsNotExplained(t *testing.T) {
	secret := "SELECT /var/lib/store p2"
	for _, err := range []error{
		fmt.Errorf("reading %s", secret),
		&archwire.Error{Code: archwire.Internal, Message: secret, Hint: secret},
		&archwire.Error{Code: archwire.Mismatch, Message: secret},
		new(call).readError("d", &archwire.Error{Code: archwire.Unavailable, Message: secret}),
		new(call).readError("d", &archwire.Error{Code: archwire.Invalid, Message: secret}),
	} {
		p := problem.Of(err)
		if p.Status < 500 || strings.Contains(p.Detail+p.Hint+p.Title, "SELECT") {
			t.Errorf("%v is told as %+v", err, p)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, accept := range []string{"", "gzip", "zstd;q=0, gzip", "*", "*;q=0", "br, gzip;q=0.5", "gzip;q=x", ";;;", "GZIP ; Q=1", "gzip;q=-1", "zstd;q=NaN"} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		got := negotiate(accept)
		switch got {
		case "":
		case "gzip", "zstd":
			if low := strings.ToLower(accept); !strings.Contains(low, got) && !strings.Contains(low, "*") {
				t.Errorf("%q takes %s", accept, got)
			}
		default:
			t.Errorf("%q takes %q", accept, got)
		}
	})
}
