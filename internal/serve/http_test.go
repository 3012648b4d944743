package serve_test

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

const someMetric = "/v1/metrics/net_collections?by=payer_kind"

func TestConditionalRequests(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, path := range []string{"/v1", someMetric, "/v1/datasets/collections/rows", "/docs", "/openapi.json"} {
		first := b.get(t, path, key).want(t, 200)
		tag := first.header.Get("ETag")
		if tag == "" || first.header.Get("Archwire-Version") != "2026-11-22" {
			t.Fatalf("%s: header %v", path, first.header)
		}
		again := b.get(t, path, key, "If-None-Match", `"other", `+tag).want(t, 304)
		if again.text != "" || again.header.Get("ETag") != tag {
			t.Errorf("%s: %v %q", path, again.header, again.text)
		}
		if second := b.get(t, path, key).want(t, 200); second.text != first.text || second.header.Get("ETag") != tag {
			t.Errorf("%s: the same request has another answer", path)
		}
	}
	tag := b.get(t, someMetric, key).header.Get("ETag")
	for name, r := range map[string]reply{
		"another key":      b.get(t, someMetric, b.keys.Open(t, archwire.Aggregate, "p1"), "If-None-Match", tag),
		"another question": b.get(t, someMetric+"&grain=year", key, "If-None-Match", tag),
	} {
		if r.status != 200 || r.header.Get("ETag") == tag {
			t.Errorf("%s: status %d", name, r.status)
		}
	}
	b.get(t, "/v1/metrics/net_collections?by=nothing", key, "If-None-Match", "*").want(t, 400)
	b.published(t, nil)
	if r := b.get(t, someMetric, key, "If-None-Match", tag).want(t, 200); r.header.Get("ETag") == tag {
		t.Error("another publication has the same tag")
	}
}

func TestCompressionRoundTrips(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified)
	path := "/v1/metrics/net_collections?by=payer_kind,practice&grain=day&from=2026-09-01&to=2026-10-31"
	plain := b.get(t, path, key).want(t, 200)
	tags := map[string]bool{plain.header.Get("ETag"): true}
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		for range 2 { // packed, and kept
			r := b.get(t, path, key, "Accept-Encoding", encoding).want(t, 200)
			in, err := open(strings.NewReader(r.text))
			must(t, err)
			text, err := io.ReadAll(in)
			must(t, err)
			if string(text) != plain.text || r.header.Get("Content-Encoding") != encoding || len(r.text) > len(plain.text)/3 {
				t.Errorf("%s: %d bytes, header %v", encoding, len(r.text), r.header)
			}
			tags[r.header.Get("ETag")] = true
			if !strings.Contains(r.header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("Vary is %q", r.header.Get("Vary"))
			}
			b.get(t, path, key, "Accept-Encoding", encoding, "If-None-Match", r.header.Get("ETag")).want(t, 304)
		}
	}
	if len(tags) != 3 {
		t.Errorf("three encodings have %d tags", len(tags))
	}
	if r := b.get(t, "/v1", key, "Accept-Encoding", "gzip"); r.header.Get("Content-Encoding") != "" {
		t.Error("a small answer was compressed")
	}
}

