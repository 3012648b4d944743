package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// tokens makes and checks the tokens of forms. A token is bound to what the browser
// shows: its session or, before there is one, a cookie of its own. It is written
// masked, each time differently: the length of a compressed page tells nothing of it.
type tokens struct{ key []byte }

func newTokens(secret []byte) tokens {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("tokens of forms"))
	return tokens{mac.Sum(nil)}
}

func (t tokens) of(bound string) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(bound))
	return mac.Sum(nil)
}

// make is a token for whoever shows bound.
func (t tokens) make(bound string) string {
	mask := make([]byte, sha256.Size)
	rand.Read(mask)
	return base64.RawURLEncoding.EncodeToString(append(mask, xor(mask, t.of(bound))...))
}

// good says whether a token was made for whoever shows bound.
func (t tokens) good(token, bound string) bool {
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(text) != 2*sha256.Size || bound == "" {
		return false
	}
	return hmac.Equal(xor(text[:sha256.Size], text[sha256.Size:]), t.of(bound))
}

func xor(a, b []byte) []byte {
	out := make([]byte, len(a))
	for i := range a {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// bound is what the visit's forms are bound to; "" before the browser has anything.
func (v *visit) bound() string {
	if session := v.h.Session(v.r); session != "" {
		return "session " + session
	}
	if c, err := v.r.Cookie(v.cookie("archwire-form")); err == nil && c.Value != "" {
		return "form " + c.Value
	}
	return ""
}

// token is one for the forms of the page that is being answered.
func (v *visit) token() string {
	bound := v.bound()
	if bound == "" {
		word := rand.Text()
		v.setCookie("archwire-form", word, 0)
		bound = "form " + word
	}
	return v.h.tokens.make(bound)
}

// cookie is the name of a cookie of ours. Over TLS browsers keep it to this very host.
func (v *visit) cookie(name string) string {
	if v.overTLS() {
		return "__Host-" + name
	}
	return name
}

func (v *visit) overTLS() bool {
	return v.r.TLS != nil || strings.HasPrefix(v.h.Origin, "https://")
}

// setCookie gives the browser a cookie for some seconds; 0 is until it is closed.
func (v *visit) setCookie(name, value string, seconds int) {
	http.SetCookie(v.w, &http.Cookie{ //nolint:gosec // it is Secure wherever there is TLS
		Name: v.cookie(name), Value: value, Path: "/", HttpOnly: true, Secure: v.overTLS(), SameSite: http.SameSiteLaxMode, MaxAge: seconds,
	})
}
