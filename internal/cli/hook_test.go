package cli_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// hook is `hook STATUS`: it starts a receiver of webhooks that answers with that
// status, sets HOOK_URL and HOOK_SECRET, and adds what it is told to the file
// hooked: whether the signature is good, the event, the body.
func hook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hook STATUS")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	const secret = "a secret of some length"
	server := httptest.NewServer(&listener{status: status, secret: secret, file: ts.MkAbs("hooked")})
	ts.Defer(server.Close)
	ts.Setenv("HOOK_URL", server.URL+"/t/hunter2")
	ts.Setenv("HOOK_SECRET", secret)
}

// partner is `partner STATUS`: from then on the endpoint of a client answers with
// that status and knows PARTNER_SECRET. The first sets PARTNER_URL. The endpoint
// adds what it is told to the file told, as hook does.
func partner(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: partner STATUS")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	l := ts.Value(partnerKey{}).(*listener)
	if l.file == "" {
		l.file = ts.MkAbs("told")
		server := httptest.NewServer(l)
		ts.Defer(server.Close)
		ts.Setenv("PARTNER_URL", server.URL+"/t/hunter2")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status, l.secret = status, ts.Getenv("PARTNER_SECRET")
}

type partnerKey struct{}

// A listener is told of events: it writes down whether the signature is good, the
// event and the body.
type listener struct {
	mu     sync.Mutex
	status int
	secret string
	file   string
}

// ServeHTTP implements http.Handler.
func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	stamp, mac, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Archwire-Signature"), "t="), ",v1=")
	l.mu.Lock()
	defer l.mu.Unlock()
	h := hmac.New(sha256.New, []byte(l.secret))
	fmt.Fprintf(h, "%s.%s", stamp, body)
	f, err := os.OpenFile(l.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintf(f, "signed:%v %s %s\n", hex.EncodeToString(h.Sum(nil)) == mac, r.Header.Get("Archwire-Event"), body)
		f.Close() //nolint:errcheck // the script reads what is there
	}
	w.WriteHeader(l.status)
}