func TestProblemsAreProblems(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, c := range []struct {
		method, path, field string
		status              int
	}{
		{"GET", "/", "", 404},
		{"GET", "/v1/nothing", "", 404},
		{"GET", "/v1/", "", 404},
		{"POST", "/v1/metrics", "", 405},
		{"DELETE", "/v1/datasets/collections/rows", "", 405},
		{"GET", "/v1/metrics/nothing", "metric", 404},
		{"GET", "/v1/metrics/net_collections?grain=decade", "grain", 400},
		{"GET", "/v1/metrics/net_collections?from=2026-13-01", "from", 400},
		{"GET", "/v1/metrics/net_collections?from=2026-02-01&to=2026-01-01", "to", 400},
		{"GET", "/v1/metrics/net_collections?grain=day&from=1900-01-01", "from", 400},
		{"GET", "/v1/metrics/net_collections?from=0001-01-01", "from", 400},
		{"GET", "/v1/metrics/net_collections?from=9999-12-31", "from", 400},
		{"GET", "/v1/metrics/net_collections?by=bucket", "by", 400},
		{"GET", "/v1/metrics/net_collections?compare=none,previous_year", "compare", 400},
		{"GET", "/v1/metrics/net_collections?filter[amount]=1", "filter[amount]", 400},
		{"GET", "/v1/metrics/net_collections?grain=day&grain=week", "grain", 400},
		{"GET", "/v1/datasets/collections/rows?limit=0", "limit", 400},
		{"GET", "/v1/datasets/collections/rows?limit=10001", "limit", 400},
		{"GET", "/v1/datasets/collections/rows?limit=ten", "limit", 400},
		{"GET", "/v1/datasets/collections/rows?fields=amont", "fields", 400},
		{"GET", "/v1/datasets/collections/rows?filter[payments]=many", "filter[payments]", 400},
		{"GET", "/v1/datasets/collections/rows?cursor=", "cursor", 400},
		{"GET", "/v1/datasets/collections/rows?cursor=x", "cursor", 400},
		{"GET", "/v1/practices?limit=1", "limit", 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, b.url+c.path, nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+key)
		got := do(t, r)
		p := got.json(t)
		field, _ := p["field"].(string)
		if got.status != c.status || field != c.field || got.header.Get("Content-Type") != "application/problem+json" ||
			p["detail"] == "" || p["request_id"] != got.header.Get("X-Request-Id") {
			t.Errorf("%s %s: %d %s", c.method, c.path, got.status, got.text)
		}
		for _, leak := range []string{"SELECT", "slice", ".go", "/tmp", ".parquet", "duckdb"} {
			if strings.Contains(got.text, leak) {
				t.Errorf("%s: the problem has %s: %s", c.path, leak, got.text)
			}
		}
	}
	r := b.get(t, "/v1", key, "Archwire-Version", "2020-01-01").want(t, 400)
	if r.at(t, "field") != "Archwire-Version" {
		t.Errorf("another version: %s", r.text)
	}
	if r := b.get(t, "/v1", key, "X-Request-Id", "mine-1"); r.header.Get("X-Request-Id") != "mine-1" {
		t.Error("the caller's request id is not repeated")
	}
	if r := b.get(t, "/v1", key, "X-Request-Id", "<script>"); strings.Contains(r.header.Get("X-Request-Id"), "<") {
		t.Error("any request id is repeated")
	}
}

func TestKeysAreLimited(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Rate, c.Burst = 0.001, 3 })
	b.published(t, nil)
	key, other := b.keys.Open(t, archwire.Aggregate), b.keys.Open(t, archwire.Aggregate)
	for i := range 3 {
		if r := b.get(t, "/v1", key).want(t, 200); r.header.Get("RateLimit-Remaining") != []string{"2", "1", "0"}[i] {
			t.Errorf("request %d: %v", i, r.header)
		}
	}
	if r := b.get(t, "/v1", key).want(t, 429); r.header.Get("Retry-After") == "" || r.at(t, "type") != "/docs#problem-rate" {
		t.Errorf("%v %s", r.header, r.text)
	}
	b.get(t, "/v1", other).want(t, 200)
}

