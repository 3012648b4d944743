package pull_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"archwire"
)

// answering makes the server answer requests below a path with what a test writes.
func (s *server) answering(path string, with func(w http.ResponseWriter, r *http.Request)) {
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, path) {
			return false
		}
		with(w, r)
		return true
	})
}

// changed is a page of the manifest with other texts in it.
func (s *server) changed(t *testing.T, r *http.Request, pairs ...string) string {
	t.Helper()
	rec := httptest.NewRecorder()
	s.manifest(rec, r)
	text := rec.Body.String()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Errorf("there is no %s in %s", pairs[i], text)
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// endless writes until nobody reads.
func endless(w http.ResponseWriter, piece string) (written int64) {
	piece = strings.Repeat(piece, 10_000)
	for {
		n, err := w.Write([]byte(piece))
		written += int64(n)
		if err != nil {
			return written
		}
	}
}

func TestRun_EndsWhereAServerDoesNot(t *testing.T) {
	const enough = 200 // requests that no honest manifest of two slices takes
	for name, x := range map[string]struct {
		path string
		with func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request)
		says string
	}{
		"cursors in a circle": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			page := map[string]string{"": "b", "b": "c", "c": "b"}[r.URL.Query().Get("cursor")]
			query := r.URL.Query()
			query.Del("cursor")
			r.URL.RawQuery = query.Encode()
			tenant := fmt.Sprintf(`"practice":"%d"`, r.ContentLength+int64(len(s.requests)))
			fmt.Fprint(w, s.changed(t, r, `"next":""`, `"next":"`+page+`"`, `"practice":"0"`, tenant))
		}, "leads back"},
		"the same page for ever": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			query.Del("cursor")
			r.URL.RawQuery = query.Encode()
			fmt.Fprint(w, s.changed(t, r, `"next":""`, fmt.Sprintf(`"next":"c%d"`, len(s.requests))))
		}, "stands there twice"},
		"a page that does not end": {"/v1/publications/", func(_ *testing.T, _ *server, w http.ResponseWriter, _ *http.Request) {
			endless(w, `{"data": `)
		}, "longer than 32 MB"},
		"a greeting that does not end": {"/v1", func(_ *testing.T, _ *server, w http.ResponseWriter, _ *http.Request) {
			endless(w, `{"data": `)
		}, "longer than 1 MB"},
		"a list without end": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, s.changed(t, r, `"slices":[`, `"slices":[`+strings.Repeat("{},", 10_000)))
		}, "too long"},
		"datasets without end": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, s.changed(t, r, `"datasets":[`, `"datasets":[`+strings.Repeat("{},", 10_000)))
		}, "too long"},
		"more columns than a table has": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			more := &strings.Builder{}
			for i := range 2001 {
				fmt.Fprintf(more, `{"name":"c%d","type":"int64"},`, i)
			}
			fmt.Fprint(w, s.changed(t, r, `"columns":[`, `"columns":[`+more.String()))
		}, "more than 2000 columns"},
		"a long cursor": {"/v1/publications/", func(t *testing.T, s *server, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, s.changed(t, r, `"next":""`, `"next":"`+strings.Repeat("c", 9000)+`"`))
		}, "leads back"},
	} {
		s, p := newServer(t, some(1)...), newPartner(t)
		s.answering(x.path, func(w http.ResponseWriter, r *http.Request) {
			if len(s.requests) > enough {
				t.Errorf("%s: it does not end", name)
				w.WriteHeader(http.StatusTeapot)
				return
			}
			x.with(t, s, w, r)
		})
		_, err := p.pull(t.Context(), t, s.URL)
		refuses(t, err, archwire.Invalid, x.says)
	}
}

// What is larger than the disk is not begun.
func TestRun_FetchesNothingThatTheDiskDoesNotHold(t *testing.T) {
	s, p := newServer(t, some(100)...), newPartner(t)
	s.limit = 100
	s.answering("/v1/publications/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, s.changed(t, r, `"bytes":`, `"bytes":3000000000000, "really":`)) // 300 TB
	})
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.Unavailable, "the slices to fetch have 300000.00 GB by the manifest, and the disk of ")
	if asked := s.asked(); len(asked) != 0 {
		t.Errorf("%d slices were asked for", len(asked))
	}
}

