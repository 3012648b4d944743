package serve_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/ledger"
)

// hardly is after how long a test gives up on what must happen.
const hardly = 2 * time.Minute

// dial connects to the server from an address of this machine.
func (b *bundle) dial(t *testing.T, from string) *net.TCPConn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(b.url, "http://"))
	must(t, err)
	t.Cleanup(func() { c.Close() }) //nolint:errcheck // most have been closed by the server
	must(t, c.SetDeadline(time.Now().Add(hardly)))
	return c.(*net.TCPConn)
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	_, err := io.WriteString(c, text)
	must(t, err)
}

// cutOff is what the server said before it ended the connection.
func cutOff(t *testing.T, c net.Conn) string {
	t.Helper()
	must(t, c.SetDeadline(time.Now().Add(hardly)))
	text, err := io.ReadAll(c)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		t.Fatalf("the server has not ended the connection; it said %d bytes, %.200q ... %.200q", len(text), text, text[max(0, len(text)-200):])
	}
	return string(text)
}

func TestSlowHeadsAreCutOff(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Patience.Header = 2 * time.Second })
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	var slow []*net.TCPConn
	for _, text := range []string{"", "G", "GET /v1 HTTP/1.1\r\nHost: x\r\nX-A: ", "GET /v1 HTTP/1.1\r\n"} {
		c := b.dial(t, "127.0.0.1")
		send(t, c, text)
		slow = append(slow, c)
	}
	b.get(t, "/v1", key).want(t, 200)
	for i, c := range slow {
		if said := cutOff(t, c); strings.HasPrefix(said, "HTTP/1.1 2") {
			t.Errorf("connection %d was answered %q", i, said)
		}
	}
	// One that trickles is cut off as well: the time is for the whole of the head.
	c := b.dial(t, "127.0.0.1")
	send(t, c, "GET /v1 HTTP/1.1\r\nHost: x\r\nX-A: ")
	for {
		if _, err := io.WriteString(c, "a"); err != nil {
			break // the deadline of dial ends a server that takes letters for ever
		}
		time.Sleep(time.Millisecond)
	}
	if said, err := io.ReadAll(c); strings.HasPrefix(string(said), "HTTP/1.1 2") {
		t.Errorf("a trickle was answered %q, %v", said, err)
	}
}

func TestSlowBodiesAreCutOff(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Patience.Request = 2 * time.Second })
	c := b.dial(t, "127.0.0.1")
	send(t, c, "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ngrant_type=")
	if said := cutOff(t, c); !strings.HasPrefix(said, "HTTP/1.1 400 ") || !strings.Contains(said, "did not arrive whole") {
		t.Errorf("it was answered %q", said)
	}
	// Who sends a body that nobody reads does not keep the connection either.
	key := b.keys.Open(t, archwire.Aggregate)
	b.published(t, nil)
	c = b.dial(t, "127.0.0.1")
	send(t, c, "GET /v1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+"\r\nContent-Length: 1000\r\n\r\nx")
	if said := cutOff(t, c); strings.Count(said, "HTTP/1.1 ") != 1 {
		t.Errorf("it was answered %q", said)
	}
}

// many are rows that no socket's buffer holds.
func many() map[string]string {
	return map[string]string{"mart.patients": `select 'p1' as practice_id, i::bigint as patient_id, '2026-10-01'::date as added_on, 1::integer as wait_days,
		md5(i::text) || repeat('x', 200) as full_name, null::timestamptz as seen_at, null::json as extra from range(40000) r(i)`}
}

func TestSlowReadersAreCutOffAndHoldNobodyUp(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Timeout, c.Patience.Reader = 5*time.Minute, 3*time.Second })
	b.published(t, many())
	const path = "/v1/datasets/patients/export.csv"
	slow := []string{b.keys.Open(t, archwire.Identified, "p1"), b.keys.Open(t, archwire.Identified, "p1")}
	var readers []*net.TCPConn
	for i := range 16 { // as many as exports are sent at once, half of them to one client
		c, slow := b.dial(t, "127.0.0.1"), slow[i%2]
		must(t, c.SetReadBuffer(64<<10)) // so that not all of it fits between the two
		send(t, c, "GET "+path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+slow+"\r\n\r\n")
		readers = append(readers, c)
	}
	for _, c := range readers { // each is being sent
		_, err := c.Read(make([]byte, 1))
		must(t, err)
	}
	good := b.get(t, path, b.keys.Open(t, archwire.Identified, "p1")).want(t, 200)
	if lines := strings.Count(good.text, "\n"); lines != 40_001 {
		t.Errorf("whoever reads got %d lines", lines)
	}
	for deadline := time.Now().Add(2 * hardly); strings.Count(b.log.String(), "export.csv status=") <= len(readers); {
		if time.Now().After(deadline) {
			t.Fatal("exports that nobody reads are being sent still")
		}
		time.Sleep(time.Millisecond)
	}
	cut := 0
	for _, e := range b.disclosed(t, ledger.Filter{}) {
		if e.Outcome == ledger.Cut {
			cut++
		}
	}
	if cut != len(readers) {
		t.Errorf("the ledger has %d exports that were cut off, want %d", cut, len(readers))
	}
	for i, c := range readers {
		if said := cutOff(t, c); strings.HasSuffix(said, "0\r\n\r\n") {
			t.Errorf("slow reader %d was sent all", i)
		}
	}
}

