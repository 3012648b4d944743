package pull_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/pull"
)

const secret = "aw_secret_of_the_tests"

// A server answers as the API does, with files that hold anything, and fails as a test
// wants it to.
type server struct {
	*httptest.Server

	mu          sync.Mutex
	publication string
	slices      []served
	limit       int // slices of a page
	requests    []*http.Request
	fail        func(w http.ResponseWriter, r *http.Request) bool // answers in place of the server
}

type served struct {
	dataset, practice string
	content           []byte
}

func (s served) sha() string {
	sum := sha256.Sum256(s.content)
	return hex.EncodeToString(sum[:])
}

func newServer(t *testing.T, of ...served) *server {
	t.Helper()
	s := &server{publication: "20261121T021400Z-0001", slices: of, limit: 2}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// some are slices of several sizes.
func some(n int) (out []served) {
	for i := range n {
		content := make([]byte, 1+rand.IntN(5000))
		for j := range content {
			content[j] = byte(rand.Uint32())
		}
		out = append(out, served{"visit", strconv.Itoa(i), content})
	}
	return out
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	fail := s.fail
	s.mu.Unlock()
	if fail != nil && fail(w, r) {
		return
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+secret:
		problem(w, 401, "", "The key is not known.")
	case r.URL.Path == "/v1":
		fmt.Fprint(w, `{"data": {"project": "clinic", "tenant": {"noun": "practice"}}}`)
	case strings.HasPrefix(r.URL.Path, "/v1/publications/"):
		s.manifest(w, r)
	case strings.HasPrefix(r.URL.Path, "/v1/slices/"):
		s.slice(w, r)
	default:
		problem(w, 404, "", "Nothing.")
	}
}

func problem(w http.ResponseWriter, status int, field, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"detail": detail, "field": field, "hint": "A hint."}) //nolint:errcheck // a test's server
}

func (s *server) manifest(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := r.URL.Query()["practice"]
	for _, id := range asked {
		if !slices.ContainsFunc(s.slices, func(x served) bool { return x.practice == id }) {
			problem(w, 404, "practice", "There is no practice "+id+" here.")
			return
		}
	}
	from := 0
	if word := r.URL.Query().Get("cursor"); word != "" {
		id, at, _ := strings.Cut(word, "@")
		if id != s.publication {
			problem(w, 410, "cursor", "The cursor has expired.")
			return
		}
		from, _ = strconv.Atoi(at)
	}
	list := []map[string]any{}
	for _, x := range s.slices {
		if len(asked) == 0 || slices.Contains(asked, x.practice) {
			list = append(list, map[string]any{
				"dataset": x.dataset, "practice": x.practice, "profile": "identified", "sha256": x.sha(), "rows": 1, "bytes": len(x.content), "url": "/v1/slices/" + x.sha() + ".parquet",
			})
		}
	}
	next := ""
	if rest := list[from:]; len(rest) > s.limit {
		next = fmt.Sprintf("%s@%d", s.publication, from+s.limit)
		list = rest[:s.limit]
	} else {
		list = rest
	}
	json.NewEncoder(w).Encode(map[string]any{ //nolint:errcheck // a test's server
		"data": map[string]any{"publication": s.publication, "slices": list, "datasets": []any{map[string]any{
			"dataset": "visit", "tenant": "practice_id", "profile": "identified", "key": []string{"id"}, "columns": []any{map[string]any{"name": "id", "type": "int64", "class": "public"}},
		}}},
		"meta": map[string]any{"as_of": "2026-11-20", "data_through": "2026-11-21T01:30:00Z"}, "page": map[string]any{"next": next},
	})
}

func (s *server) slice(w http.ResponseWriter, r *http.Request) {
	sha := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/v1/slices/"), ".parquet")
	s.mu.Lock()
	i := slices.IndexFunc(s.slices, func(x served) bool { return x.sha() == sha })
	var content []byte
	if i >= 0 {
		content = s.slices[i].content
	}
	s.mu.Unlock()
	if i < 0 {
		problem(w, 404, "sha256", "There is no such slice.")
		return
	}
	w.Header().Set("ETag", `"`+sha+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// asked are the requests of slices.
func (s *server) asked() (out []*http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		if strings.HasPrefix(r.URL.Path, "/v1/slices/") {
			out = append(out, r)
		}
	}
	return out
}

// failing makes the server fail in a way from now on.
func (s *server) failing(fail func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

// becomes makes the server serve another publication.
func (s *server) becomes(publication string, of []served) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publication, s.slices = publication, of
}

// A partner pulls into a folder. It waits without waiting.
type partner struct {
	dir    string
	filter pull.Filter
	mu     sync.Mutex
	waited []time.Duration
}

func newPartner(t *testing.T) *partner {
	t.Helper()
	return &partner{dir: filepath.Join(t.TempDir(), "mirror")}
}

func (p *partner) client(t *testing.T, url string) *pull.Client {
	t.Helper()
	key, err := pull.NewKey(secret+"\nand what it opens\n", "a test")
	must(t, err)
	client, err := pull.NewClient(pull.ClientConfig{URL: url, Credential: key, Sleep: func(ctx context.Context, d time.Duration) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.waited = append(p.waited, d)
		return ctx.Err()
	}})
	must(t, err)
	return client
}

func (p *partner) pull(ctx context.Context, t *testing.T, url string) (pull.Report, error) {
	t.Helper()
	folder, err := pull.OpenFolder(p.dir)
	must(t, err)
	return pull.Run(ctx, pull.Config{Client: p.client(t, url), Target: folder, Work: folder.Work(), Told: func(pull.Step) {}, Filter: p.filter})
}

// pulled pulls, which must end well, and holds what is there against what is served.
func (p *partner) pulled(t *testing.T, s *server) pull.Report {
	t.Helper()
	r, err := p.pull(t.Context(), t, s.URL)
	must(t, err)
	p.holds(t, s.slices...)
	return r
}

// holds fails the test when the folder holds something else.
func (p *partner) holds(t *testing.T, of ...served) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "current", "*", "*"))
	must(t, err)
	if len(files) != len(of) {
		t.Fatalf("the folder holds %d files, not %d: %v", len(files), len(of), files)
	}
	for _, x := range of {
		got, err := os.ReadFile(filepath.Join(p.dir, "current", x.dataset, x.practice+".parquet"))
		must(t, err)
		if !bytes.Equal(got, x.content) {
			t.Fatalf("the file of practice %s has other bytes", x.practice)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v %s", err, archwire.HintOf(err))
	}
}

// refuses fails the test when err is not of a code, says nothing to do or tells the key.
func refuses(t *testing.T, err error, code archwire.Code, says string) {
	t.Helper()
	if archwire.CodeOf(err) != code || !strings.Contains(archwire.MessageOf(err), says) || archwire.HintOf(err) == "" {
		t.Fatalf("%v of code %q with hint %q, want %q of %q", err, archwire.CodeOf(err), archwire.HintOf(err), says, code)
	}
	for e := err; e != nil; {
		if strings.Contains(e.Error(), secret) {
			t.Fatalf("%v tells the key", e)
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
}
