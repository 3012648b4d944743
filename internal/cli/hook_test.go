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
	file := ts.MkAbs("hooked")
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		stamp, mac, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Archwire-Signature"), "t="), ",v1=")
		h := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(h, "%s.%s", stamp, body)
		mu.Lock()
		defer mu.Unlock()
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintf(f, "signed:%v %s %s\n", hex.EncodeToString(h.Sum(nil)) == mac, r.Header.Get("Archwire-Event"), body)
			f.Close() //nolint:errcheck // the script reads what is there
		}
		w.WriteHeader(status)
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOOK_URL", server.URL+"/t/hunter2")
	ts.Setenv("HOOK_SECRET", secret)
}
