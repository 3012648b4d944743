package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"net/netip"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

const endpoint = "https://api.example.com/oauth/token"

// A signer signs as RFC 7518 section 3 and RFC 8037 say, by the standard library
// alone.
type signer struct {
	alg    string
	public crypto.PublicKey
	sign   func(text []byte) []byte
}

func signers(tb testing.TB) map[string]signer {
	tb.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	made := func(signature []byte, err error) []byte {
		if err != nil {
			tb.Fatal(err)
		}
		return signature
	}
	return map[string]signer{
		"RS256": {"RS256", &rsaKey.PublicKey, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			return made(rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, sum[:]))
		}},
		"PS256": {"PS256", &rsaKey.PublicKey, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			return made(rsa.SignPSS(rand.Reader, rsaKey, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}},
		"ES256": {"ES256", &ecKey.PublicKey, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			r, s, err := ecdsa.Sign(rand.Reader, ecKey, sum[:])
			if err != nil {
				tb.Fatal(err)
			}
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}},
		"EdDSA": {"EdDSA", edPublic, func(text []byte) []byte { return ed25519.Sign(edKey, text) }},
	}
}

// jwt is a signed text of these claims.
func (s signer) jwt(claims any) string {
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	text := part(map[string]string{"alg": s.alg, "typ": "JWT"}) + "." + part(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(s.sign([]byte(text)))
}

func (s signer) pem(tb testing.TB) []byte {
	tb.Helper()
	der, err := x509.MarshalPKIXPublicKey(s.public)
	if err != nil {
		tb.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func (s signer) jwk(tb testing.TB) json.RawMessage {
	tb.Helper()
	keys, err := auth.ReadPublicKeys(s.pem(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return keys[0]
}

type claims map[string]any

// good are claims that are taken once.
func good(id, jti string) claims {
	return claims{"iss": id, "sub": id, "aud": endpoint, "jti": jti, "iat": morning.Unix(), "exp": morning.Add(time.Minute).Unix()}
}

func (c claims) with(name string, value any) claims {
	c = maps.Clone(c)
	if c[name] = value; value == nil {
		delete(c, name)
	}
	return c
}

func exchange(t testing.TB, a *auth.Authorizer, id, assertion string) (auth.Token, error) {
	t.Helper()
	return a.Token(t.Context(), auth.ClientCredentials{ID: id, Assertion: assertion, Audiences: []string{endpoint, "https://api.example.com"}}, here)
}

func TestAssertionsOfEachAlgorithm(t *testing.T) {
	for name, s := range signers(t) {
		t.Run(name, func(t *testing.T) {
			keys, _, a := accepting(t, 0)
			id := keys.MintPublic(t, auth.Key{}, s.jwk(t), authtest.Everything(archwire.Aggregate, "p1")...)
			for i, c := range []claims{
				good(id, "1"),
				good(id, "2").with("aud", "https://api.example.com"),
				good(id, "3").with("aud", []string{"https://elsewhere.example", endpoint}),
				good(id, "4").with("iat", nil),
				good(id, "5").with("nbf", morning.Add(30*time.Second).Unix()).with("iat", morning.Add(30*time.Second).Unix()),
				good(id, "6").with("exp", morning.Add(5*time.Minute).Unix()),
				good(id, "7").with("exp", morning.Add(time.Second).Unix()),
			} {
				said := map[bool]string{true: id}[i%2 == 0] // client_id may be left out
				token, err := exchange(t, a, said, s.jwt(c))
				if err != nil {
					t.Fatalf("%v: %v", c, err)
				}
				if scope, err := a.Authorize(t.Context(), token.Text, here); err != nil || scope.Key() != id || !scope.Allows("p1") || scope.Allows("p2") {
					t.Errorf("%v: the token opens %v, %v", c, scope, err)
				}
			}
		})
	}
}

func TestAssertionsAreGoodOnce(t *testing.T) {
	s := signers(t)["EdDSA"]
	keys, c, a := accepting(t, 0)
	another := auth.NewAuthorizer(keys, c.now)
	another.Accept(tokensOf(t, tokenSecret, 0))
	everything := authtest.Everything(archwire.Aggregate)
	id, other := keys.MintPublic(t, auth.Key{}, s.jwk(t), everything...), keys.MintPublic(t, auth.Key{}, s.jwk(t), everything...)
	text := s.jwt(good(id, "one"))
	if _, err := exchange(t, a, id, text); err != nil {
		t.Fatal(err)
	}
	for name, server := range map[string]*auth.Authorizer{"the same server": a, "another server": another} {
		for _, again := range []string{text, s.jwt(good(id, "one").with("exp", morning.Add(2*time.Minute).Unix()))} {
			if _, err := exchange(t, server, id, again); archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "used before") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := exchange(t, a, other, s.jwt(good(other, "one"))); err != nil {
		t.Errorf("another key's assertion of the same jti: %v", err)
	}
	c.at = morning.Add(-time.Minute) // the clock goes back
	if _, err := exchange(t, a, id, text); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("after the clock went back: %v", err)
	}
}

func TestWrongAssertionsLookLikeWrongKeys(t *testing.T) {
	all := signers(t)
	s := all["EdDSA"]
	keys, _, a := accepting(t, 0)
	everything := authtest.Everything(archwire.Aggregate)
	id := keys.MintPublic(t, auth.Key{}, s.jwk(t), everything...)
	rsaID := keys.MintPublic(t, auth.Key{}, all["RS256"].jwk(t), everything...)
	revoked := keys.MintPublic(t, auth.Key{RevokedAt: morning}, s.jwk(t), everything...)
	expired := keys.MintPublic(t, auth.Key{ExpiresAt: morning}, s.jwk(t), everything...)
	elsewhere := keys.MintPublic(t, auth.Key{Networks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, s.jwk(t), everything...)
	secret := keys.Open(t, archwire.Aggregate)
	none := signer{"none", nil, func([]byte) []byte { return nil }}
	// HS256 over what the server stores of the public key, the classic confusion.
	confused := signer{"HS256", nil, func(text []byte) []byte {
		mac := hmac.New(sha256.New, all["RS256"].pem(t))
		mac.Write(text)
		return mac.Sum(nil)
	}}
	right := s.jwt(good(id, "right"))
	parts := strings.Split(right, ".")
	for name, c := range map[string]struct{ id, text string }{
		"another's signature": {id, all["ES256"].jwt(good(id, "1"))},
		"no signature":        {id, parts[0] + "." + parts[1] + "."},
		"alg none":            {id, none.jwt(good(id, "1"))},
		"alg HS256":           {rsaID, confused.jwt(good(rsaID, "1"))},
		"changed claims":      {id, parts[0] + "." + strings.Split(s.jwt(good(id, "2")), ".")[1] + "." + parts[2]},
		"changed signature":   {id, parts[0] + "." + parts[1] + "." + flipped(parts[2], 3)},
		"iss is not sub":      {id, s.jwt(good(id, "1").with("sub", rsaID))},
		"no sub":              {id, s.jwt(good(id, "1").with("sub", nil))},
		"another client_id":   {rsaID, right},
		"unknown":             {"unknown", s.jwt(good("unknown", "1"))},
		"a secret key":        {idOf(secret), s.jwt(good(idOf(secret), "1"))},
		"revoked":             {revoked, s.jwt(good(revoked, "1"))},
		"expired key":         {expired, s.jwt(good(expired, "1"))},
		"elsewhere":           {elsewhere, s.jwt(good(elsewhere, "1"))},
		"not a JWT":           {id, "x"},
		"two dots":            {id, ".."},
		"long":                {id, right + strings.Repeat("A", 10_000)},
		"claims are a list":   {id, s.jwt([]string{id})},
		"iss is a number":     {id, s.jwt(good(id, "1").with("iss", 7))},
	} {
		if token, err := exchange(t, a, c.id, c.text); archwire.CodeOf(err) != archwire.Denied || token.Text != "" {
			t.Errorf("%s: %v, %v", name, token, err)
		}
	}
	if _, err := exchange(t, a, id, right); err != nil {
		t.Errorf("what was tried with its jti has spent it: %v", err)
	}
}

func TestWhatIsWrongWithASignedAssertionIsSaid(t *testing.T) {
	s := signers(t)["EdDSA"]
	keys, _, a := accepting(t, 0)
	id := keys.MintPublic(t, auth.Key{}, s.jwk(t), authtest.Everything(archwire.Aggregate)...)
	g := good(id, "1")
	for want, c := range map[string]claims{
		"aud":                     g.with("aud", "https://elsewhere.example/oauth/token"),
		"aud ":                    g.with("aud", nil),
		"has no exp":              g.with("exp", nil),
		"is past":                 g.with("exp", morning.Unix()),
		"is past ":                g.with("exp", -1),
		"more than 5 minutes":     g.with("exp", morning.Add(5*time.Minute+time.Second).Unix()),
		"nbf":                     g.with("nbf", morning.Add(31*time.Second).Unix()),
		"iat":                     g.with("iat", morning.Add(31*time.Second).Unix()),
		"needs a jti":             g.with("jti", nil),
		"needs a jti, of at most": g.with("jti", strings.Repeat("j", 257)),
	} {
		if _, err := exchange(t, a, id, s.jwt(c)); archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := exchange(t, a, id, s.jwt(g)); err != nil {
		t.Errorf("after all these the right one: %v", err)
	}
}

func TestAssertionsThatCannotBeRememberedOpenNothing(t *testing.T) {
	s := signers(t)["EdDSA"]
	keys, _, a := accepting(t, 0)
	id := keys.MintPublic(t, auth.Key{}, s.jwk(t), authtest.Everything(archwire.Aggregate)...)
	if _, err := exchange(t, a, id, s.jwt(good(id, "1"))); err != nil {
		t.Fatal(err)
	}
	keys.Fail(errors.New("disk full: /var/lib/state.db"))
	if token, err := exchange(t, a, id, s.jwt(good(id, "2"))); archwire.CodeOf(err) != archwire.Unavailable || token.Text != "" || strings.Contains(err.Error(), "/var") {
		t.Errorf("%v, %v", token, err)
	}
}

func TestAKeyWithAnAlgorithmTakesNoOther(t *testing.T) {
	all := signers(t)
	public, err := auth.ReadPublicKeys([]byte(strings.Replace(string(all["RS256"].jwk(t)), "{", `{"alg":"PS256",`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	keys, _, a := accepting(t, 0)
	id := keys.MintPublic(t, auth.Key{}, public[0], authtest.Everything(archwire.Aggregate)...)
	if _, err := exchange(t, a, id, all["RS256"].jwt(good(id, "1"))); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("RS256: %v", err)
	}
	if _, err := exchange(t, a, id, all["PS256"].jwt(good(id, "1"))); err != nil {
		t.Errorf("PS256: %v", err)
	}
}

func FuzzAssertion(f *testing.F) {
	s := signers(f)["EdDSA"]
	keys, _, a := accepting(f, 0)
	id := keys.MintPublic(f, auth.Key{}, s.jwk(f), authtest.Everything(archwire.Aggregate)...)
	right := s.jwt(good(id, "spent"))
	if _, err := exchange(f, a, id, right); err != nil {
		f.Fatal(err)
	}
	f.Add(right)
	f.Add(s.jwt([]int{1}))
	f.Add("..")
	f.Add("e30.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := exchange(t, a, "", text)
		if token.Text != "" || archwire.CodeOf(err) != archwire.Denied && text != right {
			t.Errorf("%q gives %v, %v", text, token, err)
		}
	})
}
