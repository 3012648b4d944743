package limit

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"archwire/internal/serve/problem"
)

func TestLimitsAreOfEachKey(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	l := New(2, 3, func() time.Time { return at })
	head := http.Header{}
	for i := range 3 {
		if err := l.Admit("a", head); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if head.Get("RateLimit-Limit") != "3" || head.Get("RateLimit-Remaining") != "0" || head.Get("RateLimit-Reset") != "2" {
		t.Errorf("header %v", head)
	}
	if err := l.Admit("a", head); problem.Of(err).Status != http.StatusTooManyRequests || head.Get("Retry-After") != "1" {
		t.Errorf("the fourth: %v, header %v", err, head)
	}
	if err := l.Admit("b", http.Header{}); err != nil {
		t.Errorf("another key: %v", err)
	}
	at = at.Add(500 * time.Millisecond)
	if err := l.Admit("a", http.Header{}); err != nil {
		t.Errorf("half a second later: %v", err)
	}
	if err := New(0, 0, time.Now).Admit("a", http.Header{}); err != nil {
		t.Errorf("no limit: %v", err)
	}
}

func TestIdleLimitersAreDropped(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	l := New(1, 1, func() time.Time { return at })
	for i := range 10_000 {
		l.Admit(fmt.Sprint(i), http.Header{}) //nolint:errcheck // each is the first
		l.Leave(fmt.Sprint(i), 0)
	}
	at = at.Add(time.Minute)
	l.Admit("one more", http.Header{}) //nolint:errcheck // the first
	if len(l.keys) != 1 {
		t.Errorf("%d limiters are kept", len(l.keys))
	}
}
