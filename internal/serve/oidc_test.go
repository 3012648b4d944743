package serve_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

// provider starts a provider of OpenID Connect, a program of its own: its address,
// and how it is told where browsers are sent back to.
func provider(t *testing.T) (issuer string, sendBackTo func(callback string)) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "idp")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..", "tools", "idp")
	build.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	idp := exec.CommandContext(t.Context(), program)
	idp.Stderr = os.Stderr
	in, err := idp.StdinPipe()
	must(t, err)
	out, err := idp.StdoutPipe()
	must(t, err)
	must(t, idp.Start())
	t.Cleanup(func() {
		in.Close() //nolint:errcheck // it ends then
		idp.Wait() //nolint:errcheck // it was made to
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	return strings.TrimSpace(line), func(callback string) {
		_, err := io.WriteString(in, callback+"\n")
		must(t, err)
	}
}

// vouched is a server with a provider.
func vouched(t *testing.T) *office {
	t.Helper()
	issuer, sendBackTo := provider(t)
	o := staffed(t, func(_ *serve.Config, desk *signin.Config) {
		known := signin.Issuer{URL: issuer, ClientID: "archwire", Secret: "client secret", Domains: []string{"elsewhere.example", "example.com"}}
		desk.Issuers = map[string]signin.Issuer{"idp": known, "other": {URL: issuer + "/other", ClientID: "archwire", Secret: "client secret"}}
	})
	sendBackTo(o.url + "/auth/oidc/idp/callback")
	return o
}

// come has a browser begin at our server, sign in at the provider, and gives
// the address that it is sent back to. change changes what the provider is asked.
func (o *office) come(t *testing.T, b *http.Client, name string, change func(url.Values)) *url.URL {
	t.Helper()
	start := o.send(t, b, "GET", "/auth/oidc/idp/start?to=/v1/practices", "").want(t, 303)
	at, err := url.Parse(start.header.Get("Location"))
	must(t, err)
	q := at.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" || q.Get("response_type") != "code" {
		t.Fatalf("the provider is asked %s", at)
	}
	if change != nil {
		change(q)
	}
	at.RawQuery = q.Encode()
	at = step(t, b, http.MethodGet, at, nil) // to the page where one signs in
	form := url.Values{"id": {at.Query().Get("authRequestID")}, "username": {name}, "password": {"secret"}}
	at = step(t, b, http.MethodPost, at.ResolveReference(&url.URL{Path: "/login/username"}), form)
	return step(t, b, http.MethodGet, at, nil) // to us
}

// step sends one request, and gives where its answer leads.
func step(t *testing.T, b *http.Client, method string, at *url.URL, form url.Values) *url.URL {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, at.String(), strings.NewReader(form.Encode()))
	must(t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	to := doWith(t, b, r).want(t, 302).header.Get("Location")
	next, err := at.Parse(to)
	must(t, err)
	return next
}

func (o *office) back(t *testing.T, b *http.Client, at *url.URL) reply {
	t.Helper()
	return o.send(t, b, "GET", at.RequestURI(), "")
}

func TestAProviderVouchesForPeople(t *testing.T) {
	o := vouched(t)
	o.published(t, nil)
	ann := o.person(t, "ann@example.com", auth.PracticeUser, "p1", "")
	for _, visit := range []string{"the first time", "known from then on"} {
		b := browser(t)
		r := o.back(t, b, o.come(t, b, "ann", nil)).want(t, 303)
		if r.header.Get("Location") != "/v1/practices" {
			t.Errorf("%s the browser is sent to %s", visit, r.header.Get("Location"))
		}
		if me := o.send(t, b, "GET", "/auth/me", "").want(t, 200); me.at(t, "person") != ann.ID {
			t.Errorf("%s it is %s", visit, me.text)
		}
		o.send(t, b, "GET", "/v1/datasets/patients/rows", "").want(t, 200)
	}
	p, err := o.state.Person(t.Context(), "ann@example.com")
	must(t, err)
	if len(p.Issuers) != 1 {
		t.Errorf("bound to %v", p.Issuers)
	}
	must(t, o.state.DisablePerson(t.Context(), ann.ID))
	o.person(t, "unverified@example.com", auth.PracticeUser, "p1", "")
	for _, name := range []string{"ann", "unverified", "stranger"} {
		b := browser(t)
		r := o.back(t, b, o.come(t, b, name, nil)).want(t, 401)
		if strings.Contains(r.header.Get("Set-Cookie"), "aws_") {
			t.Errorf("%s has a session", name)
		}
	}
}