// export begins an export of many rows, of which little fits between the two ends.
func (b *bundle) export(t *testing.T, key string) *net.TCPConn {
	t.Helper()
	c := b.dial(t, "127.0.0.1")
	must(t, c.SetReadBuffer(64<<10))
	send(t, c, "GET /v1/datasets/patients/export.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+"\r\n\r\n")
	return c
}

func TestExportsOfOneClientHoldUpNoOther(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Timeout, c.Patience.Reader = 5*time.Minute, 5*time.Minute })
	b.published(t, many())
	greedy := b.keys.Open(t, archwire.Identified, "p1")
	for range 12 { // which the key's limit of requests under way allows
		defer b.export(t, greedy).Close() //nolint:errcheck // so that the exports end before the server does
	}
	for !b.busy(t, 8) {
		time.Sleep(time.Millisecond)
	}
	b.get(t, "/v1/datasets/patients/export.csv", b.keys.Open(t, archwire.Identified, "p1")).want(t, 200)
	if !b.busy(t, 8) {
		t.Error("a client has other than 8 exports under way, which are half of all")
	}
}

// busy says whether the ledger knows of so many exports that have begun and not ended.
func (b *bundle) busy(t *testing.T, want int) bool {
	t.Helper()
	open := map[string]bool{}
	for _, r := range b.disclosed(t, ledger.Filter{}) {
		if open[r.Stream] = true; r.Outcome != ledger.Begun {
			delete(open, r.Stream)
		}
	}
	return len(open) == want
}

func TestASlowReaderOfAPageIsCutOff(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Timeout, c.Patience.Reader = 500*time.Millisecond, 500*time.Millisecond })
	b.published(t, many())
	key := b.keys.Open(t, archwire.Identified, "p1")
	c := b.dial(t, "127.0.0.1")
	send(t, c, strings.Repeat("GET /v1/datasets/patients/rows?limit=10000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+"\r\n\r\n", 20))
	for { // reads nothing until the server has gone, which ends in an error; or the deadline does
		if _, err := io.WriteString(c, "\r\n"); err != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if said := cutOff(t, c); strings.Count(said, "HTTP/1.1 200") == 20 {
		t.Error("whoever read nothing was sent everything")
	}
}

func TestThousandsOfConnectionsStarveNobody(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Connections = 100 })
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	dials := 0
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return b.dial(t, "127.0.0.2"), nil //nolint:contextcheck // the test's own
	}}}
	ask := func() {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1", nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+key)
		resp, err := client.Do(r)
		must(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("status %d", resp.StatusCode)
		}
	}
	ask()
	var idle []*net.TCPConn
	for i := range 2000 {
		c := b.dial(t, "127.0.0.1")
		if i%2 == 1 {
			// The server may have ended it already, to make room for one that came later.
			_, _ = io.WriteString(c, "GET /v1 HTTP/1.1\r\nHost: ")
		}
		idle = append(idle, c)
		if i%500 == 499 {
			ask()
		}
	}
	if dials != 1 {
		t.Errorf("whoever has one connection had to open it %d times", dials)
	}
	b.get(t, "/v1", key).want(t, 200) // from where the thousands are, too
	ended := 0
	for _, c := range idle[:1800] {
		if said := cutOff(t, c); said == "" {
			ended++
		}
	}
	if ended != 1800 {
		t.Errorf("%d of the first 1,800 were ended without a word", ended)
	}
}

func TestConnectionsAtWorkAreKept(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Connections = 4 })
	b.published(t, many())
	key := b.keys.Open(t, archwire.Identified, "p1")
	c := b.dial(t, "127.0.0.2")
	send(t, c, "GET /v1/datasets/patients/export.csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "+key+"\r\n\r\n")
	_, err := c.Read(make([]byte, 1))
	must(t, err)
	for range 100 {
		b.dial(t, "127.0.0.1")
	}
	b.get(t, "/v1", key).want(t, 200)
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("H"), c)), nil)
	must(t, err)
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	must(t, resp.Body.Close())
	if lines := strings.Count(string(text), "\n"); lines != 40_001 {
		t.Errorf("an export beside them got %d lines", lines)
	}
}

func TestRequestsAreBounded(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate)
	for name, c := range map[string]struct {
		method, path, header string
		status               int
	}{
		"a long address":    {"GET", "/v1/metrics?x=" + strings.Repeat("a", 9<<10), "", 414},
		"a long open one":   {"GET", "/docs?x=" + strings.Repeat("a", 9<<10), "", 414},
		"a long head":       {"GET", "/v1", strings.Repeat("a", 40<<10), 431},
		"BREW":              {"BREW", "/v1", "", 501},
		"TRACE":             {"TRACE", "/v1", "", 501},
		"CONNECT":           {"CONNECT", "/v1", "", 501},
		"PATCH":             {"PATCH", "/v1", "", 405},
		"OPTIONS":           {"OPTIONS", "/v1", "", 405},
		"what is long yet":  {"GET", "/v1/metrics/net_collections?by=" + strings.Repeat("a", 7<<10), "", 400},
		"GET /oauth/token":  {"GET", "/oauth/token", "", 405},
		"DELETE health":     {"DELETE", "/healthz", "", 404},
		"odd health method": {"BREW", "/healthz", "", 501},
	} {
		conn := b.dial(t, "127.0.0.1")
		send(t, conn, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\nX-A: %s\r\n\r\n", c.method, c.path, key, c.header))
		said := cutOff(t, conn)
		if !strings.HasPrefix(said, fmt.Sprintf("HTTP/1.1 %d ", c.status)) {
			t.Errorf("%s: %.200q", name, said)
		}
		if strings.Contains(said, "\r\nServer:") || strings.Contains(said, "aaaaaaaaaaaaa") && c.status != 400 {
			t.Errorf("%s: the answer has a banner, or repeats what was sent: %.500q", name, said)
		}
	}
}
