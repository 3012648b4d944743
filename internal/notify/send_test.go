package notify_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire/internal/notify"
	"archwire/internal/project"
	"archwire/internal/state"
)

// The value was computed with OpenSSL:
// printf '1700000000.{"id":"e"}' | openssl dgst -sha256 -hmac 0123456789abcdef
func TestSignature_IsWhatOpenSSLComputes(t *testing.T) {
	got := notify.Signature([]byte("0123456789abcdef"), time.Unix(1700000000, 0), []byte(`{"id":"e"}`))
	want := "t=1700000000,v1=1c4d69a9c5ea46a76313cc6d82d4b03ba60cab2466ff926335c4ac4f06493396"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A bundle is a sender with an outbox in a real state and a hook of the test's.
type bundle struct {
	*notify.Sender
	state *state.Store
	log   *bytes.Buffer
	now   time.Time
}

func setup(t *testing.T, server *httptest.Server) *bundle {
	t.Helper()
	b := &bundle{log: new(bytes.Buffer), now: noon}
	now := func() time.Time { return b.now }
	var err error
	b.state, err = state.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "state.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.state.Close() }) //nolint:errcheck // the test is over
	endpoint, err := url.Parse(server.URL + "/hook?token=hunter2")
	if err != nil {
		t.Fatal(err)
	}
	hook := project.Hook{URL: "${A}", Secret: "${S}"}
	b.Sender = &notify.Sender{
		Outbox: b.state, Hooks: []project.ResolvedHook{{Hook: hook, Endpoint: endpoint, Key: []byte("0123456789abcdef")}},
		Client: notify.NewClient(), Now: now, Jitter: func() float64 { return 0.5 },
		Log: slog.New(slog.NewTextHandler(b.log, nil)), Agent: "archwire test",
	}
	err = b.state.Enqueue(t.Context(), state.Notification{ID: "evt_1", Hook: hook.ID(), Event: "failure", Body: `{"id":"evt_1"}`})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bundle) send(t *testing.T, delivered, not int) state.Notification {
	t.Helper()
	d, n, err := b.Send(t.Context())
	if err != nil || d != delivered || n != not {
		t.Fatalf("delivered %d, not %d, %v; want %d and %d", d, n, err, delivered, not)
	}
	ns, err := b.state.Notifications(t.Context(), 9)
	if err != nil || len(ns) != 1 {
		t.Fatalf("got %v, %v", ns, err)
	}
	for _, text := range []string{b.log.String(), ns[0].Answer} {
		if strings.Contains(text, "hunter2") || strings.Contains(text, "answer of the hook") || strings.Contains(text, "0123456789abcdef") {
			t.Errorf("a secret or the answer is repeated: %s", text)
		}
	}
	return ns[0]
}

func TestSend_DeliversASignedRequest(t *testing.T) {
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		io.WriteString(w, "answer of the hook") //nolint:errcheck // the test looks at the request
	}))
	defer server.Close()
	n := setup(t, server).send(t, 1, 0)
	if n.State != state.Delivered || n.Answer != "HTTP 200" || n.Attempts != 1 || !n.EndedAt.Equal(noon) {
		t.Errorf("got %+v", n)
	}
	if string(body) != `{"id":"evt_1"}` || got.Method != http.MethodPost || got.URL.Query().Get("token") != "hunter2" {
		t.Errorf("got %s %s %s", got.Method, got.URL, body)
	}
	for header, want := range map[string]string{
		"Content-Type": "application/json", "Archwire-Id": "evt_1", "Archwire-Event": "failure", "User-Agent": "archwire test",
		// printf '1795262400.{"id":"evt_1"}' | openssl dgst -sha256 -hmac 0123456789abcdef
		"Archwire-Signature": "t=1795262400,v1=e26e9e4382672b3b6f143867b8179a46029422d42f7b9244ac3f102143d6e3da",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("%s: got %q, want %q", header, got.Header.Get(header), want)
		}
	}
}

