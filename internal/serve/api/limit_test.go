package api

import (
	"math"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

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
	l := newLimits(0, 0, func() time.Time { return at }).also(2, 0)
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
			l.leave(step.key, 100)
			continue
		}
		head := http.Header{}
		if got := limitedBy(t, l.admit(step.key, head), head); got != step.want {
			t.Errorf("%s is refused for %q, want %q", step.key, got, step.want)
		}
	}
}

func TestBytesAreLimited(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	l := newLimits(100, 200, func() time.Time { return at }).also(0, 3600)
	ask := func(key string, bytes int64, want, wait string) {
		t.Helper()
		head := http.Header{}
		if got := limitedBy(t, l.admit(key, head), head); got != want || head.Get("Retry-After") != wait {
			t.Errorf("%s is refused for %q until %q, want %q until %q", key, got, head.Get("Retry-After"), want, wait)
		}
		if want == "bytes" && (head.Get("RateLimit-Limit") != "3600" || head.Get("RateLimit-Remaining") != "0" || head.Get("RateLimit-Reset") != wait) {
			t.Errorf("header %v", head)
		}
		if head.Get("RateLimit-Policy") != `200;w=2;comment="requests", 3600;w=3600;comment="bytes"` {
			t.Errorf("policy %q", head.Get("RateLimit-Policy"))
		}
		if want == "" {
			l.leave(key, bytes)
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

// However the time passes and whatever is taken, a bucket never holds more than its
// most, and what was let out over any time is at most that and what came in.
func TestABucketLetsOutWhatCameIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most, rate := float64(rapid.IntRange(1, 100).Draw(t, "most")), float64(rapid.IntRange(1, 10).Draw(t, "rate"))
		began := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
		now, b, out := began, newBucket(most, rate, began), 0.0
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
			n := float64(rapid.IntRange(1, 20).Draw(t, "n"))
			if b.fill(now); b.left >= n {
				b.take(n, now)
				out += n
			} else if wait := b.wait(n, now); n <= most {
				later := *b
				if later.fill(now.Add(time.Duration(wait) * time.Second)); later.left < n-1e-6 {
					t.Fatalf("after the wait of %d s there are %v, not %v", wait, later.left, n)
				}
			}
			if b.left > most || out > most+rate*now.Sub(began).Seconds()+1e-6 || math.IsNaN(b.left) {
				t.Fatalf("%v left of %v, %v out", b.left, most, out)
			}
		}
	})
}
