// Package pseudonym makes the names under which an audience knows what it must not
// know by its own: within one audience equal values of a domain have equal names,
// and no two audiences have a name in common.
package pseudonym

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
)

// Length is how many characters a pseudonym has: 128 bits in base32.
const Length = 26

const bytes = 16

var form = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// A Key makes the pseudonyms of one audience. Whoever has it can try values one by
// one. It is not safe for use by several goroutines.
type Key struct {
	mac  hash.Hash
	sum  []byte
	text []byte
}

// NewKey derives the key of an audience from the secret that all servers share. The
// same secret and audience give the same key for ever.
func NewKey(secret []byte, audience string) *Key {
	return &Key{mac: hmac.New(sha256.New, Derive(secret, "pseudonyms", audience))}
}

// Derive derives a key of an audience for a use, which says nothing about those for
// other uses and audiences.
func Derive(secret []byte, use, audience string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("archwire " + use + " of " + audience))
	return mac.Sum(nil)
}

// Of is the pseudonym of a value in a domain: of its text, as answers spell it. It is
// good until the next call. A domain has no NUL in its name.
func (k *Key) Of(domain string, value []byte) []byte {
	k.mac.Reset()
	k.text = append(append(append(k.text[:0], domain...), 0), value...)
	k.mac.Write(k.text)
	k.sum = k.mac.Sum(k.sum[:0])
	k.text = form.AppendEncode(k.text[:0], k.sum[:bytes])
	return k.text
}