func TestAJourneyThatDoesNotFitEndsNowhere(t *testing.T) {
	o := vouched(t)
	o.person(t, "ann@example.com", auth.PracticeUser, "p1", "")
	refused := func(name string, r reply) {
		t.Helper()
		if r.status != 401 || strings.Contains(r.header.Get("Set-Cookie"), "aws_") {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	}
	with := func(at *url.URL, name, value string) *url.URL {
		q, changed := at.Query(), *at
		q.Set(name, value)
		changed.RawQuery = q.Encode()
		return &changed
	}
	b := browser(t)
	at := o.come(t, b, "ann", nil)
	journey := b.Jar.Cookies(at)
	again := func() *http.Client { // the browser as it was when it came back
		b := browser(t)
		b.Jar.SetCookies(at, journey)
		return b
	}
	refused("another state", o.back(t, again(), with(at, "state", "x")))
	refused("no state", o.back(t, again(), with(at, "state", "")))
	refused("another issuer's answer", o.back(t, again(), with(at, "iss", "https://evil.example")))
	refused("a refusal", o.back(t, again(), with(at, "error", "access_denied")))
	refused("a code that there is not", o.back(t, again(), with(at, "code", "x")))
	refused("no code", o.back(t, again(), with(at, "code", "")))
	refused("another browser", o.back(t, browser(t), at))
	elsewhere := *at
	elsewhere.Path = "/auth/oidc/other/callback"
	refused("another issuer's place", o.back(t, again(), &elsewhere))
	o.back(t, again(), at).want(t, 303)
	refused("the same code again", o.back(t, again(), at))

	for name, change := range map[string]func(url.Values){
		"another nonce":     func(q url.Values) { q.Set("nonce", "x") },
		"no nonce":          func(q url.Values) { q.Del("nonce") },
		"another challenge": func(q url.Values) { q.Set("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") },
	} {
		b := browser(t)
		refused(name, o.back(t, b, o.come(t, b, "ann", change)))
	}
	o.get(t, "/auth/oidc/nobody/start", "").want(t, 404)
	for _, to := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/ x", "x"} {
		o.get(t, "/auth/oidc/idp/start?to="+url.QueryEscape(to), "").want(t, 400)
	}
	if strings.Contains(o.log.String(), "client secret") || strings.Contains(o.log.String(), fmt.Sprint(at.Query().Get("code"))) {
		t.Error("the log has a secret")
	}
}

func TestAProviderVouchesForItsDomainsOnly(t *testing.T) {
	domains := []string{"example.com"}
	issuer, sendBackTo := provider(t)
	o := staffed(t, func(_ *serve.Config, d *signin.Config) {
		d.Issuers = map[string]signin.Issuer{"idp": {URL: issuer, ClientID: "archwire", Secret: "client secret", Domains: domains}}
	})
	sendBackTo(o.url + "/auth/oidc/idp/callback")
	come := func(name string) reply {
		t.Helper()
		b := browser(t)
		return o.back(t, b, o.come(t, b, name, nil))
	}
	o.person(t, "ann@example.com", auth.PracticeUser, "p1", "")
	bob := o.person(t, "bob@example.com", auth.PracticeUser, "p1", "")
	come("ann").want(t, 303)
	for _, other := range []string{"example.org", "le.com", "sub.example.com", "com"} {
		domains[0] = other
		come("bob").want(t, 401)
	}
	come("ann").want(t, 303) // whom it knows already
	if p, err := o.state.Person(t.Context(), bob.Name); err != nil || len(p.Issuers) > 0 {
		t.Errorf("bound to %v, %v", p.Issuers, err)
	}
	o.person(t, "unverified@example.com", auth.PracticeUser, "p1", "")
	domains[0] = signin.AnyDomain
	come("unverified").want(t, 401)
	come("bob").want(t, 303)
}