func TestHealthAndMetrics(t *testing.T) {
	b := setup(t)
	b.get(t, "/healthz", "").want(t, 200)
	if r := b.get(t, "/readyz", "").want(t, 503); !strings.Contains(r.text, "nothing has been published yet") {
		t.Errorf("not ready: %s", r.text)
	}
	m := b.published(t, nil)
	if r := b.get(t, "/readyz", "").want(t, 200); !strings.Contains(r.text, string(m.ID)) {
		t.Errorf("ready: %s", r.text)
	}
	key := b.keys.Open(t, archwire.Aggregate)
	b.get(t, someMetric, key).want(t, 200)
	b.get(t, someMetric, key).want(t, 200)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+b.metrics+"/metrics", nil)
	must(t, err)
	text := do(t, r).want(t, 200).text
	for _, line := range []string{
		`archwire_serve_requests_total{route="/v1/metrics/{metric}",status="200"} 2`,
		`archwire_serve_cache_total{result="hit"} 1`,
		`archwire_serve_publication_info{as_of="2026-11-20",publication="` + string(m.ID) + `"} 1`,
		`archwire_serve_request_seconds_count{route="/v1/metrics/{metric}"} 2`,
		`archwire_serve_data_age_seconds`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(text, "p1") || strings.Contains(text, "net_collections") {
		t.Error("a label names a practice or a metric")
	}
	b.get(t, "/metrics", key).want(t, 404)
}

func TestPublicationsSwitchWithoutALostRequest(t *testing.T) {
	b := setup(t)
	seen := sync.Map{}
	first := b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified)
	var asked atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				r := b.get(t, "/v1/metrics/net_collections?from=2026-10-01&to=2026-10-31&practice=p1", key) //nolint:contextcheck // each is asked to its end
				if r.status != 200 {
					t.Errorf("status %d: %s", r.status, r.text)
					return
				}
				// The value says which publication the rows are from.
				seen.Store(r.at(t, "meta.publication").(string)+" "+points(t, r), true)
				asked.Add(1)
			}
		})
	}
	want := map[string]bool{string(first.ID) + " 2026-10-01 1284.45": true}
	for _, amount := range []string{"1.00", "2.00", "3.00"} {
		m := b.published(t, map[string]string{"mart.collections": strings.ReplaceAll(data()["mart.collections"], "1284.50", amount)})
		want[string(m.ID)+" 2026-10-01 "+map[string]string{"1.00": "0.95", "2.00": "1.95", "3.00": "2.95"}[amount]] = true
		for before := asked.Load(); asked.Load() < before+8; { // some answers from each
			b.get(t, "/healthz", "").want(t, 200)
		}
	}
	cancel()
	wg.Wait()
	n := 0
	seen.Range(func(k, _ any) bool {
		n++
		if !want[k.(string)] {
			t.Errorf("an answer mixes publications: %s", k)
		}
		return true
	})
	if n != len(want) {
		t.Errorf("%d of %d publications were seen", n, len(want))
	}
}

// gated keys hold every request up until they are released.
type gated struct {
	*authtest.Keys
	entered chan struct{}
	release chan struct{}
}

func (g gated) Key(ctx context.Context, id string) (auth.Key, error) {
	g.entered <- struct{}{}
	<-g.release
	return g.Keys.Key(ctx, id)
}

func TestStoppingLetsRequestsFinish(t *testing.T) {
	g := gated{authtest.New(), make(chan struct{}, 8), make(chan struct{})}
	b := setup(t, func(c *serve.Config) { c.Authorizer = auth.NewAuthorizer(g, now) })
	b.published(t, nil)
	key := g.Open(t, archwire.Identified)
	answers := make(chan reply, 4)
	for range 4 {
		go func() { answers <- b.get(t, "/v1/datasets/patients/rows", key) }()
	}
	for range 4 {
		<-g.entered
	}
	stopped := make(chan error, 1)
	go func() { stopped <- b.stop() }()
	for { // until nothing listens any more
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(b.url, "http://"))
		if err != nil {
			break
		}
		conn.Close() //nolint:errcheck // it was a knock
	}
	close(g.release)
	for range 4 {
		if r := <-answers; r.status != 200 || !strings.HasSuffix(r.text, "}\n") {
			t.Errorf("a request under way: %d %s", r.status, r.text)
		}
	}
	must(t, <-stopped)
	if !strings.Contains(b.log.String(), "stopped serving") || strings.Contains(b.log.String(), "requests cut off") {
		t.Errorf("the log: %s", b.log)
	}
}
