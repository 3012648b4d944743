package office

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"archwire/internal/serve/problem"
)

// FuzzOfficeBody reads bodies of requests that change something: whatever they hold,
// they are taken or refused with what was wrong, and the tenant that is read is the
// one that the noun's own member says.
func FuzzOfficeBody(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"practice":"17","client":"partner","profile":"aggregate","purpose":"x","from":"2026-01-01T00:00:00Z","until":null,"datasets":["a"]}`,
		`{"practice":17}`, `{"practice":"17","practice":"18"}`, `{"Practice":"17"}`, `{"PURPOSE":"x"}`, `[]`, `null`, `{"practice":null}`, "{\"practice\":\"\xff\"}", `{} {}`, `{"datasets":[[]]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var ask grantRequest
		tenant, err := split([]byte(body), "practice", &ask)
		if p, ok := errors.AsType[*problem.Problem](err); err != nil && (!ok || p.Status != 400 || p.Hint == "") {
			t.Fatalf("%q: %v", body, err)
		}
		if err != nil {
			return
		}
		if !utf8.ValidString(tenant) || tenant != "" && !strings.Contains(body, "practice") && !strings.Contains(body, `\u`) {
			t.Errorf("%q is about %q", body, tenant)
		}
		if ask.Client != "" && !strings.Contains(body, "client") && !strings.Contains(body, `\u`) {
			t.Errorf("%q names the client %q", body, ask.Client)
		}
	})
}

// FuzzIdempotencyKey reads headers.
func FuzzIdempotencyKey(f *testing.F) {
	for _, seed := range []string{"", "0f8d6b1c-5a53-4a0c-9a53-6b1c5a534a0c", `"0f8d6b1c-5a53-4a0c-9a53"`, `"`, "short", strings.Repeat("x", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := idempotencyKey([]string{text})
		if err == nil && (len(key) < minIdempotency || len(key) > maxIdempotency || strings.ContainsAny(key, "\" \\\n") || !strings.Contains(text, key)) {
			t.Errorf("%q is the key %q", text, key)
		}
	})
}
