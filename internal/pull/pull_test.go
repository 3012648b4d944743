package pull_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/pull"
)

func TestRun_FetchesWhatIsNotThere(t *testing.T) {
	s, p := newServer(t, some(7)...), newPartner(t)
	if r := p.pulled(t, s); r.Fetched != 7 || r.Replaced != 7 || r.Unchanged || r.Publication != "20261121T021400Z-0001" || r.AsOf != "2026-11-20" {
		t.Errorf("the first pull reports %+v", r)
	}
	before := len(s.asked())
	if r := p.pulled(t, s); !r.Unchanged || r.Fetched != 0 || len(s.asked()) != before {
		t.Errorf("a pull without news reports %+v", r)
	}
	next := slices.Clone(s.slices[1:])
	next[0].content = []byte("others")
	s.becomes("20261122T021400Z-0002", append(next, served{"visit", "new", []byte("new")}))
	if r := p.pulled(t, s); r.Fetched != 2 || r.Replaced != 2 || r.Removed != 1 {
		t.Errorf("the next pull reports %+v", r)
	}
	versions, err := os.ReadDir(filepath.Join(p.dir, "versions"))
	must(t, err)
	if len(versions) != 1 {
		t.Errorf("%d versions are left", len(versions))
	}
	s.becomes("20261123T021400Z-0003", nil)
	if r := p.pulled(t, s); r.Removed != 7 || r.Fetched != 0 {
		t.Errorf("a pull of nothing reports %+v", r)
	}
}

func TestRun_MendsWhatIsMissing(t *testing.T) {
	s, p := newServer(t, some(3)...), newPartner(t)
	p.pulled(t, s)
	must(t, os.Remove(filepath.Join(p.dir, "current", "visit", "1.parquet")))
	must(t, os.Truncate(filepath.Join(p.dir, "current", "visit", "2.parquet"), 0))
	if r := p.pulled(t, s); r.Fetched != 2 {
		t.Errorf("%+v", r)
	}
}

// large is a slice that takes many packets.
func large() served {
	one := some(1)[0]
	for len(one.content) < 1_000_000 {
		one.content = append(one.content, one.content...)
	}
	return one
}

// cut is a writer that ends the connection after a while.
type cut struct {
	http.ResponseWriter

	left int
}

func (c *cut) Write(b []byte) (int, error) {
	if len(b) > c.left {
		panic(http.ErrAbortHandler)
	}
	c.left -= len(b)
	return c.ResponseWriter.Write(b)
}

func TestRun_GoesOnWhereALineBroke(t *testing.T) {
	one := large()
	s, p := newServer(t, one), newPartner(t)
	var sent atomic.Int64
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/slices/") {
			return false
		}
		c := &cut{w, 300_000}
		defer func() { sent.Add(int64(300_000 - c.left)) }()
		s.slice(c, r)
		return true
	})
	p.pulled(t, s)
	asked := s.asked()
	if len(asked) < 4 || sent.Load() > int64(len(one.content))*3/2 {
		t.Errorf("%d requests, %d bytes of %d", len(asked), sent.Load(), len(one.content))
	}
	for _, r := range asked[1:] {
		if !strings.HasPrefix(r.Header.Get("Range"), "bytes=") || r.Header.Get("If-Range") != `"`+one.sha()+`"` {
			t.Errorf("a request goes on with %v", r.Header)
		}
	}
}

func TestRun_GoesOnWhereAnotherStopped(t *testing.T) {
	one := large()
	s, p := newServer(t, one), newPartner(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/slices/") {
			return false
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(one.content)))
		w.Write(one.content[:500_000]) //nolint:errcheck // a test's server
		w.(http.Flusher).Flush()       //nolint:forcetypeassert // it is one
		p.awaitPart(r.Context())
		cancel()
		<-r.Context().Done()
		return true
	})
	if _, err := p.pull(ctx, t, s.URL); err == nil {
		t.Fatal("a pull that was stopped ends well")
	}
	s.failing(nil)
	p.pulled(t, s)
	if asked := s.asked(); len(asked) != 2 || asked[1].Header.Get("Range") == "" {
		t.Errorf("%d requests", len(asked))
	}
	left, err := filepath.Glob(filepath.Join(p.dir, ".pull", "*.*"))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

// awaitPart returns when something of a slice has been written down, or ctx ends.
func (p *partner) awaitPart(ctx context.Context) {
	for ctx.Err() == nil {
		parts, _ := filepath.Glob(filepath.Join(p.dir, ".pull", "*.part")) // the pattern is well formed
		for _, part := range parts {
			if info, err := os.Stat(part); err == nil && info.Size() > 0 {
				return
			}
		}
		time.Sleep(time.Millisecond)
	}
}

