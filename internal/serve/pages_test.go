package serve_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"archwire/internal/serve/auth"
)

// token finds the token of a page's forms.
func token(t *testing.T, page reply) string {
	t.Helper()
	found := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page.text)
	if found == nil {
		t.Fatalf("no token in %s", page.text)
	}
	return found[1]
}

// post has the browser send a form.
func (o *office) post(t *testing.T, b *http.Client, path string, form url.Values, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+path, strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return doWith(t, b, r)
}

// signedIn is a browser by which somebody has signed in on the page of it.
func (o *office) signedIn(t *testing.T, name string, role auth.Role, tenant string) *http.Client {
	t.Helper()
	o.admitted(t, name, role, tenant, false)
	b := browser(t)
	page := o.send(t, b, "GET", "/sign-in", "").want(t, 200)
	r := o.post(t, b, "/sign-in", url.Values{"token": {token(t, page)}, "name": {name}, "password": {password}, "to": {"/"}}).want(t, 303)
	if to := r.header.Get("Location"); to != "/" {
		t.Fatalf("signing in leads to %s", to)
	}
	return b
}

func TestWhoeverIsNotKnownSignsInAndComesBack(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	b := browser(t)
	wanted := "/?practice=p1"
	r := o.send(t, b, "GET", wanted, "", "Accept", "text/html").want(t, 303)
	to := r.header.Get("Location")
	if to != "/sign-in?to="+url.QueryEscape(wanted) {
		t.Fatalf("led to %s", to)
	}
	page := o.send(t, b, "GET", to, "").want(t, 200)
	form := url.Values{"token": {token(t, page)}, "to": {wanted}, "name": {"ann@example.com"}, "password": {"not this one at all"}}
	wrong := o.post(t, b, "/sign-in", form).want(t, 401)
	if !strings.Contains(wrong.text, `role="alert"`) || strings.Contains(wrong.text, "not this one") {
		t.Errorf("a wrong password is answered with %s", wrong.text)
	}
	form.Set("password", password)
	if r := o.post(t, b, "/sign-in", form).want(t, 303); r.header.Get("Location") != wanted {
		t.Errorf("signing in leads to %s", r.header.Get("Location"))
	}
	o.send(t, b, "GET", "/metrics", "").want(t, 200)
	form.Set("to", "//elsewhere.example")
	page = o.send(t, b, "GET", "/sign-in?to=//elsewhere.example", "").want(t, 200)
	form.Set("token", token(t, page))
	if r := o.post(t, b, "/sign-in", form).want(t, 303); r.header.Get("Location") != "/" {
		t.Errorf("signing in leads elsewhere: %s", r.header.Get("Location"))
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	ann := o.signedIn(t, "ann@example.com", auth.PracticeAdmin, "p1")
	bob := o.signedIn(t, "bob@example.com", auth.PracticeAdmin, "p2")
	own := token(t, o.send(t, ann, "GET", "/metrics", "").want(t, 200))
	foreign := token(t, o.send(t, bob, "GET", "/metrics", "").want(t, 200))
	for name, form := range map[string]url.Values{"none": {}, "another session's": {"token": {foreign}}, "no session's": {"token": {token(t, o.send(t, browser(t), "GET", "/sign-in", ""))}}} {
		if r := o.post(t, ann, "/sign-out", form); r.status != 403 {
			t.Errorf("with %s token: %d", name, r.status)
		}
	}
	o.post(t, ann, "/sign-out", url.Values{"token": {own}}, "Sec-Fetch-Site", "cross-site").want(t, 403)
	o.send(t, ann, "GET", "/auth/me", "").want(t, 200)
	o.post(t, ann, "/sign-out", url.Values{"token": {own}}).want(t, 303)
	o.send(t, ann, "GET", "/auth/me", "").want(t, 401)
}

func TestPagesAllowNothingFromElsewhere(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := o.signedIn(t, "ann@example.com", auth.PracticeAdmin, "p1")
	for _, path := range []string{"/metrics", "/metrics/net_collections", "/rows", "/rows/collections", "/dashboards/overview", "/sign-in", "/accept", "/nothing/here/at/all"} {
		r := o.send(t, b, "GET", path, "", "Accept", "text/html")
		policy := r.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: no %s in %s", path, part, policy)
			}
		}
		for _, inline := range []string{" style=", "<style", "<script>", " onclick=", "javascript:"} {
			if strings.Contains(r.text, inline) {
				t.Errorf("%s has %s", path, inline)
			}
		}
		if got := r.header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("%s may be kept: %s", path, got)
		}
	}
}

func TestAnInvitationIsAcceptedOnAPage(t *testing.T) {
	o := staffed(t)
	p := o.person(t, "ann@example.com", auth.PracticeAdmin, "p1", "")
	invitation, err := o.state.Invite(t.Context(), p.ID)
	must(t, err)
	b := browser(t)
	form := url.Values{"token": {token(t, o.send(t, b, "GET", "/accept", "").want(t, 200))}, "invitation": {invitation}, "password": {password}, "again": {"another one of them"}}
	if r := o.post(t, b, "/accept", form).want(t, 400); !strings.Contains(r.text, "differ") || strings.Contains(r.text, password) {
		t.Errorf("two passwords that differ: %s", r.text)
	}
	form.Set("again", password)
	o.post(t, b, "/accept", form).want(t, 200)
	o.post(t, b, "/accept", form).want(t, 404)
	o.send(t, b, "POST", "/auth/sign-in", signInBody("ann@example.com", password, "")).want(t, 200)
}

func TestWhatThereIsNotIsAPageForBrowsersOnly(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := o.signedIn(t, "ann@example.com", auth.PracticeUser, "p1")
	if r := o.send(t, b, "GET", "/nothing", "", "Accept", "text/html,*/*").want(t, 404); !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		t.Errorf("a browser is told %s", r.text)
	}
	if r := o.send(t, b, "GET", "/nothing", "").want(t, 404); r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program is told %s", r.text)
	}
	if r := o.send(t, b, "GET", "/v1/nothing", "", "Accept", "text/html").want(t, 404); r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("under the API's paths is %s", r.text)
	}
}

func TestColoursAreKept(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := browser(t)
	page := o.send(t, b, "GET", "/sign-in", "").want(t, 200)
	r := o.post(t, b, "/theme", url.Values{"token": {token(t, page)}, "theme": {"dark"}, "to": {"/sign-in"}}).want(t, 303)
	if r.header.Get("Location") != "/sign-in" {
		t.Errorf("led to %s", r.header.Get("Location"))
	}
	if page = o.send(t, b, "GET", "/sign-in", "").want(t, 200); !strings.Contains(page.text, `data-theme="dark"`) {
		t.Errorf("the page is %s", page.text)
	}
}
