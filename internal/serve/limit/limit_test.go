package limit

import (
	"net/http"
	"testing"
	"time"

	"archwire/internal/serve/problem"
)

// limitedBy says which limit refused, and fails where the header does not say when
// to come again.
func limitedBy(t *testing.T, err error, head http.Header) string {
	t.Helper()
	if err == nil {
		return ""
	}
	p := problem.Of(err)
	if p.Status != http.StatusTooManyRequests || head.Get("Retry-After") == "" || p.Hint == "" {
		t.Errorf("refused as %+v, header %v", p, head)
	}
	return p.Limit
}

func TestRequestsUnderWayAreLimited(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	l := New(0, 0, func() time.Time { return at }).Also(2, 0)
	for _, step := range []struct {
		key, want string
		leaves    bool
	}{
		{"a", "", false},
		{"a", "", false},
		{"a", "concurrency", false},
		{"b", "", false},
		{"a", "concurrency", false},
		{"a", "", true},
		{"a", "", false},
		{"a", "concurrency", false},
		{"b", "", false},
		{"b", "concurrency", false},
	} {
		if step.leaves {
			l.Leave(step.key, 100)
			continue
		}
		head := http.Header{}
		if got := limitedBy(t, l.Admit(step.key, head), head); got != step.want {
			t.Errorf("%s is refused for %q, want %q", step.key, got, step.want)
		}
	}
}

func TestBytesAreLimited(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	l := New(100, 200, func() time.Time { return at }).Also(0, 3600)
	ask := func(key string, bytes int64, want, wait string) {
		t.Helper()
		head := http.Header{}
		if got := limitedBy(t, l.Admit(key, head), head); got != want || head.Get("Retry-After") != wait {
			t.Errorf("%s is refused for %q until %q, want %q until %q", key, got, head.Get("Retry-After"), want, wait)
		}
		if want == "bytes" && (head.Get("RateLimit-Limit") != "3600" || head.Get("RateLimit-Remaining") != "0" || head.Get("RateLimit-Reset") != wait) {
			t.Errorf("header %v", head)
		}
		if head.Get("RateLimit-Policy") != `200;w=2;comment="requests", 3600;w=3600;comment="bytes"` {
			t.Errorf("policy %q", head.Get("RateLimit-Policy"))
		}
		if want == "" {
			l.Leave(key, bytes)
		}
	}
	ask("a", 3599, "", "")
	ask("a", 101, "", "")       // what was begun is sent whole
	ask("a", 0, "bytes", "101") // 100 bytes are owed, and one is to be there: one comes back each second
	ask("b", 0, "", "")         // another key's are its own
	at = at.Add(100 * time.Second)
	ask("a", 0, "bytes", "1")
	at = at.Add(-time.Hour) // a clock that goes back gives nothing, and takes nothing
	ask("a", 0, "bytes", "1")
	at = at.Add(time.Second)
	ask("a", 0, "", "")
	at = at.Add(24 * time.Hour)
	ask("a", 3601, "", "") // no more than an hour's are kept
	ask("a", 0, "bytes", "2")
}