func TestRun_WaitsAsLongAsItIsAskedTo(t *testing.T) {
	s, p := newServer(t, some(1)...), newPartner(t)
	var n atomic.Int64
	s.failing(func(w http.ResponseWriter, _ *http.Request) bool {
		switch n.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "17")
			problem(w, 429, "", "Too many.")
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	})
	p.pulled(t, s)
	// A connection that was used before and broke is replaced without a wait.
	if len(p.waited) < 2 || p.waited[0] < 17*time.Second || p.waited[1] > 10*time.Second {
		t.Errorf("it waited %v", p.waited)
	}
}

func TestRun_GivesUpAndLeavesWhatIsThere(t *testing.T) {
	s, p := newServer(t, some(2)...), newPartner(t)
	p.pulled(t, s)
	before := s.slices
	s.becomes("20261122T021400Z-0002", some(3))
	for _, x := range []struct {
		status int
		code   archwire.Code
		says   string
	}{
		{500, archwire.Unavailable, "status 500"}, {503, archwire.Unavailable, "status 503"}, {401, archwire.Denied, "does not take the key"}, {400, archwire.Invalid, "status 400: So it is"},
	} {
		s.failing(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/v1/slices/") {
				problem(w, x.status, "", "So it is.\x1b[2J")
				return true
			}
			return false
		})
		_, err := p.pull(t.Context(), t, s.URL)
		refuses(t, err, x.code, x.says)
		if strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q plays with the terminal", err)
		}
		p.holds(t, before...)
	}
	s.failing(nil)
	url := s.URL
	p.pulled(t, s)
	s.Close()
	_, err := p.pull(t.Context(), t, url)
	refuses(t, err, archwire.Unavailable, "cannot be reached")
}

func TestRun_BeginsAnewWhenThePublicationIsAnother(t *testing.T) {
	s, p := newServer(t, some(5)...), newPartner(t)
	var changed atomic.Bool
	s.failing(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Has("cursor") && !changed.Swap(true) {
			s.becomes("20261122T021400Z-0002", some(4)) // while a manifest is read
		}
		return false
	})
	if r := p.pulled(t, s); r.Publication != "20261122T021400Z-0002" {
		t.Errorf("%+v", r)
	}
	changed.Store(false)
	s.becomes("20261123T021400Z-0003", some(1))
	s.failing(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/v1/slices/") && !changed.Swap(true) {
			s.becomes("20261124T021400Z-0004", some(4)) // while slices are fetched
		}
		return false
	})
	if r := p.pulled(t, s); r.Publication != "20261124T021400Z-0004" {
		t.Errorf("%+v", r)
	}
	n := 0
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/slices/") {
			return false
		}
		n++
		problem(w, 404, "sha256", "There is no such slice.")
		return true
	})
	s.becomes("20261125T021400Z-0005", some(1))
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.Unavailable, "became another one each time")
}

func TestRun_TakesNoOtherBytes(t *testing.T) {
	s, p := newServer(t, some(1)...), newPartner(t)
	size := len(s.slices[0].content)
	spoilt := func(times int64) func(w http.ResponseWriter, r *http.Request) bool {
		var n atomic.Int64
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/v1/slices/") || n.Add(1) > times {
				return false
			}
			w.Write(make([]byte, size)) //nolint:errcheck // a test's server
			return true
		}
	}
	s.failing(spoilt(100))
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.Mismatch, "other bytes")
	p.holds(t)
	s.failing(spoilt(1))
	p.pulled(t, s)
}

func TestRun_PullsOneAtATime(t *testing.T) {
	s, p := newServer(t, some(1)...), newPartner(t)
	var inner error
	s.failing(func(http.ResponseWriter, *http.Request) bool {
		if inner == nil {
			_, inner = p.pull(context.WithoutCancel(t.Context()), t, s.URL)
		}
		return false
	})
	p.pulled(t, s)
	refuses(t, inner, archwire.Conflict, "another pull")
}

func TestRun_LeavesOutWhatIsNotAskedFor(t *testing.T) {
	s, p := newServer(t, some(4)...), newPartner(t)
	p.filter.Tenants = []string{"9"}
	_, err := p.pull(t.Context(), t, s.URL)
	refuses(t, err, archwire.NotFound, "no practice 9")
	p.filter.Tenants = []string{"1", "3"}
	_, err = p.pull(t.Context(), t, s.URL)
	must(t, err)
	p.holds(t, s.slices[1], s.slices[3])
	rest := slices.Clone(s.slices[2:])
	s.becomes("20261122T021400Z-0002", rest) // 1 grants nothing any more
	_, err = p.pull(t.Context(), t, s.URL)
	must(t, err)
	p.holds(t, rest[1])

	// What was never there is told, and does not keep the rest from being pulled.
	p.filter.Tenants = []string{"3", "77"}
	again := append(slices.Clone(rest[:1]), served{practice: "3", dataset: rest[1].dataset, content: []byte("other rows")})
	s.becomes("20261123T021400Z-0003", again)
	r, err := p.pull(t.Context(), t, s.URL)
	must(t, err)
	p.holds(t, again[1])
	if !slices.Equal(r.Unknown, []string{"practice 77"}) {
		t.Errorf("not known are %v", r.Unknown)
	}
}