// A server that gives a byte at a time is asked no more often than one that gives none.
func TestRun_IsNotKeptBusyByCrumbs(t *testing.T) {
	s, p := newServer(t, large()), newPartner(t)
	s.answering("/v1/slices/", func(w http.ResponseWriter, r *http.Request) {
		if len(s.asked()) > 100 {
			problem(w, 400, "", "It does not end.")
			return
		}
		s.slice(&cut{w, 1}, r)
	})
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.Unavailable, "cannot be reached")
}

// What the server itself says is asked of the server, whatever it answers.
func TestRun_IsNotSentElsewhereForAManifest(t *testing.T) {
	s, p := newServer(t, some(1)...), newPartner(t)
	var asked atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	s.answering("/v1/publications/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL+"/admin", http.StatusTemporaryRedirect)
	})
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.Invalid, "another server")
	if asked.Load() != 0 {
		t.Errorf("the other server was asked %d times", asked.Load())
	}
}

// Whatever a server calls things, nothing is written but what the folder is for.
func TestRun_LeavesTheFolderForNoName(t *testing.T) {
	for name, pairs := range map[string][]string{
		"up":                      {`"dataset":"visit"`, `"dataset":".."`},
		"an absolute path":        {`"dataset":"visit"`, `"dataset":"/tmp/visit"`},
		"the list itself":         {`"dataset":"visit"`, `"dataset":"manifest.json"`},
		"a hidden file":           {`"dataset":"visit"`, `"dataset":".pull"`},
		"a path of Windows":       {`"dataset":"visit"`, `"dataset":"..\\visit"`},
		"a device of Windows":     {`"dataset":"visit"`, `"dataset":"C:visit"`},
		"a NUL":                   {`"dataset":"visit"`, `"dataset":"visit\u0000"`},
		"a tenant with a NUL":     {`"practice":"0"`, `"practice":"0\u0000"`},
		"a tenant with an escape": {`"practice":"0"`, `"practice":"\u001b[2J"`},
		"a long tenant":           {`"practice":"0"`, `"practice":"` + strings.Repeat("0", 1001) + `"`},
		"a size beyond all":       {`"bytes":`, `"bytes":9223372036854775807,"really":`},
		"rows beyond all":         {`"rows":1`, `"rows":9223372036854775807`},
		"two columns of one name": {`"columns":[`, `"columns":[{"name":"ID","type":"int64"},`},
		"two datasets of one name": {`"datasets":[`, `"datasets":[{"dataset":"VISIT","tenant":"practice_id","profile":"identified","key":["id"],
			"columns":[{"name":"id","type":"int64"}]},`},
		"one hash of two sizes": {`"slices":[{`, `"slices":[{"dataset":"visit","practice":"9","profile":"identified","rows":1,"bytes":1,"url":"/v1/x","sha256":"HASH"},{`},
	} {
		s, p := newServer(t, some(1)...), newPartner(t)
		s.slices[0].content = append(s.slices[0].content, "longer than a byte"...)
		for i := range pairs {
			pairs[i] = strings.ReplaceAll(pairs[i], "HASH", s.slices[0].sha())
		}
		s.answering("/v1/publications/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, s.changed(t, r, pairs...)) })
		if _, err := p.pull(t.Context(), t, s.URL); archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		if asked := s.asked(); len(asked) != 0 {
			t.Errorf("%s: a slice was asked for", name)
		}
		entries, err := os.ReadDir(filepath.Dir(p.dir))
		must(t, err)
		if len(entries) != 1 {
			t.Errorf("%s: there is %v beside the folder", name, entries)
		}
	}
}

func TestRun_TakesNoTenantForAnotherWord(t *testing.T) {
	for _, noun := range []string{"sha256", "dataset", "cursor", "", "../practice", "Practice", strings.Repeat("p", 64)} {
		s, p := newServer(t, some(1)...), newPartner(t)
		s.failing(func(w http.ResponseWriter, r *http.Request) bool {
			fmt.Fprintf(w, `{"data": {"project": "clinic", "tenant": {"noun": %q}}}`, noun)
			return r.URL.Path == "/v1"
		})
		_, err := p.pull(t.Context(), t, s.URL)
		refuses(t, err, archwire.Invalid, "cannot be understood")
	}
}
