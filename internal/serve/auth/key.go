package auth

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"archwire"
)

// A Key is what is known of an API key. The key itself is known to its holder
// only.
type Key struct {
	ID        string
	Client    string
	Hash      []byte   // as Hash makes it
	Tenants   []string // ignored when All
	All       bool
	Profile   archwire.Profile
	RevokedAt time.Time // zero while the key is good
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
func Mint(random io.Reader) (id, key string, err error) {
	raw := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", "", fmt.Errorf("drawing a key: %w", err)
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding)
	id = strings.ToLower(text.EncodeToString(raw[:idBytes]))
	secret := strings.ToLower(text.EncodeToString(raw[idBytes:]))
	return id, prefix + id + "_" + secret, nil
}

// Hash is what is stored of a key. A key has 240 random bits, so a plain
// SHA-256 cannot be searched backwards and costs nothing per request.
func Hash(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

// keyID reads the id off a key, and says whether the text has a key's form.
func keyID(key string) (string, bool) {
	if len(key) > maxKey {
		return "", false
	}
	rest, ok := strings.CutPrefix(key, prefix)
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
