package serve_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

// proxied is a server whose callers come from wherever X-Forwarded-For says, with a
// clock that stands still.
func proxied(t *testing.T) (*office, *hands) {
	t.Helper()
	clock := &hands{at: now().Truncate(30 * time.Second)}
	return staffed(t, func(cfg *serve.Config, desk *signin.Config) {
		cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		desk.Now = clock.now
	}), clock
}

// networkNamed is the i-th of many networks, as a header.
func networkNamed(i int) []string {
	return []string{"X-Forwarded-For", fmt.Sprintf("2001:db8:%x::1", i)}
}

// tried has a browser try to sign in, and says how that was answered.
func (o *office) tried(t *testing.T, b *http.Client, body string, header []string) int {
	t.Helper()
	return o.send(t, b, "POST", "/auth/sign-in", body, header...).status
}

func TestStrangersDoNotSlowAPersonsOwnBrowserDown(t *testing.T) {
	o, _ := proxied(t)
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	o.admitted(t, "bob@example.com", auth.PracticeAdmin, "p1", false)
	own, home := browser(t), networkNamed(0)
	first := o.send(t, own, "POST", "/auth/sign-in", signInBody("Ann@example.com", password, ""), home...).want(t, 200)
	device := ""
	for _, c := range first.header.Values("Set-Cookie") {
		if cookie, err := http.ParseSetCookie(c); err == nil && cookie.Name == "archwire-device" {
			device = cookie.Value
			if !cookie.HttpOnly || cookie.Path != "/" || cookie.SameSite != http.SameSiteLaxMode || time.Until(cookie.Expires) < 300*24*time.Hour {
				t.Errorf("the cookie is %s", c)
			}
		}
	}
	if device == "" {
		t.Fatalf("the browser is given %v", first.header.Values("Set-Cookie"))
	}
	o.get(t, "/auth/me", device, home...).want(t, 401) // it opens nothing

	let := 0
	for i := range 200 { // each from a network of its own
		if o.tried(t, browser(t), signInBody("ann@example.com", "wrong", ""), networkNamed(i+1)) == 401 {
			let++
		}
	}
	if let > 30 {
		t.Errorf("%d guesses from many networks were looked at", let)
	}
	if got := o.tried(t, browser(t), signInBody("ann@example.com", password, ""), networkNamed(500)); got != 429 {
		t.Errorf("a browser that is not known is answered %d", got)
	}
	for range 40 { // from beside the owner
		o.tried(t, browser(t), signInBody("nobody@example.com", "wrong", ""), home)
	}
	if got := o.tried(t, own, signInBody("ann@example.com", password, ""), home); got != 200 {
		t.Errorf("the person's own browser is answered %d", got)
	}
	// Whoever takes the browser guesses at its own pace, and of that name only.
	guesses := 0
	for range 20 {
		if o.tried(t, own, signInBody("ann@example.com", "wrong", ""), networkNamed(600)) == 401 {
			guesses++
		}
	}
	if guesses > 5 {
		t.Errorf("%d guesses from the person's own browser were looked at", guesses)
	}
	thief := browser(t)
	at, err := url.Parse(o.url)
	must(t, err)
	thief.Jar.SetCookies(at, []*http.Cookie{{Name: "archwire-device", Value: device, Path: "/"}})
	guesses = 0
	for range 20 {
		if o.tried(t, thief, signInBody("bob@example.com", "wrong", ""), networkNamed(601)) == 401 {
			guesses++
		}
	}
	if guesses != 5 {
		t.Errorf("%d guesses of another name were looked at", guesses)
	}
}

func TestCodesAreGuessedAtTheirOwnPace(t *testing.T) {
	o, clock := proxied(t)
	_, secret := o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", true)
	code := func() string {
		text, err := totp.GenerateCode(secret, clock.now())
		must(t, err)
		return text
	}
	own := browser(t)
	if got := o.tried(t, own, signInBody("ann@example.com", password, code()), networkNamed(0)); got != 200 {
		t.Fatalf("the person is answered %d", got)
	}
	clock.move(time.Minute)
	wrong := o.send(t, browser(t), "POST", "/auth/sign-in", signInBody("ann@example.com", "wrong", ""), append(networkNamed(1), "X-Request-Id", "r")...).want(t, 401).text
	guess := func(i int, code string) reply { // each from a network of its own, by somebody who knows the password
		return o.send(t, browser(t), "POST", "/auth/sign-in", signInBody("ann@example.com", password, code), append(networkNamed(10+i), "X-Request-Id", "r")...)
	}
	for i := range 5 {
		guess(i, "00000x").want(t, 401)
	}
	// The right one is not looked at, and nothing tells that the password was right.
	if r := guess(5, code()).want(t, 401); r.text != wrong {
		t.Errorf("the answer is %s, and of a wrong password %s", r.text, wrong)
	}
	// The person's own browser is not held up by that.
	if got := o.tried(t, own, signInBody("ann@example.com", password, code()), networkNamed(0)); got != 200 {
		t.Errorf("the person's own browser is answered %d", got)
	}
	clock.move(5 * time.Minute)
	guess(6, code()).want(t, 200)
}

func TestJourneysToIssuersArePaced(t *testing.T) {
	for path, status := range map[string]int{"/auth/oidc/idp/start": 503, "/auth/oidc/nobody/start": 404, "/auth/oidc/idp/callback?state=x&code=x": 401} {
		o := staffed(t, func(_ *serve.Config, desk *signin.Config) {
			at := now()
			desk.Now = func() time.Time { return at }
			desk.Issuers = map[string]signin.Issuer{"idp": {URL: "http://127.0.0.1:1", ClientID: "archwire", Secret: "x", Domains: []string{signin.AnyDomain}}}
		})
		answers := map[int]int{}
		for range 60 {
			answers[o.get(t, path, "").status]++
		}
		r := o.get(t, path, "").want(t, 429)
		if answers[status] != 60 || r.header.Get("Retry-After") != "1" || r.at(t, "type") != "/docs#problem-rate" {
			t.Errorf("%s: %v, then %v %s", path, answers, r.header, r.text)
		}
	}
}