func TestRun_TakesNothingStrange(t *testing.T) {
	for name, x := range map[string]struct{ old, becomes string }{
		"a path for a dataset":  {`"dataset":"visit"`, `"dataset":"../visit"`},
		"a path for a hash":     {`"sha256":"`, `"sha256":"../`},
		"a strange publication": {`"publication":"2026`, `"publication":"../2026`},
		"an unknown type":       {`"type":"int64"`, `"type":"money"`},
		"an unknown profile":    {`"profile":"identified"`, `"profile":"all"`},
		"fewer rows than none":  {`"rows":1`, `"rows":-1`},
		"no tenant":             {`"practice":"0"`, `"practice":""`},
		"no address":            {`"url":"/v1`, `"url":"ftp://x/v1`},
		"no JSON":               {`{"data"`, `{data`},
	} {
		s, p := newServer(t, some(1)...), newPartner(t)
		s.failing(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/v1/publications/") {
				return false
			}
			rec := httptest.NewRecorder()
			s.manifest(rec, r)
			text := strings.ReplaceAll(rec.Body.String(), x.old, x.becomes)
			if text == rec.Body.String() {
				t.Errorf("%s: there is no %s", name, x.old)
			}
			w.Write([]byte(text)) //nolint:errcheck // a test's server
			return true
		})
		if _, err := p.pull(t.Context(), t, s.URL); err == nil {
			t.Errorf("%s is taken", name)
		}
		entries, err := os.ReadDir(filepath.Dir(p.dir))
		must(t, err)
		if len(entries) != 1 {
			t.Errorf("%s: there is %v beside the folder", name, entries)
		}
	}
}

func TestRun_ShowsTheKeyToNobodyElse(t *testing.T) {
	s, p := newServer(t, some(1)...), newPartner(t)
	var keys atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-API-Key") != "" {
			keys.Add(1)
		}
		w.Write(s.slices[0].content) //nolint:errcheck // a test's server
	}))
	defer other.Close()
	elsewhere := other.URL // another port of the same host
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/v1/slices/") {
			http.Redirect(w, r, elsewhere+"/signed", http.StatusTemporaryRedirect)
			return true
		}
		return false
	})
	p.pulled(t, s)
	s.becomes("20261122T021400Z-0002", some(1))
	s.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/publications/") {
			return false
		}
		rec := httptest.NewRecorder()
		s.manifest(rec, r)
		w.Write([]byte(strings.ReplaceAll(rec.Body.String(), `"url":"`, `"url":"`+other.URL))) //nolint:errcheck // a test's server
		return true
	})
	p.pulled(t, s)
	if keys.Load() != 0 {
		t.Errorf("%d requests showed the key to another server", keys.Load())
	}
}

func TestNewClient_TrustsWhatItIsTold(t *testing.T) {
	s := newServer(t, some(1)...)
	secure := httptest.NewUnstartedServer(s)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	p := newPartner(t)
	_, err := p.pull(t.Context(), t, secure.URL)
	refuses(t, err, archwire.Unavailable, "cannot be reached")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	key, err := pull.NewKey(secret, "a test")
	must(t, err)
	client, err := pull.NewClient(pull.ClientConfig{URL: secure.URL, Credential: key, Roots: roots})
	must(t, err)
	folder, err := pull.OpenFolder(p.dir)
	must(t, err)
	_, err = pull.Run(t.Context(), pull.Config{Client: client, Target: folder, Work: folder.Work(), Told: func(pull.Step) {}})
	must(t, err)
	p.holds(t, s.slices...)
}

func TestNewClient_SendsNoKeyInClear(t *testing.T) {
	for _, url := range []string{"http://data.example.com", "http://203.0.113.7", "https://" + secret + "@data.example.com", "https://data.example.com/?key=" + secret, "data.example.com", "ftp://x", "https://"} {
		_, err := pull.NewClient(pull.ClientConfig{URL: url})
		refuses(t, err, archwire.Invalid, "--url")
	}
	for _, url := range []string{"http://localhost:8080", "http://[::1]:8080/", "https://data.example.com/api/"} {
		_, err := pull.NewClient(pull.ClientConfig{URL: url})
		must(t, err)
	}
	key, err := pull.NewKey(secret, "a test")
	must(t, err)
	if text := fmt.Sprintf("%v %+v %#v %s", key, key, key, key); strings.Contains(text, secret) {
		t.Errorf("a key shows itself: %s", text)
	}
	for _, text := range []string{"", "\n", "two words", "aw_\x00"} {
		_, err := pull.NewKey(text, "the file")
		refuses(t, err, archwire.Invalid, "the file does not hold a key")
	}
}

func TestOpenFolder_LeavesWhatIsAnothers(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "letter.txt"), nil, 0o600))
	_, err := pull.OpenFolder(dir)
	refuses(t, err, archwire.Conflict, "something else")
}
