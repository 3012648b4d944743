package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// TokenTTL is how long a token is good for where nobody says otherwise.
const TokenTTL = 15 * time.Minute

const (
	tokenPrefix  = "awt_"
	tokenVersion = 1
	tokenHead    = 1 + 8 + 8 // version, issued, expires
	maxToken     = 512

	// skew is how far the clocks of two servers, or of a server and a client, may
	// be apart.
	skew = 30 * time.Second
)

// IsToken says whether text begins as tokens do. Whether it is a good one can be told
// without asking anybody.
func IsToken(text string) bool { return strings.HasPrefix(text, tokenPrefix) }

// Tokens makes and reads tokens: short-lived words that stand for a key. All
// servers with the same secret take each other's. Nothing is stored of a token:
// it names its key and its times under a code that only the secret makes, and what
// it opens is what its key opens when it is used.
type Tokens struct {
	secret []byte
	ttl    time.Duration
}

// NewTokens returns the Tokens of a secret of at least 32 bytes, each good for
// ttl; TokenTTL if that is 0.
func NewTokens(secret []byte, ttl time.Duration) (*Tokens, error) {
	if len(secret) < sha256.Size {
		return nil, fmt.Errorf("the secret of tokens has %d bytes, fewer than %d", len(secret), sha256.Size)
	}
	if ttl == 0 {
		ttl = TokenTTL
	}
	return &Tokens{secret, ttl}, nil
}

// make makes a token of the key. It says when the token ends: no later than the
// key does.
func (t *Tokens) make(k Key, now time.Time) (token string, until time.Time) {
	now = now.Truncate(time.Second)
	until = now.Add(t.ttl)
	if !k.ExpiresAt.IsZero() && k.ExpiresAt.Before(until) {
		until = k.ExpiresAt.Truncate(time.Second)
	}
	raw := []byte{tokenVersion}
	raw = binary.BigEndian.AppendUint64(raw, uint64(now.Unix()))   //nolint:gosec // read back the same way
	raw = binary.BigEndian.AppendUint64(raw, uint64(until.Unix())) //nolint:gosec // read back the same way
	raw = append(raw, k.ID...)
	return tokenPrefix + lower32.EncodeToString(append(raw, t.code(raw)...)), until
}

// open reads the id of the key off a token. It is not ok when the token was not
// made with this secret, is over, or was made at a time that is yet to come: then a
// clock went back, and nobody knows how long the token has been there.
func (t *Tokens) open(token string, now time.Time) (id string, ok bool) {
	text, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok || len(token) > maxToken {
		return "", false
	}
	raw, err := lower32.DecodeString(text)
	if err != nil || len(raw) < tokenHead+sha256.Size || lower32.EncodeToString(raw) != text {
		return "", false // what is written in two ways could be taken for two tokens
	}
	body, code := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if !hmac.Equal(code, t.code(body)) || body[0] != tokenVersion {
		return "", false
	}
	issued, until := unixAt(body[1:]), unixAt(body[9:])
	if !now.Before(until) || issued.After(now.Add(skew)) {
		return "", false
	}
	return string(body[tokenHead:]), true
}

func unixAt(raw []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(raw)), 0) //nolint:gosec // as make wrote it
}

func (t *Tokens) code(body []byte) []byte {
	mac := hmac.New(sha256.New, t.secret)
	mac.Write([]byte("archwire token\x00"))
	mac.Write(body)
	return mac.Sum(nil)
}
