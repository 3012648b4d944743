package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// AssertionAhead is how far ahead an assertion's exp may lie.
const AssertionAhead = 5 * time.Minute

const (
	maxAssertion = 8 << 10
	maxJTI       = 256
)

// An assertion is a JWT by which a client shows that it has a private key (RFC
// 7523), as far as it is read without its public key.
type assertion struct {
	signed *jwt.JSONWebToken
	key    string // the id of the key that it says it is signed with
}

// parseAssertion reads a text that anybody may have written.
func parseAssertion(text string) (assertion, bool) {
	if len(text) > maxAssertion {
		return assertion{}, false
	}
	signed, err := jwt.ParseSigned(text, algorithms())
	if err != nil {
		return assertion{}, false
	}
	var claims jwt.Claims
	if err := signed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return assertion{}, false
	}
	return assertion{signed, claims.Issuer}, isWord(claims.Issuer) && claims.Issuer == claims.Subject
}

// verified are the claims, if the key has signed them. What follows from them may
// be told to the caller: it has the private key.
func (a assertion) verified(k Key) (claims jwt.Claims, ok bool) {
	if len(k.PublicKey) == 0 {
		return claims, false
	}
	var public jose.JSONWebKey
	if err := json.Unmarshal(k.PublicKey, &public); err != nil {
		return claims, false
	}
	if public.Algorithm != "" && !slices.ContainsFunc(a.signed.Headers, func(h jose.Header) bool { return h.Algorithm == public.Algorithm }) {
		return claims, false
	}
	return claims, a.signed.Claims(public.Key, &claims) == nil
}

// refusal says what is wrong with the claims of a client; "" when nothing is.
func refusal(c jwt.Claims, audiences []string, now time.Time) string {
	exp := c.Expiry.Time()
	switch {
	case !slices.ContainsFunc(c.Audience, func(aud string) bool { return slices.Contains(audiences, aud) }):
		return fmt.Sprintf("The assertion's aud is not this server's: %s.", audiences[0])
	case c.Expiry == nil:
		return "The assertion has no exp."
	case !now.Before(exp):
		return "The assertion is over: its exp is past."
	case exp.After(now.Add(AssertionAhead)):
		return fmt.Sprintf("The assertion's exp is more than %d minutes ahead.", int(AssertionAhead.Minutes()))
	case c.NotBefore != nil && c.NotBefore.Time().After(now.Add(skew)):
		return "The assertion is not good yet: its nbf is to come."
	case c.IssuedAt != nil && c.IssuedAt.Time().After(now.Add(skew)):
		return "The assertion's iat is to come."
	case c.ID == "" || len(c.ID) > maxJTI:
		return fmt.Sprintf("The assertion needs a jti, of at most %d letters.", maxJTI)
	}
	return ""
}

// spending is the name under which the store remembers that a key's assertion was
// used.
func spending(key, jti string) string {
	sum := sha256.Sum256([]byte(strconv.Quote(key) + strconv.Quote(jti)))
	return hex.EncodeToString(sum[:])
}
