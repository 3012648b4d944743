package object_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"archwire/internal/object"
	"archwire/internal/object/s3test"
)

// silentServer is a server of S3 that begins an answer and then says nothing, while the
// connection stays; before is what it says, "" not even that it has heard.
func silentServer(t *testing.T, before string) (storeURL string) {
	t.Helper()
	s3test.Login(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	over := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // a test's server
		if before != "" {
			w.Header().Set("Content-Length", "1000000")
			io.WriteString(w, before)             //nolint:errcheck // as above
			http.NewResponseController(w).Flush() //nolint:errcheck // as above
		}
		<-over
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(over) })
	return "s3://mine?endpoint=" + srv.URL
}

// wantOurs makes sure that an error cannot be taken for the end of who asked.
func wantOurs(t *testing.T, err error) {
	t.Helper()
	timeout, isNet := errors.AsType[net.Error](err)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("%v seems to be the caller's own end (a timeout of the network: %v %v)", err, isNet, timeout)
	}
}

const soon, never = 50 * time.Millisecond, time.Hour

func TestS3_BodyThatFallsSilent(t *testing.T) {
	s, err := object.OpenImpatient(silentServer(t, "the beginning"), never, never, soon)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close() //nolint:errcheck // opened for reading
	got, err := io.ReadAll(body)
	wantUnavailable(t, err, "has fallen silent")
	wantOurs(t, err)
	if string(got) != "the beginning" {
		t.Errorf("what came before is %q", got)
	}
}

func TestS3_ReaderThatTakesItsTime(t *testing.T) {
	server := startS3(t)
	put(t, openStore(t, server.Bucket(t, "mine")), "x", strings.Repeat("x", 8<<20)) // more than fits on the way
	s, err := object.OpenImpatient(server.URL("mine"), never, never, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close() //nolint:errcheck // opened for reading
	time.Sleep(4 * time.Second)
	n, err := io.Copy(io.Discard, body)
	if n != 8<<20 || err != nil {
		t.Errorf("%d bytes were read, %v", n, err)
	}
}

// A server that does not answer is unavailable; only the caller's own end is that.
func TestS3_ServerThatDoesNotAnswer(t *testing.T) {
	for what, c := range map[string]struct {
		says            string
		answer, request time.Duration
	}{
		"no answer begins":         {"", soon, never},
		"no answer at all":         {"", never, soon},
		"a listing without an end": {`<?xml version="1.0"?><ListBucketResult>`, never, soon},
	} {
		s, err := object.OpenImpatient(silentServer(t, c.says), c.answer, c.request, never)
		if err != nil {
			t.Fatal(err)
		}
		check := func(how string, err error) {
			t.Logf("%s, %s: %v", what, how, err)
			wantUnavailable(t, err, "the server of the bucket mine")
			wantOurs(t, err)
		}
		if c.says == "" {
			eachWay(t, s, check)
			continue
		}
		_, err = s.List(t.Context(), "")
		check("List", err)
	}
	s, err := object.OpenImpatient(silentServer(t, "the beginning"), never, never, never)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := s.List(ctx, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's own end is %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	body, err := s.Open(ctx, "x")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close() //nolint:errcheck // opened for reading
	cancel()
	if _, err := io.ReadAll(body); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller's own end while reading is %v", err)
	}
}
