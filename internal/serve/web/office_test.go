package web_test

import (
	"encoding/json"
	"flag"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/web"
)

// update is the flag that the tests within the package define.
var update = flag.Lookup("update")

// noon is when the pages are looked at.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// canned answers as an API would, by path; and tells what it was asked to change.
// A page asks several things at once: what is noted of the questions is guarded.
type canned struct {
	answers map[string]any // by method and path, without the query

	mu     sync.Mutex
	asked  []string
	as     string // the header of the last question
	nobody string // that names nobody
	once   string // the key of the last that has it
}

func (c *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.as = r.Header.Get("Archwire-View-As")
	if once := r.Header.Get("Idempotency-Key"); once != "" {
		c.once = once
	}
	name := r.Method + " " + r.URL.Path
	if r.Method != http.MethodGet {
		var body any
		_ = json.NewDecoder(r.Body).Decode(&body) // there need not be any
		text, _ := json.Marshal(body)
		c.asked = append(c.asked, name+" "+string(text))
	}
	answer, ok := c.answers[name]
	ok = ok && (c.nobody == "" || c.as != c.nobody)
	if p, refused := answer.(refused); refused || !ok {
		if !ok {
			p = refusedBy(http.StatusNotFound, "There is nothing at this path.")
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(p.Status)
		json.NewEncoder(w).Encode(p) //nolint:errcheck // a recorder takes all
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // a recorder takes all
}

// refused is what the API does not do.
type refused struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Hint   string `json:"hint"`
}

func refusedBy(status int, detail string) refused {
	return refused{"Refused", status, detail, "Do something else."}
}

type object = map[string]any

func data(v any) object { return object{"data": v, "page": object{"next": nil}} }

// pages are over a canned API, for somebody of these roles.
func pages(t *testing.T, roles []object, answers map[string]any) (http.Handler, *canned) {
	t.Helper()
	api := &canned{answers: map[string]any{
		"GET /auth/me": object{"person": "pe1", "name": "ann@example.com", "roles": roles},
		"GET /v1": object{"data": object{"project": "orthodontics", "tenant": object{"noun": "practice", "plural": "practices"}, "profile": "aggregate"}, "meta": object{
			"publication": "20261121T021400Z-4f9c", "as_of": "2026-11-20", "data_through": "2026-11-21T01:30:00Z",
		}},
		"GET /v1/dashboards": data([]object{}),
		"GET /v1/practices":  data([]object{{"id": "17", "label": "Maple Street", "timezone": "America/Denver"}, {"id": "18", "label": "Oak & Pine", "timezone": "America/New_York"}}),
	}}
	maps.Copy(api.answers, answers)
	h, err := web.New(web.Config{
		API: api, Session: func(r *http.Request) string { return "aws_session" }, Secret: make([]byte, 32), Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return noon },
		Project: "orthodontics", Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, api
}

func operatorRoles() []object { return []object{{"role": "operator"}} }

func admin() []object { return []object{{"role": "practice_admin", "tenant": "17"}} }

// get is a page.
func get(t *testing.T, h http.Handler, path string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var tokenForm = regexp.MustCompile(`name="token" value="([^"]+)"`)

// send sends a form of a page, with the token that the page has.
func send(t *testing.T, h http.Handler, page, path string, form url.Values, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	found := tokenForm.FindStringSubmatch(get(t, h, page, cookies...).Body.String())
	if found == nil {
		t.Fatalf("%s has no form", page)
	}
	form.Set("token", found[1])
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var (
	mainForm  = regexp.MustCompile(`(?s)<main.*</main>`)
	maskForm  = regexp.MustCompile(`name="(token|once)" value="[^"]+"`)
	spareForm = regexp.MustCompile(`\n\s*\n+`)
)

// golden compares what is in a page's main part.
func golden(t *testing.T, name string, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("%s answers %d, want %d: %s", name, w.Code, status, mainForm.FindString(w.Body.String()))
	}
	got := maskForm.ReplaceAllString(mainForm.FindString(w.Body.String()), `name="$1" value="..."`)
	got = spareForm.ReplaceAllString(got, "\n") + "\n"
	file := filepath.Join("testdata", "office", name+".html")
	if update.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	for _, never := range []string{"NaN", "null", "undefined", "&lt;nil&gt;", "style=", "onclick", "%!"} {
		if strings.Contains(got, never) {
			t.Errorf("%s has %s", name, never)
		}
	}
}
