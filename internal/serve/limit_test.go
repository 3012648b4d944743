package serve_test

import (
	"net/http"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
)

func TestBytesOfAllAnswersAreLimited(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.HourlyBytes = 20_000 })
	b.published(t, nil)
	for _, path := range []string{"/v1/datasets/collections/export.csv", "/v1/datasets/collections/rows", someMetric} {
		key, other := b.keys.Open(t, archwire.Aggregate, "p1"), b.keys.Open(t, archwire.Aggregate, "p1")
		sent := 0
		for {
			r := b.get(t, path, key)
			if r.status == http.StatusTooManyRequests {
				if r.at(t, "limit") != "bytes" || r.header.Get("Retry-After") == "" || r.header.Get("RateLimit-Limit") != "20000" || !strings.Contains(r.text, "20000 bytes") {
					t.Errorf("%s: %v %s", path, r.header, r.text)
				}
				break
			}
			sent += len(r.want(t, 200).text)
			if sent > 100_000 {
				t.Fatalf("%s was sent %d bytes", path, sent)
			}
		}
		if sent < 20_000 {
			t.Errorf("%s was refused after %d bytes", path, sent)
		}
		b.get(t, path, other).want(t, 200)
	}
}

func TestRequestsUnderWayOfAKeyAreLimited(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Concurrency = 2 })
	b.published(t, many())
	key, other := b.keys.Open(t, archwire.Identified, "p1"), b.keys.Open(t, archwire.Identified, "p1")
	for range 2 {
		c := b.dial(t, "127.0.0.1")
		must(t, c.SetReadBuffer(64<<10))
		send(t, c, "GET /v1/datasets/patients/export.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+"\r\n\r\n")
		_, err := c.Read(make([]byte, 1))
		must(t, err)
		if len(b.get(t, "/v1", other).want(t, 200).text) == 0 {
			t.Error("another key is held up")
		}
		defer c.Close() //nolint:errcheck // so that the export ends before the server does
	}
	if r := b.get(t, "/v1", key).want(t, 429); r.at(t, "limit") != "concurrency" || r.header.Get("Retry-After") != "1" || !strings.Contains(r.text, "2 requests under way") {
		t.Errorf("%v %s", r.header, r.text)
	}
}
