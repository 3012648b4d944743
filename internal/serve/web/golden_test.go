package web

import (
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	update = flag.Bool("update", false, "rewrite golden files") // of the tests from outside of the package, too
	quiet  = slog.New(slog.DiscardHandler)
)

const owner = `[{"role":"practice_admin","tenant":"1"}]`

// visited is a page as a browser gets it. A form is sent with a token of its own.
func visited(t *testing.T, h *Handler, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		form.Set("token", h.tokens.make("session aws_1_x"))
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// drawnByChance is what is another one in every page.
var drawnByChance = []*regexp.Regexp{
	regexp.MustCompile(`(name="token" value=")[^"]+`), regexp.MustCompile(`(This request is <code>)[^<]+`), regexp.MustCompile(`(\?v=)[0-9a-f]+`),
	regexp.MustCompile(`(data-library=")[^"]*`), regexp.MustCompile(`(data-chart=")[^"]*`), // the latter is the tiles' to test
}

func TestPages(t *testing.T) {
	seen := canned{roles: owner, tenants: 1, dashboard: cannedDashboards}
	many := seen
	many.tenants = 30
	failed, late := seen, seen
	failed.status = `{"within_seconds":93600,"late":false,"last_run":{"state":"failed","started_at":"2026-11-22T08:25:00Z","ended_at":"2026-11-22T08:31:00Z","verb":"verify"}}`
	late.status = `{"within_seconds":3600,"late":true,"last_run":null}`
	refused := canned{fails: map[string]int{"/auth/sign-in": 401}}
	for name, test := range map[string]struct {
		api    canned
		path   string
		form   url.Values
		status int
	}{
		"signin":         {canned{}, "/sign-in?to=/dashboards/overview", nil, 200},
		"signin-refused": {refused, "/sign-in", url.Values{"name": {"ann@example.com"}, "password": {"a wrong one, not to be shown"}, "to": {"/"}}, 401},
		"accept":         {canned{}, "/accept", nil, 200},
		"accept-done":    {canned{}, "/accept", url.Values{"invitation": {"awi_x"}, "password": {"p"}, "again": {"p"}}, 200},
		"trouble":        {seen, "/dashboards/nothing", nil, 404},
		"home":           {canned{roles: owner, tenants: 1, dashboard: "[]"}, "/", nil, 200},
		"dashboard":      {seen, "/dashboards/overview?filter%5Blocation_id%5D=3", nil, 200},
		"dashboard-all":  {many, "/dashboards/overview?period=last_3_months&compare=previous_year", nil, 200},
		"failed":         {failed, "/metrics", nil, 200},
		"late":           {late, "/dashboards/overview", nil, 200},
		"metrics":        {seen, "/metrics", nil, 200},
		"metric":         {seen, "/metrics/net_collections?via=overview", nil, 200},
		"datasets":       {seen, "/rows", nil, 200},
		"rows":           {seen, "/rows/accounts?via=overview&metric=net_collections&order=-balance&filter%5Blocation_id%5D=3", nil, 200},
		"switch":         {many, "/switch?q=practice+2&to=/dashboards/overview%3Fperiod%3Dlast_month", nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := visited(t, handler(t, test.api, "entra"), test.path, test.form)
			if w.Code != test.status {
				t.Fatalf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
			got := w.Body.String()
			for _, chance := range drawnByChance {
				got = chance.ReplaceAllString(got, "${1}X")
			}
			golden(t, filepath.Join("testdata", "golden", name+".html"), got)
			wellFormed(t, got)
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("make golden rewrites it:\n%s", diff)
	}
}

// wellFormed holds every page to what all of them promise: WCAG 2.2's landmarks and
// names, and nothing that the policy forbids.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	for _, want := range []string{`<html lang="en"`, `class="skip" href="#main"`, `<main id="main"`, "<title>"} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if n := strings.Count(page, "<h1>"); n != 1 {
		t.Errorf("there are %d headings of the first order", n)
	}
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[id[1]] {
			t.Errorf("two elements are %s", id[1])
		}
		ids[id[1]] = true
	}
	for _, of := range regexp.MustCompile(` (?:for|aria-labelledby)="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !ids[of[1]] {
			t.Errorf("nothing is %s, which a label is for", of[1])
		}
	}
	for _, forbidden := range []string{" style=", "<style", " onclick=", "javascript:", "http://", "https://", "NaN", "undefined", "&lt;nil&gt;", "ZgotmplZ"} {
		if strings.Contains(page, forbidden) {
			t.Errorf("there is %s", forbidden)
		}
	}
	if n := len(page); n > 100<<10 {
		t.Errorf("the page has %d bytes", n)
	}
}