func TestSend_TriesAgainWhatMayPass(t *testing.T) {
	for status, wait := range map[int]time.Duration{
		500: 11250 * time.Millisecond, 503: 90 * time.Second, 429: 90 * time.Second, 408: 11250 * time.Millisecond, 425: 11250 * time.Millisecond,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if status == 503 || status == 429 {
				w.Header().Set("Retry-After", "90")
			}
			w.WriteHeader(status)
		}))
		b := setup(t, server)
		n := b.send(t, 0, 1)
		if want := noon.Add(wait); n.State != state.Pending || !n.NextAt.Equal(want) {
			t.Errorf("%d: %s, next at %v; want pending, %v", status, n.State, n.NextAt, want)
		}
		b.now = noon.Add(wait - time.Second)
		b.send(t, 0, 0)
		b.now = noon.Add(wait)
		if n := b.send(t, 0, 1); n.Attempts != 2 {
			t.Errorf("%d: %d attempts, want 2", status, n.Attempts)
		}
		server.Close()
	}
}

func TestSend_WaitsTwiceAsLongEachTimeAndGivesUpAfterADay(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer server.Close()
	b := setup(t, server)
	b.Jitter = func() float64 { return 1 } // as long as may be
	want := 15 * time.Second
	for {
		n := b.send(t, 0, 1)
		if n.State == state.GivenUp {
			break
		}
		if got := n.NextAt.Sub(b.now); got != want {
			t.Fatalf("after attempt %d it waits %v, want %v", n.Attempts, got, want)
		}
		b.now = n.NextAt
		want = min(2*want, time.Hour)
	}
	if took := b.now.Sub(noon); took < 20*time.Hour || took > 26*time.Hour {
		t.Errorf("given up after %v", took)
	}
}

func TestSend_GivesUpWhatWillNotPass(t *testing.T) {
	for _, status := range []int{301, 302, 307, 400, 401, 403, 404, 410, 422} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		}))
		if n := setup(t, server).send(t, 0, 1); n.State != state.GivenUp || asked != 1 {
			t.Errorf("%d: %s after %d requests", status, n.State, asked)
		}
		server.Close()
	}
}

func TestSend_DoesNotTrustACertificateThatNobodyVouchesFor(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was told all the same") }))
	defer server.Close()
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if n := setup(t, server).send(t, 0, 1); n.Answer != "the certificate cannot be trusted" || n.State != state.Pending {
		t.Errorf("got %+v", n)
	}
}

func TestSend_TriesAgainWhereNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	if n := setup(t, server).send(t, 0, 1); n.Answer != "no connection" || n.State != state.Pending {
		t.Errorf("got %+v", n)
	}
	stuck := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stuck }))
	defer silent.Close()
	defer close(stuck)
	b := setup(t, silent)
	b.Client.Timeout = 50 * time.Millisecond
	if n := b.send(t, 0, 1); n.Answer != "no answer in time" || n.State != state.Pending {
		t.Errorf("got %+v", n)
	}
}

func TestSend_GivesUpForHooksThatTheProjectHasNoMore(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	b := setup(t, server)
	b.Hooks = nil
	if n := b.send(t, 0, 1); n.State != state.GivenUp {
		t.Errorf("got %+v", n)
	}
}

// A process that ends while it sends leaves the notification to the next one.
func TestSend_ThatIsInterruptedLosesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if asked++; asked == 1 {
			io.Copy(io.Discard, r.Body) //nolint:errcheck // so that the end of the connection is noticed
			cancel()
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	b := setup(t, server)
	if d, n, err := b.Send(ctx); d != 0 || n != 0 || err != nil {
		t.Fatalf("delivered %d, not %d, %v", d, n, err)
	}
	b.send(t, 0, 0) // somebody may still be at it
	b.now = noon.Add(time.Minute)
	if n := b.send(t, 1, 0); n.State != state.Delivered {
		t.Errorf("got %+v", n)
	}
}
