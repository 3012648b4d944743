package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// A Key is what is known of an API key. The key itself is known to its holder
// only.
type Key struct {
	ID        string         `json:"id"`
	Client    string         `json:"client"` // the program that holds it, whose grants it opens
	Hash      []byte         `json:"-"`      // as Hash makes it; nil of a public key
	ExpiresAt time.Time      `json:"expires_at,omitzero"`
	Networks  []netip.Prefix `json:"networks"` // where it may be used from; none is everywhere
	CreatedAt time.Time      `json:"created_at"`
	UsedAt    time.Time      `json:"used_at,omitzero"`    // about when it was last used
	RevokedAt time.Time      `json:"revoked_at,omitzero"` // zero while it is not revoked

	// PublicKey is set of a key whose secret half the server never has: the JWK that
	// verifies the assertions signed with it. Such a key opens by tokens only.
	PublicKey json.RawMessage `json:"public_key,omitempty"`

	// Grants names the grants of the client as they are: another name says that
	// they have become others.
	Grants string `json:"-"`
}

// is says whether the text is the key itself, in full.
func (k Key) is(text string) bool {
	return len(k.Hash) > 0 && subtle.ConstantTimeCompare(Hash(text), k.Hash) == 1
}

// good says whether the key may be used at that time.
func (k Key) good(now time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
}

// usableFrom says whether the key may be used from that address.
func (k Key) usableFrom(from netip.Addr) bool {
	if len(k.Networks) == 0 {
		return true
	}
	from = from.Unmap().WithZone("")
	return slices.ContainsFunc(k.Networks, func(n netip.Prefix) bool { return n.Contains(from) })
}

const (
	prefix      = "aw_"
	idBytes     = 10 // 16 characters
	secretBytes = 30 // 48 characters: 240 bits
	maxKey      = 256
)

// Mint makes a new key from random bytes and returns its id and the key in
// full, aw_<id>_<secret>. Nobody can make the key from its hash, so it is shown
// once and kept by its holder.
func Mint(random io.Reader) (id, key string, err error) { return mint(random, prefix) }

// mint makes <prefix><id>_<secret>.
func mint(random io.Reader, prefix string) (id, text string, err error) {
	raw := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", "", fmt.Errorf("drawing a key: %w", err)
	}
	id = lower32.EncodeToString(raw[:idBytes])
	return id, prefix + id + "_" + lower32.EncodeToString(raw[idBytes:]), nil
}

// NewID makes the id of a key whose secret half is made by its holder.
func NewID(random io.Reader) (string, error) {
	id, _, err := Mint(random)
	return id, err
}

// lower32 writes letters and digits only, so that scanners for leaked secrets find
// the ends of what it writes.
var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Hash is what is stored of a key. A key has 240 random bits, so a plain
// SHA-256 cannot be searched backwards and costs nothing per request.
func Hash(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

// keyID reads the id off a key, and says whether the text has a key's form.
func keyID(key string) (string, bool) { return idOf(key, prefix) }

// idOf reads the id off <prefix><id>_<secret>.
func idOf(text, prefix string) (string, bool) {
	if len(text) > maxKey {
		return "", false
	}
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "", false
	}
	id, secret, ok := strings.Cut(rest, "_")
	return id, ok && isWord(id) && isWord(secret)
}

func isWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
