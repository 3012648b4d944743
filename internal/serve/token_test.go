package serve_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// ask asks /oauth/token with a form, and HTTP Basic where there is a user.
func (b *bundle) askToken(t *testing.T, form url.Values, user, password string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/oauth/token", strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	return do(t, r)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// credentials is a form that asks for a token, and more.
func credentials(more ...string) url.Values {
	return form(append([]string{"grant_type", "client_credentials"}, more...)...)
}

// idOf is the id within a key.
func idOf(key string) string { return strings.Split(key, "_")[1] }

func TestTokensAreGivenForKeys(t *testing.T) {
	b := setup(t) // nothing is published yet
	key := b.keys.Mint(t, auth.Key{Client: "partner"}, authtest.Everything(archwire.Aggregate, "p1")...)
	var tokens []string
	for name, r := range map[string]reply{
		"basic":             b.askToken(t, credentials(), idOf(key), key),
		"basic, encoded":    b.askToken(t, credentials("client_id", idOf(key)), idOf(key), strings.ReplaceAll(key, "_", "%5F")),
		"form":              b.askToken(t, credentials("client_id", idOf(key), "client_secret", key), "", ""),
		"unknown is fine":   b.askToken(t, credentials("client_id", idOf(key), "client_secret", key, "audience", "x"), "", ""),
		"empty is left out": b.askToken(t, credentials("scope", "", "client_assertion", "", "client_secret", ""), idOf(key), key),
	} {
		r.want(t, 200)
		if r.at(t, "token_type") != "Bearer" || r.at(t, "expires_in") != json.Number("900") || r.header.Get("Cache-Control") != "no-store" ||
			r.header.Get("Pragma") != "no-cache" || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v %s", name, r.header, r.text)
		}
		tokens = append(tokens, r.at(t, "access_token").(string))
	}
	b.published(t, nil)
	for _, token := range tokens {
		r := b.get(t, "/v1/practices", token).want(t, 200)
		if !strings.Contains(r.text, "p1") || strings.Contains(r.text, "p2") {
			t.Errorf("the token opens %s", r.text)
		}
		if strings.Contains(b.log.String(), token) || strings.Contains(b.log.String(), key) {
			t.Error("the log has a secret")
		}
	}
	if !strings.Contains(b.log.String(), "route=/oauth/token status=200") || !strings.Contains(b.log.String(), "key="+idOf(key)) {
		t.Error("the log does not say who got a token")
	}
}

func TestTokensAreNotGiven(t *testing.T) {
	b := setup(t)
	key := b.keys.Open(t, archwire.Aggregate)
	id := idOf(key)
	const jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	for name, c := range map[string]struct {
		form           url.Values
		user, password string
		error          string
	}{
		"no grant type":       {form("client_id", id, "client_secret", key), "", "", "invalid_request"},
		"another grant type":  {form("grant_type", "password", "client_id", id, "client_secret", key), "", "", "unsupported_grant_type"},
		"a scope":             {credentials("scope", "read"), id, key, "invalid_scope"},
		"no client":           {credentials(), "", "", "invalid_client"},
		"a wrong key":         {credentials(), id, key + "x", "invalid_client"},
		"another's id":        {credentials(), "another", key, "invalid_client"},
		"no id":               {credentials("client_secret", key), "", "", "invalid_client"},
		"two ways":            {credentials("client_id", id, "client_secret", key), id, key, "invalid_request"},
		"two other ways":      {credentials("client_assertion", "x", "client_assertion_type", jwt), id, key, "invalid_request"},
		"two ids":             {credentials("client_id", "another"), id, key, "invalid_request"},
		"odd percent sign":    {credentials(), id, "%zz", "invalid_request"},
		"twice":               {credentials("client_id", id, "client_id", id), "", "", "invalid_request"},
		"assertion, no type":  {credentials("client_assertion", "x"), "", "", "invalid_request"},
		"type, no assertion":  {credentials("client_assertion_type", jwt), "", "", "invalid_request"},
		"another type":        {credentials("client_assertion", "x", "client_assertion_type", "saml"), "", "", "invalid_request"},
		"a wrong assertion":   {credentials("client_assertion", "x", "client_assertion_type", jwt), "", "", "invalid_client"},
		"the key as its name": {credentials(), key, key, "invalid_client"},
	} {
		r := b.askToken(t, c.form, c.user, c.password)
		status := map[bool]int{true: 401, false: 400}[c.error == "invalid_client"]
		if r.status != status || r.at(t, "error") != c.error || r.header.Get("Cache-Control") != "no-store" ||
			(r.header.Get("WWW-Authenticate") == `Basic realm="archwire"`) != (status == 401) {
			t.Errorf("%s: %d %v %s", name, r.status, r.header, r.text)
		}
		if strings.Contains(r.text, key) {
			t.Errorf("%s: the answer repeats the key", name)
		}
		// The letters that RFC 6749 section 5.2 allows.
		if about := r.at(t, "error_description").(string); strings.ContainsFunc(about, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
			t.Errorf("%s: %q", name, about)
		}
		if r.status == 401 { // as many as this would be taken for guessing
			b.askToken(t, credentials(), id, key).want(t, 200)
			b.askToken(t, credentials(), id, key).want(t, 200)
		}
	}
}

