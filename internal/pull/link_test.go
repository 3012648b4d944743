package pull_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
)

// vast is a slice of which the half is worth a link.
func vast(practice string) served {
	return served{"visit", practice, []byte(strings.Repeat("slice "+practice+" ", 1<<19))}
}

const signature = "X-Amz-Signature=5f0c2d9a81b3e647"

// A store answers what servers' links lead to, as a test wants it to.
type store struct {
	*httptest.Server

	asked atomic.Int64
	said  atomic.Pointer[http.Header] // with the last request
}

func newStore(t *testing.T, of served, fail func(n int64, w http.ResponseWriter, r *http.Request) bool) *store {
	t.Helper()
	s := &store{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := s.asked.Add(1)
		s.said.Store(&r.Header)
		if fail != nil && fail(n, w, r) {
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(of.content))
	}))
	t.Cleanup(s.Close)
	return s
}

// linking makes a server answer with links to a store, to those who prefer that.
func (s *server) linking(to string) (given *atomic.Int64) {
	given = &atomic.Int64{}
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/slices/") || r.Header.Get("Prefer") != "link" {
			return false
		}
		given.Add(1)
		w.Header().Set("Location", to+"/bucket/x?"+signature)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	})
	return given
}

func expired(_ int64, w http.ResponseWriter, _ *http.Request) bool {
	w.WriteHeader(http.StatusForbidden)
	return true
}

func TestRun_FetchesFromTheStore(t *testing.T) {
	one := vast("0")
	s, p := newServer(t, one), newPartner(t)
	at := newStore(t, one, nil)
	s.linking(at.URL)
	p.pulled(t, s)
	if at.asked.Load() != 1 {
		t.Fatalf("the store was asked %d times", at.asked.Load())
	}
	for _, name := range []string{"Authorization", "Cookie", "Referer", "Prefer", "If-Range"} {
		if got := at.said.Load().Get(name); got != "" {
			t.Errorf("the store was told %s: %s", name, got)
		}
	}
	small, p := newServer(t, some(3)...), newPartner(t)
	if given := small.linking(at.URL); given.Load() != 0 {
		t.Errorf("%d links for small slices", given.Load())
	}
	p.pulled(t, small)
}

func TestRun_AsksAnewForALinkThatHasRunOut(t *testing.T) {
	one := vast("0")
	half := len(one.content) / 2
	for name, x := range map[string]struct {
		fail  func(n int64, w http.ResponseWriter, r *http.Request) bool
		links int64
	}{
		"once": {func(n int64, w http.ResponseWriter, r *http.Request) bool { return n == 1 && expired(n, w, r) }, 2},
		"each": {expired, 3},
		"broken off": {func(n int64, w http.ResponseWriter, _ *http.Request) bool {
			if n > 1 {
				return false
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(one.content)))
			w.Write(one.content[:half]) //nolint:errcheck // a test's server
			panic(http.ErrAbortHandler)
		}, 2},
		"led on": {func(_ int64, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusFound)
			return true
		}, 3},
		"other bytes": {func(_ int64, w http.ResponseWriter, _ *http.Request) bool {
			w.Write(make([]byte, len(one.content))) //nolint:errcheck // a test's server
			return true
		}, 1},
	} {
		s, p := newServer(t, one), newPartner(t)
		given := s.linking(newStore(t, one, x.fail).URL)
		p.pulled(t, s)
		if given.Load() != x.links || len(p.waited) > 0 {
			t.Errorf("%s: %d links instead of %d, waited %v", name, given.Load(), x.links, p.waited)
		}
	}
}

// Where the store cannot be reached, or the clocks differ, the server is not asked for ever for
// links that lead to nothing.
func TestRun_GivesUpLinks(t *testing.T) {
	var all []served
	for i := range 12 {
		all = append(all, vast(fmt.Sprint(i)))
	}
	s, p := newServer(t, all...), newPartner(t)
	gone := httptest.NewServer(nil)
	gone.Close()
	given := s.linking(gone.URL)
	p.pulled(t, s)
	if n := given.Load(); n < 8 || n > 8+3 { // three more may have been under way
		t.Errorf("%d links", n)
	}
}

// A link is as good as a key for as long as it lasts: no error tells it.
func TestRun_TellsNoLink(t *testing.T) {
	one := vast("0")
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, to := range map[string]string{"refused": newStore(t, one, expired).URL, "unreachable": gone.URL} {
		s, p := newServer(t, one), newPartner(t)
		s.failing(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/v1/slices/") {
				return false
			}
			w.Header().Set("Location", to+"/bucket/x?"+signature) // whatever is preferred
			w.WriteHeader(http.StatusTemporaryRedirect)
			return true
		})
		_, err := p.pull(t.Context(), t, s.URL)
		refuses(t, err, archwire.Unavailable, "cannot be reached")
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), "X-Amz") {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
}
