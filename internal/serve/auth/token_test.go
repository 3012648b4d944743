package auth_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

var tokenSecret = bytes.Repeat([]byte("s"), 32)

// accepting is setup with tokens.
func accepting(t testing.TB, ttl time.Duration) (*authtest.Keys, *clock, *auth.Authorizer) {
	t.Helper()
	s, c, a := setup()
	a.Accept(tokensOf(t, tokenSecret, ttl))
	return s, c, a
}

func tokensOf(t testing.TB, secret []byte, ttl time.Duration) *auth.Tokens {
	t.Helper()
	tokens, err := auth.NewTokens(secret, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// idOf is the id within a key.
func idOf(key string) string { return strings.Split(key, "_")[1] }

// tokenOf is a token that the key gets.
func tokenOf(t testing.TB, a *auth.Authorizer, key string) auth.Token {
	t.Helper()
	token, err := a.Token(t.Context(), auth.ClientCredentials{ID: idOf(key), Secret: key}, here)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenOpensWhatItsKeyDoes(t *testing.T) {
	s, c, a := accepting(t, 0)
	key := s.Mint(t, auth.Key{Client: "partner"}, authtest.Everything(archwire.Aggregate, "p1")...)
	token := tokenOf(t, a, key)
	if !strings.HasPrefix(token.Text, "awt_") || strings.Trim(token.Text[4:], "abcdefghijklmnopqrstuvwxyz234567") != "" || token.TTL != 15*time.Minute {
		t.Errorf("the token is %+v", token)
	}
	byKey, err := a.Authorize(t.Context(), key, here)
	if err != nil {
		t.Fatal(err)
	}
	byToken, err := a.Authorize(t.Context(), token.Text, here)
	if err != nil || byToken.Digest() != byKey.Digest() || byToken.Key() != idOf(key) || byToken.Client() != "partner" || !byToken.Allows("p1") || byToken.Allows("p2") {
		t.Errorf("by the token %+v, by the key %+v, %v", byToken, byKey, err)
	}
	c.at = morning.Add(time.Second)
	s.Grant("partner", authtest.Everything(archwire.Aggregate, "p2")...)
	if scope, err := a.Authorize(t.Context(), token.Text, here); err != nil || !scope.Allows("p2") {
		t.Errorf("a second after another grant: %v", err)
	}
}

func TestATokenEndsWithWhateverItsKeyDoes(t *testing.T) {
	network := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	for name, change := range map[string]func(*authtest.Keys, *clock){
		"revoked": func(s *authtest.Keys, c *clock) {
			s.Revoke(c.at, nil, func(auth.Key) bool { return true })
			c.at = c.at.Add(time.Second)
		},
		"expired": func(_ *authtest.Keys, c *clock) { c.at = morning.Add(5 * time.Minute) },
		"gone":    func(_ *authtest.Keys, c *clock) { c.at = morning.Add(15 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			s, c, a := accepting(t, 0)
			k := auth.Key{Networks: network}
			if name == "expired" {
				k.ExpiresAt = morning.Add(5 * time.Minute)
			}
			token := tokenOf(t, a, s.Mint(t, k, authtest.Everything(archwire.Aggregate)...))
			if name == "expired" && token.TTL != 5*time.Minute {
				t.Errorf("the token says that it is good for %v", token.TTL)
			}
			if _, err := a.Authorize(t.Context(), token.Text, here); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Authorize(t.Context(), token.Text, netip.MustParseAddr("198.51.100.1")); archwire.CodeOf(err) != archwire.Denied {
				t.Errorf("from elsewhere: %v", err)
			}
			change(s, c)
			if _, err := a.Authorize(t.Context(), token.Text, here); archwire.CodeOf(err) != archwire.Denied {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestTokensOnServersWhoseClocksDiffer(t *testing.T) {
	s, c, a := accepting(t, 10*time.Minute)
	token := tokenOf(t, a, s.Open(t, archwire.Aggregate))
	for jump, want := range map[time.Duration]bool{
		0: true, 10*time.Minute - time.Second: true, 10 * time.Minute: false, 24 * time.Hour: false, 1e6 * time.Hour: false,
		-30 * time.Second: true, -31 * time.Second: false, -24 * time.Hour: false, -1e6 * time.Hour: false,
	} {
		c.at = morning.Add(jump)
		if _, err := a.Authorize(t.Context(), token.Text, here); (err == nil) != want {
			t.Errorf("%v after it was made: %v, want that it is taken: %t", jump, err, want)
		}
	}
	// A clock that ran ahead when the token was made gives nobody a longer one.
	c.at = morning.Add(48 * time.Hour)
	early := tokenOf(t, a, s.Open(t, archwire.Aggregate))
	c.at = morning
	if _, err := a.Authorize(t.Context(), early.Text, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a token of the day after tomorrow: %v", err)
	}
}

func TestTokensThatAreNoneLookLikeWrongKeys(t *testing.T) {
	s, c, a := accepting(t, 0)
	key := s.Open(t, archwire.Aggregate)
	token := tokenOf(t, a, key).Text
	_, _, other := setup()
	other.Accept(tokensOf(t, bytes.Repeat([]byte("o"), 32), 0))
	_, want := a.Authorize(t.Context(), key+"x", here)
	asked := s.Asked()
	for _, credential := range []string{
		"awt_", "awt__", token[:len(token)-1], token + "a", strings.ToUpper(token), "awt_" + strings.ToUpper(token[4:]), token + "=", token + "\n", " " + token,
		token[4:], "aw_" + token[4:], "awt_" + token, token + token[4:], "awt_" + strings.Repeat("a", 500), "awt_" + strings.Repeat("a", 100_000), "awt_é",
		flipped(token, 5), flipped(token, len(token)-1), flipped(token, len(token)/2), "awt_" + key, "awt_" + key[3:],
	} {
		_, err := a.Authorize(t.Context(), credential, here)
		if archwire.CodeOf(err) != archwire.Denied || err.Error()+archwire.HintOf(err) != want.Error()+archwire.HintOf(want) {
			t.Errorf("%.40q: %v", credential, err)
		}
	}
	if got := s.Asked() - asked; got != 0 {
		t.Errorf("the store was asked %d times about tokens that nobody made", got)
	}
	if _, err := other.Authorize(t.Context(), token, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a server with another secret: %v", err)
	}
	if _, err := auth.NewAuthorizer(s, c.now).Authorize(t.Context(), token, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a server with a secret of its own: %v", err)
	}
	if _, err := a.Token(t.Context(), auth.ClientCredentials{ID: idOf(key), Secret: token}, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a token for a token: %v", err)
	}
}

// flipped is text with another letter at i.
func flipped(text string, i int) string {
	with := byte('a')
	if text[i] == 'a' {
		with = 'b'
	}
	return text[:i] + string(with) + text[i+1:]
}

func TestNewTokensRefusesAShortSecret(t *testing.T) {
	if _, err := auth.NewTokens(tokenSecret[:31], 0); err == nil || strings.Contains(err.Error(), "sss") {
		t.Errorf("%v", err)
	}
}

func TestTokenRefusesWrongKeys(t *testing.T) {
	s, _, a := accepting(t, 0)
	everything := authtest.Everything(archwire.Aggregate)
	good, other := s.Mint(t, auth.Key{}, everything...), s.Mint(t, auth.Key{}, everything...)
	revoked := s.Mint(t, auth.Key{RevokedAt: morning}, everything...)
	elsewhere := s.Mint(t, auth.Key{Networks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, everything...)
	public := s.MintPublic(t, auth.Key{}, []byte(`{}`), everything...)
	for name, c := range map[string]auth.ClientCredentials{
		"nothing": {}, "no secret": {ID: idOf(good)}, "no id": {Secret: good}, "another id": {ID: idOf(other), Secret: good},
		"wrong": {ID: idOf(good), Secret: good + "x"}, "revoked": {ID: idOf(revoked), Secret: revoked}, "elsewhere": {ID: idOf(elsewhere), Secret: elsewhere},
		"public": {ID: public, Secret: "aw_" + public + "_x"}, "unknown": {ID: "x", Secret: "aw_x_y"},
	} {
		if token, err := a.Token(t.Context(), c, here); archwire.CodeOf(err) != archwire.Denied || token.Text != "" {
			t.Errorf("%s: %v, %v", name, token, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	s, _, a := accepting(f, 0)
	key := s.Open(f, archwire.Aggregate)
	good := tokenOf(f, a, key).Text
	f.Add(good)
	f.Add(good[:60])
	f.Add("awt_")
	f.Add(strings.ToUpper(good))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := a.Authorize(t.Context(), text, here); err == nil && text != good && text != key {
			t.Errorf("%q is taken", text)
		}
	})
}
