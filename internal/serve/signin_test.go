package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

const password = "correct horse battery"

// browser keeps cookies, and follows no redirect.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send has the browser send JSON, or nothing.
func (o *office) send(t *testing.T, b *http.Client, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, o.url+path, strings.NewReader(body))
	must(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return doWith(t, b, r)
}

// admitted lets somebody in who has accepted the invitation with password, and
// gives the secret of codes if one was asked for.
func (o *office) admitted(t *testing.T, name string, role auth.Role, tenant string, codes bool) (auth.Person, string) {
	t.Helper()
	p := o.person(t, name, role, tenant, "")
	invitation, err := o.state.Invite(t.Context(), p.ID)
	must(t, err)
	r := o.request(t, "POST", "/auth/accept", "", fmt.Sprintf(`{"invitation":%q,"password":%q,"totp":%t}`, invitation, password, codes)).want(t, 200)
	o.request(t, "POST", "/auth/accept", "", fmt.Sprintf(`{"invitation":%q,"password":"another password","totp":true}`, invitation)).want(t, 404)
	if !codes {
		return p, ""
	}
	uri, err := url.Parse(r.at(t, "totp").(string))
	must(t, err)
	// https://github.com/google/google-authenticator/wiki/Key-Uri-Format: issuer:account.
	if uri.Path != "/orthodontics:"+p.Name || uri.Query().Get("issuer") != "orthodontics" {
		t.Errorf("an app is told %s of %s", uri.Path, p.Name)
	}
	return p, uri.Query().Get("secret")
}

func signInBody(name, password, code string) string {
	text, _ := json.Marshal(map[string]string{"name": name, "password": password, "code": code})
	return string(text)
}

func TestSignInGivesABrowserASession(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	p, _ := o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	b := browser(t)
	o.send(t, b, "GET", "/auth/me", "").want(t, 401)
	r := o.send(t, b, "POST", "/auth/sign-in", signInBody("Ann@Example.com", password, "")).want(t, 200)
	cookie := r.header.Get("Set-Cookie")
	for _, want := range []string{"archwire=aws_", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %s has no %s", cookie, want)
		}
	}
	if strings.Contains(r.text, "aws_") || r.header.Get("Cache-Control") != "no-store" || r.at(t, "person") != p.ID || r.at(t, "roles.0.tenant") != "p1" {
		t.Errorf("the answer is %s", r.text)
	}
	if me := o.send(t, b, "GET", "/auth/me", "").want(t, 200); me.at(t, "name") != "ann@example.com" {
		t.Errorf("me is %s", me.text)
	}
	if rows := o.send(t, b, "GET", "/v1/datasets/patients/rows", "").want(t, 200); !strings.Contains(rows.text, "Zoë") || strings.Contains(rows.text, canary) {
		t.Errorf("the rows are %s", rows.text)
	}
	o.send(t, b, "POST", "/auth/sign-out", "").want(t, 204)
	o.send(t, b, "GET", "/auth/me", "").want(t, 401)
	stale := strings.TrimPrefix(strings.Split(cookie, ";")[0], "archwire=")
	o.awaitRefusal(t, stale)
	for _, secret := range []string{password, stale, "ann@example.com"} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log has %s", secret)
		}
	}
}

