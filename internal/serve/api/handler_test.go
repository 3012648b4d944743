package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"archwire"
)

func TestFaultsBecomeProblemsWithoutTheirCause(t *testing.T) {
	const secret = "SELECT secret FROM '/var/lib/store/slice.parquet' WHERE tenant = 'p2'"
	for name, c := range map[string]struct {
		answer func(context.Context, archwire.Query) (archwire.Batch, error)
		status int
	}{
		"Panic":       {func(context.Context, archwire.Query) (archwire.Batch, error) { panic(secret) }, 500},
		"BareError":   {func(context.Context, archwire.Query) (archwire.Batch, error) { return nil, errors.New(secret) }, 500},
		"Invalid":     {failing(archwire.Invalid, secret), 500},
		"Mismatch":    {failing(archwire.Mismatch, secret), 500},
		"NotFound":    {failing(archwire.NotFound, secret), 500},
		"Unavailable": {failing(archwire.Unavailable, secret), 503},
		"TooSlow": {func(ctx context.Context, _ archwire.Query) (archwire.Batch, error) {
			<-ctx.Done()
			return nil, &archwire.Error{Code: archwire.Internal, Message: "INTERRUPT"}
		}, 503},
	} {
		t.Run(name, func(t *testing.T) {
			f := fake(t, c.answer)
			long := f.handler.Timeout
			if name == "TooSlow" {
				f.handler.Timeout = 50 * time.Millisecond
			}
			for _, path := range []string{"/v1/metrics/m", "/v1/datasets/d/rows"} {
				w := f.get(path)
				if w.Code != c.status || w.Header().Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s: status %d %s", path, w.Code, w.Body)
				}
				if text := w.Body.String(); strings.Contains(text, "SELECT") || strings.Contains(text, "/var") || strings.Contains(text, "p2") {
					t.Errorf("%s: the problem tells its cause: %s", path, text)
				}
			}
			if name != "TooSlow" && !strings.Contains(f.log.String(), "SELECT secret") {
				t.Errorf("the log does not tell the cause: %s", f.log)
			}
			f.handler.Timeout = long
			if w := f.get("/v1"); w.Code != http.StatusOK {
				t.Errorf("afterwards: %d %s", w.Code, w.Body)
			}
		})
	}
}

func failing(c archwire.Code, message string) func(context.Context, archwire.Query) (archwire.Batch, error) {
	return func(context.Context, archwire.Query) (archwire.Batch, error) {
		return nil, &archwire.Error{Code: c, Message: message, Hint: message}
	}
}

func TestTheLogTellsNoValues(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: "querying slices went wrong", Err: errors.New("cannot cast 'Jane Doe'")}
	})
	f.get("/v1/datasets/d/rows?filter[n]=4711")
	if log := f.log.String(); !strings.Contains(log, "querying slices went wrong") || strings.Contains(log, "Jane") || strings.Contains(log, "4711") {
		t.Errorf("the log: %s", log)
	}
}

func TestWithoutPublication(t *testing.T) {
	f := fake(t, nil)
	f.reader.pub, f.reader.err = nil, &archwire.Error{Code: archwire.NotFound, Message: "nothing at /var/lib/store"}
	for _, path := range []string{"/v1", "/v1/metrics/m", "/docs", "/openapi.json"} {
		w := f.get(path)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "/var") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if !strings.Contains(f.log.String(), "nothing at /var/lib/store") {
		t.Errorf("the log does not say why: %s", f.log)
	}
}

func TestNothingIsSentToACallerWhoLeft(t *testing.T) {
	f := fake(t, func(ctx context.Context, _ archwire.Query) (archwire.Batch, error) { return nil, context.Canceled })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/metrics/m", nil)
	r.Header.Set("Authorization", "Bearer "+f.key)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if w.Body.Len() > 0 || !strings.Contains(f.log.String(), "status=499") || strings.Contains(f.log.String(), "level=ERROR") {
		t.Errorf("%q, log %s", w.Body, f.log)
	}
}

func TestTheNounNamesPathsAndParameters(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	for _, c := range []struct {
		path   string
		status int
	}{{"/v1/practices", 200}, {"/v1/clinics", 404}, {"/v1/metrics/m?practice=p1", 200}, {"/v1/metrics/m?clinic=p1", 400}} {
		if w := f.get(c.path); w.Code != c.status {
			t.Errorf("%s: %d", c.path, w.Code)
		}
	}
	next := *f.pub
	next.manifest.ID, next.manifest.Noun = "20261122T021400Z-4f9c", archwire.Noun{Singular: "clinic", Plural: "clinics"}
	f.reader.pub = &next
	for _, c := range []struct {
		path   string
		status int
	}{{"/v1/practices", 404}, {"/v1/clinics", 200}, {"/v1/metrics/m?practice=p1", 400}, {"/v1/metrics/m?clinic=p1", 200}} {
		if w := f.get(c.path); w.Code != c.status {
			t.Errorf("%s: %d", c.path, w.Code)
		}
	}
	if w := f.get("/openapi.json"); !strings.Contains(w.Body.String(), `"/v1/clinics"`) || strings.Contains(w.Body.String(), "practice") && !strings.Contains(w.Body.String(), "practice_id") {
		t.Errorf("the description is of the noun before: %s", w.Body)
	}
}

func TestAnswersInTheMakingAreCounted(t *testing.T) {
	f := fake(t, func(ctx context.Context, _ archwire.Query) (archwire.Batch, error) { return months(3), nil })
	f.pub.manifest.Tenants = append(f.pub.manifest.Tenants, archwire.Tenant{ID: "p2"})
	const one, several = "/v1/metrics/m?practice=p1", "/v1/metrics/m"
	for _, c := range []struct {
		line                 chan struct{}
		waits, answeredStill string
	}{{f.handler.slots.one, one, several}, {f.handler.slots.several, several + "?grain=year", one + "&grain=year"}} {
		for range cap(c.line) {
			c.line <- struct{}{}
		}
		long := f.handler.Timeout
		f.handler.Timeout = 50 * time.Millisecond // nobody gives a slot back
		if w := f.get(c.waits); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s without a free slot: %d %s", c.waits, w.Code, w.Body)
		}
		f.handler.Timeout = long
		if w := f.get(c.answeredStill); w.Code != http.StatusOK {
			t.Errorf("%s, which waits in the other line: %d %s", c.answeredStill, w.Code, w.Body)
		}
		<-c.line
		if w := f.get(c.waits); w.Code != http.StatusOK {
			t.Errorf("%s with a free slot: %d %s", c.waits, w.Code, w.Body)
		}
		if len(c.line) != cap(c.line)-1 {
			t.Error("a slot was not given back")
		}
		for range len(c.line) {
			<-c.line
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	server := httptest.NewServer(f.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+"/v1/metrics/m", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.key)
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // there is no body
	if resp.StatusCode != http.StatusOK || resp.ContentLength <= 0 || resp.Header.Get("ETag") == "" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
}
