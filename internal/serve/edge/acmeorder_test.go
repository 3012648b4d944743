package edge

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Whatever an ACME server answers reaches its client as it is, but for the address of
// an order, which is one that the server has given.
func FuzzOrders(f *testing.F) {
	f.Add([]byte(`{"status":"ready","finalize":"https://ca.example/finalize/1"}`), "https://ca.example/order/1")
	f.Add([]byte(`{"status":"invalid","identifier":{"value":"a.example"},"challenges":[{"type":"tls-alpn-01","error":{"detail":"no"}},{}]}`), "")
	f.Add([]byte(`{"finalize":7}`), "")
	f.Add([]byte(`[]`), "x")
	f.Fuzz(func(t *testing.T, body []byte, location string) {
		said, refused := location, 0
		o := &orders{at: map[string]string{}, report: func(err error) {
			if refused++; err == nil {
				t.Error("nothing is reported")
			}
		}, next: answering(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Location": {said}}, Body: io.NopCloser(bytes.NewReader(body))}, nil
		})}
		for range 2 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ca.example/finalize/1", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := o.RoundTrip(r) //nolint:bodyclose // it is in memory
			if err != nil {
				t.Fatal(err)
			}
			read, err := io.ReadAll(resp.Body)
			if err != nil || !bytes.Equal(read, body) {
				t.Fatalf("%q arrives as %q, %v", body, read, err)
			}
			if at := resp.Header.Get("Location"); at != said && at != location {
				t.Fatalf("an order lies at %q", at)
			}
			said = "" // the server does not repeat it
		}
		if refused > 0 && !strings.Contains(strings.ToLower(string(body)), "invalid") && !bytes.Contains(body, []byte(`\u`)) {
			t.Errorf("%q is a refusal", body)
		}
	})
}