// awaitRefusal asks until a session is refused, which is to happen within a second.
func (o *office) awaitRefusal(t *testing.T, session string) {
	t.Helper()
	deadline := time.Now().Add(hardly)
	for o.get(t, "/auth/me", session).status != 401 {
		if time.Now().After(deadline) {
			t.Fatal("the session opens still")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestSessionsEndWithTheirPerson(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	p, _ := o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	admin := o.session(t, "op@example.com", auth.Operator, "", "")
	for _, end := range []func(){
		func() { must(t, o.state.SetPassword(t.Context(), p.ID, cheap.HashPassword(password))) },
		func() { o.request(t, "DELETE", "/v1/people/"+p.ID, admin, "").want(t, 204) },
	} {
		must(t, o.state.EnablePerson(t.Context(), p.ID))
		secret, _, err := o.state.StartSession(t.Context(), p.ID)
		must(t, err)
		o.get(t, "/auth/me", secret).want(t, 200)
		end()
		o.awaitRefusal(t, secret)
	}
	o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", password, "")).want(t, 401)
}

func TestSignInRefusalsLookTheSame(t *testing.T) {
	o := staffed(t)
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	coded, _ := o.admitted(t, "bob@example.com", auth.PracticeUser, "p1", true)
	gone, _ := o.admitted(t, "gone@example.com", auth.PracticeUser, "p1", false)
	must(t, o.state.DisablePerson(t.Context(), gone.ID))
	o.person(t, "invited@example.com", auth.PracticeUser, "p1", "")
	var first string
	for name, body := range map[string]string{
		"an unknown name":          signInBody("nobody@example.com", password, ""),
		"a wrong password":         signInBody("ann@example.com", password+"x", ""),
		"no password":              signInBody("ann@example.com", "", ""),
		"a huge password":          signInBody("ann@example.com", strings.Repeat("x", 10_000), ""),
		"no code":                  signInBody(coded.Name, password, ""),
		"a wrong code":             signInBody(coded.Name, password, "000000x"),
		"a disabled person":        signInBody("gone@example.com", password, ""),
		"nobody has accepted that": signInBody("invited@example.com", password, ""),
	} {
		r := o.request(t, "POST", "/auth/sign-in", "", body, "X-Request-Id", "r").want(t, 401)
		if first == "" {
			first = r.text
		}
		if r.text != first || r.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %s, and before %s", name, r.text, first)
		}
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	o := staffed(t)
	_, secret := o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", true)
	code, err := totp.GenerateCode(secret, time.Now())
	must(t, err)
	o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", "wrong", code)).want(t, 401)
	o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", password, code)).want(t, 200)
	o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", password, code)).want(t, 401)
}

func TestGuessingIsSlowedDownAndNobodyLockedOut(t *testing.T) {
	o := staffed(t)
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	var refused reply
	for range 40 {
		refused = o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", "wrong", ""))
		if refused.status == 429 {
			break
		}
	}
	var seconds int
	if _, err := fmt.Sscan(refused.want(t, 429).header.Get("Retry-After"), &seconds); err != nil || seconds < 1 || seconds > 60 {
		t.Errorf("Retry-After is %q", refused.header.Get("Retry-After"))
	}
	// Somebody else, from the same place, is not held up.
	o.admitted(t, "bob@example.com", auth.PracticeAdmin, "p1", false)
	o.request(t, "POST", "/auth/sign-in", "", signInBody("bob@example.com", password, "")).want(t, 200)
}

func TestAnotherSiteCannotUseABrowsersSession(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	o.key(t, "other", "p3", "aggregate")
	b := browser(t)
	o.send(t, b, "POST", "/auth/sign-in", signInBody("ann@example.com", password, "")).want(t, 200)
	ask := grantBody("p1", "other", "aggregate")
	for name, header := range map[string][]string{
		"the browser says so":       {"Sec-Fetch-Site", "cross-site"},
		"a sister says so":          {"Sec-Fetch-Site", "same-site"},
		"its origin is another":     {"Origin", "https://evil.example"},
		"its origin is kept secret": {"Origin", "null"},
	} {
		for _, path := range []string{"/v1/grants", "/auth/sign-in", "/auth/sign-out", "/auth/accept"} {
			if r := o.send(t, b, "POST", path, ask, header...); r.status != 403 {
				t.Errorf("%s, %s: %d %s", name, path, r.status, r.text)
			}
		}
	}
	o.send(t, b, "POST", "/v1/grants", ask, "Sec-Fetch-Site", "same-origin", "Origin", o.url).want(t, 201)
	// What is not a cookie no other site can have sent.
	o.request(t, "POST", "/v1/grants", o.session(t, "bob@example.com", auth.PracticeAdmin, "p1", ""), ask, "Sec-Fetch-Site", "cross-site").want(t, 200)
}

func TestCookiesAreSecureBehindTLS(t *testing.T) {
	o := staffed(t, func(cfg *serve.Config, _ *signin.Config) { cfg.URL = "https://archwire.example.com" })
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	r := o.request(t, "POST", "/auth/sign-in", "", signInBody("ann@example.com", password, ""), "Origin", "https://archwire.example.com").want(t, 200)
	cookie := r.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-archwire=aws_") || !strings.Contains(cookie, "; Secure") || strings.Contains(cookie, "Domain") {
		t.Errorf("the cookie is %s", cookie)
	}
	secret := strings.TrimPrefix(strings.Split(cookie, ";")[0], "__Host-archwire=")
	o.get(t, "/auth/me", "", "Cookie", "__Host-archwire="+secret).want(t, 200)
	o.get(t, "/auth/me", "", "Cookie", "archwire="+secret).want(t, 401) // which a page without TLS could have set
}