func TestTokenRequestsThatAreNoForms(t *testing.T) {
	b := setup(t)
	key := b.keys.Open(t, archwire.Aggregate)
	for name, c := range map[string]struct {
		method, query, kind, body string
		status                    int
	}{
		"GET":         {"GET", "?grant_type=client_credentials", "", "", 405},
		"an address":  {"POST", "?client_secret=" + key, "application/x-www-form-urlencoded", "grant_type=client_credentials", 400},
		"JSON":        {"POST", "", "application/json", `{"grant_type":"client_credentials"}`, 400},
		"no kind":     {"POST", "", "", "grant_type=client_credentials", 400},
		"not a form":  {"POST", "", "application/x-www-form-urlencoded", "grant_type=%zz", 400},
		"a huge form": {"POST", "", "application/x-www-form-urlencoded", "grant_type=" + strings.Repeat("a", 70_000), 413},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, b.url+"/oauth/token"+c.query, strings.NewReader(c.body))
		must(t, err)
		r.Header.Set("Content-Type", c.kind)
		r.SetBasicAuth(idOf(key), key)
		if got := do(t, r); got.status != c.status || strings.Contains(got.text, "awt_") {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
}

func TestATokenIsOverAsItsKeyIs(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	keys := authtest.New()
	b := setup(t, func(c *serve.Config) {
		c.Authorizer, c.TokenSecret, c.TokenTTL = auth.NewAuthorizer(keys, clock.now), []byte(strings.Repeat("s", 32)), time.Minute
	})
	b.published(t, nil)
	token := func(key string) string {
		return b.askToken(t, credentials(), idOf(key), key).want(t, 200).at(t, "access_token").(string)
	}
	rows, grant := "/v1/datasets/patients/rows", auth.Grant{ID: "rows", Tenant: "p1", Datasets: []string{"patients"}, Profile: archwire.Identified}
	short, revoked := keys.Mint(t, auth.Key{Client: "partner"}, grant), keys.Mint(t, auth.Key{Client: "partner"})
	first, second := token(short), token(revoked)
	wrong := b.get(t, rows, short+"x").want(t, 401)
	for _, text := range []string{first, second} {
		b.get(t, rows, text).want(t, 200)
		b.get(t, rows, "", "X-API-Key", text).want(t, 200)
	}
	keys.Revoke(clock.now(), nil, func(k auth.Key) bool { return k.ID == idOf(revoked) })
	clock.move(time.Second)
	if r := b.get(t, rows, second).want(t, 401); cutID(r.text) != cutID(wrong.text) || r.header.Get("WWW-Authenticate") != wrong.header.Get("WWW-Authenticate") {
		t.Errorf("after its key was revoked: %s", r.text)
	}
	keys.Revoke(clock.now(), func(g auth.Grant) bool { return g.ID == "rows" }, nil)
	clock.move(time.Second)
	b.get(t, rows, first).want(t, 404)
	clock.move(58 * time.Second)
	if r := b.get(t, rows, first).want(t, 401); cutID(r.text) != cutID(wrong.text) {
		t.Errorf("after a minute: %s", r.text)
	}
}

func TestAssertionsAreTakenAtTheServersAddress(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	must(t, err)
	jwks, err := auth.ReadPublicKeys(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	must(t, err)
	b := setup(t)
	b.published(t, nil)
	id := b.keys.MintPublic(t, auth.Key{}, jwks[0], authtest.Everything(archwire.Aggregate, "p1")...)
	about := b.get(t, "/.well-known/oauth-authorization-server", "").want(t, 200)
	if about.at(t, "issuer") != b.url || about.at(t, "token_endpoint") != b.url+"/oauth/token" {
		t.Fatalf("the metadata: %s", about.text)
	}
	jti := 0
	assertion := func(aud any) url.Values {
		jti++
		claims, err := json.Marshal(map[string]any{"iss": id, "sub": id, "aud": aud, "exp": now().Add(time.Minute).Unix(), "jti": fmt.Sprint(jti)})
		must(t, err)
		text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
		text += "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
		return credentials("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", text)
	}
	for _, aud := range []any{about.at(t, "token_endpoint"), about.at(t, "issuer"), []any{"x", about.at(t, "issuer")}} {
		shown := assertion(aud)
		token := b.askToken(t, shown, "", "").want(t, 200).at(t, "access_token").(string)
		b.get(t, "/v1", token).want(t, 200)
		if r := b.askToken(t, shown, "", "").want(t, 401); r.at(t, "error") != "invalid_client" || !strings.Contains(r.text, "used before") {
			t.Errorf("a second time: %s", r.text)
		}
	}
	for _, aud := range []any{"https://elsewhere.example/oauth/token", b.url + "/", []any{}} {
		if r := b.askToken(t, assertion(aud), "", "").want(t, 401); !strings.Contains(r.text, "aud") {
			t.Errorf("for %v: %s", aud, r.text)
		}
	}
}

func TestGuessingLocksNobodyOut(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	b := setup(t, func(c *serve.Config) { c.Now = clock.now })
	known, other := b.keys.Open(t, archwire.Aggregate), b.keys.Open(t, archwire.Aggregate)
	b.askToken(t, credentials(), idOf(known), known).want(t, 200)
	examined := 0
	for range 50 {
		switch r := b.askToken(t, credentials(), "guess", "aw_guess_x"); r.status {
		case 401:
			examined++
		case 429:
			if r.header.Get("Retry-After") != "1" || r.at(t, "type") != "/docs#problem-rate" {
				t.Fatalf("%v %s", r.header, r.text)
			}
		default:
			t.Fatalf("%d %s", r.status, r.text)
		}
	}
	if examined != 10 {
		t.Errorf("%d guesses were examined at once, want 10", examined)
	}
	b.askToken(t, credentials(), idOf(other), other).want(t, 429)
	for range 30 { // who was right from here before is let in, however many guess beside it
		b.askToken(t, credentials(), idOf(known), known).want(t, 200)
	}
	clock.move(time.Second)
	for range 30 { // being right costs nothing
		b.askToken(t, credentials(), idOf(other), other).want(t, 200)
	}
	examined = 0
	for range 20 {
		if b.askToken(t, credentials(), "guess", "aw_guess_x").status == 401 {
			examined++
		}
	}
	if examined != 5 {
		t.Errorf("%d guesses were examined a second later, want 5", examined)
	}
}

func TestTokenAnswersAreAsDescribed(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Rate, c.Burst = 0.001, 2 })
	b.published(t, nil)
	s := specOf(t, b, "")
	key := b.keys.Open(t, archwire.Aggregate)
	for _, r := range []reply{
		b.askToken(t, credentials(), idOf(key), key).want(t, 200), b.askToken(t, form(), idOf(key), key).want(t, 400),
		b.askToken(t, credentials(), idOf(key), key+"x").want(t, 401), b.askToken(t, credentials(), idOf(key), key).want(t, 200), b.askToken(t, credentials(), idOf(key), key).want(t, 429),
	} {
		kind := r.header.Get("Content-Type")
		schema := s.at("paths", "/oauth/token", "post", "responses", fmt.Sprint(r.status), "content", kind, "schema")
		for _, complaint := range s.check(schema, any(r.json(t)), fmt.Sprint(r.status)) {
			t.Error(complaint)
		}
	}
}
