package object_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/object/s3test"
)

// wantUnavailable makes sure that an error says these words, and no secret.
func wantUnavailable(t *testing.T, err error, says string) {
	t.Helper()
	if archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(archwire.MessageOf(err), says) || archwire.HintOf(err) == "" {
		t.Errorf("the error is %v, code %s, hint %q; want one that says %q; its cause is %v", err, archwire.CodeOf(err), archwire.HintOf(err), says, errors.Unwrap(err))
	}
	if strings.Contains(archwire.MessageOf(err), s3test.SecretKey) || strings.Contains(archwire.MessageOf(err), s3test.AccessKey) {
		t.Errorf("the error tells a credential: %v", err)
	}
}

// eachWay uses the store in each way there is.
func eachWay(t *testing.T, s object.Store, check func(what string, err error)) {
	t.Helper()
	_, err := s.Open(t.Context(), "x")
	check("Open", err)
	_, err = s.List(t.Context(), "")
	check("List", err)
	check("Put", s.Put(t.Context(), "x", strings.NewReader("new")))
	check("Delete", s.Delete(t.Context(), "x"))
}

func TestS3_MissingBucket(t *testing.T) {
	s := openStore(t, startS3(t).URL("missing"))
	eachWay(t, s, func(what string, err error) {
		t.Log(what)
		wantUnavailable(t, err, "the bucket missing does not exist")
	})
}

func TestS3_WrongCredentials(t *testing.T) {
	server := startS3(t)
	for _, c := range []struct{ access, secret, says string }{
		{s3test.AccessKey, "another", "are not accepted"},
		{"nobody", s3test.SecretKey, "are not accepted"},
		{"", "", "no credentials"},
	} {
		t.Setenv("AWS_ACCESS_KEY_ID", c.access)
		t.Setenv("AWS_SECRET_ACCESS_KEY", c.secret)
		s := openStore(t, server.URL("mine"))
		_, err := s.List(t.Context(), "")
		wantUnavailable(t, err, c.says)
		_, err = s.Open(t.Context(), "x")
		wantUnavailable(t, err, c.says)
	}
}

func TestS3_NobodyThere(t *testing.T) {
	s3test.Login(t)
	_, err := openStore(t, "s3://mine?endpoint=http://127.0.0.1:1").List(t.Context(), "")
	wantUnavailable(t, err, "the server of the bucket mine cannot be reached")
}

// dying passes on what it reads and kills the server in the midst.
type dying struct {
	io.Reader
	left int
	kill func()
}

func (d *dying) Read(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 && d.kill != nil {
		d.kill()
		d.kill = nil
	}
	return d.Reader.Read(p)
}

func TestS3_ServerKilledInMidPut(t *testing.T) {
	server := startS3(t)
	s := openStore(t, server.Bucket(t, "mine"))
	put(t, s, "x", "old")
	const size = 40 << 20 // three parts, of which the second is under way
	body := &dying{io.LimitReader(zeros{}, size), 20 << 20, server.Kill}
	wantUnavailable(t, s.Put(t.Context(), "x", body), "cannot be reached")
	server.Restart(t)
	if got := content(t, s, "x"); got != "old" {
		t.Errorf("the object holds %d bytes after a Put that failed; want the old ones", len(got))
	}
	if infos, err := s.List(t.Context(), ""); err != nil || len(infos) != 1 {
		t.Errorf("the store lists %v, %v; want the old object", infos, err)
	}
	put(t, s, "x", "new")
	if got := content(t, s, "x"); got != "new" {
		t.Errorf("the object holds %q after the next Put", got)
	}
}

func TestS3_ServerKilledInMidRead(t *testing.T) {
	server := startS3(t)
	s := openStore(t, server.Bucket(t, "mine"))
	if err := s.Put(t.Context(), "x", io.LimitReader(zeros{}, 64<<20)); err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	if _, err := io.CopyN(io.Discard, r, 1<<20); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	_, err = io.Copy(io.Discard, r)
	wantUnavailable(t, err, "broke off")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// busy is a server before another that refuses some requests because there are too
// many.
func busy(t *testing.T, endpoint string, refuses func(*http.Request) bool) (front string) {
	t.Helper()
	back, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(back)
		r.Out.Host = r.In.Host // it is signed
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuses(r) {
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, `<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`) //nolint:errcheck // a test's answer
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestS3_BusyServerIsAskedAgain(t *testing.T) {
	server := startS3(t)
	server.Bucket(t, "mine")
	var n atomic.Int64
	front := busy(t, server.Endpoint, func(*http.Request) bool { return n.Add(1)%2 == 1 }) // each first
	s := openStore(t, "s3://mine?endpoint="+front)
	put(t, s, "x", "1")
	if got := content(t, s, "x"); got != "1" {
		t.Errorf("the object holds %q", got)
	}

	always := openStore(t, "s3://mine?endpoint="+busy(t, server.Endpoint, func(*http.Request) bool { return true }))
	_, err := always.Open(t.Context(), "x")
	wantUnavailable(t, err, "answers 503")
	wantUnavailable(t, always.Put(t.Context(), "x", strings.NewReader("2")), "answers 503")
	if got := content(t, s, "x"); got != "1" {
		t.Errorf("the object holds %q after a Put that was refused", got)
	}
}

func TestS3_SignedURLs(t *testing.T) {
	server := startS3(t)
	s := openStore(t, strings.Replace(server.Bucket(t, "mine"), "?", "/a?", 1))
	put(t, s, "x", "bytes of x")
	put(t, s, "y", "bytes of y")
	signer, ok := object.As[object.Signer](s)
	if !ok {
		t.Fatal("the store cannot sign")
	}
	signed, err := signer.Sign(t.Context(), "x", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(signed, s3test.SecretKey) || strings.Contains(signed, url.QueryEscape(s3test.SecretKey)) {
		t.Error("the URL holds the secret")
	}
	ask := func(method, address string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if status, body := ask(http.MethodGet, signed); status != http.StatusOK || body != "bytes of x" {
		t.Fatalf("the signed URL gives %d, %q", status, body)
	}
	for what, wrong := range map[string][2]string{
		"another object":        {http.MethodGet, strings.Replace(signed, "/x?", "/y?", 1)},
		"a longer life":         {http.MethodGet, strings.Replace(signed, "X-Amz-Expires=3600", "X-Amz-Expires=7200", 1)},
		"deleting":              {http.MethodDelete, signed},
		"overwriting":           {http.MethodPut, signed},
		"without the signature": {http.MethodGet, signed[:strings.Index(signed, "?")]},
	} {
		if wrong[1] == signed && wrong[0] == http.MethodGet {
			t.Fatalf("%s: the URL was not altered: %s", what, signed)
		}
		if status, body := ask(wrong[0], wrong[1]); status != http.StatusForbidden {
			t.Errorf("%s: the server answers %d, %q", what, status, body)
		}
	}
	if got := content(t, s, "x"); got != "bytes of x" {
		t.Errorf("the object holds %q afterwards", got)
	}

	short, err := signer.Sign(t.Context(), "x", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if status, _ := ask(http.MethodGet, short); status == http.StatusForbidden {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a URL for a second does not expire")
		}
	}
	for name, lasting := range map[string]time.Duration{"x": 0, "../x": time.Hour, "y": 8 * 24 * time.Hour} {
		if _, err := signer.Sign(t.Context(), name, lasting); archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("signing %s for %s: %v", name, lasting, err)
		}
	}
}
