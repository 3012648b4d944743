package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"slices"
)

// A Hasher turns keys of persons into Subjects. The secret keeps whoever reads a
// ledger from trying keys one by one. It is not safe for use by several
// goroutines.
type Hasher struct {
	mac hash.Hash
	sum []byte
	all Subjects
}

// NewHasher returns a Hasher with the ledger's secret.
func NewHasher(secret []byte) *Hasher {
	return &Hasher{mac: hmac.New(sha256.New, secret), sum: make([]byte, 0, sha256.Size)}
}

// Person is the keyed hash of a key: of its text, as the API writes it. Eight bytes
// of it are enough: no question misses a person who was there, and one in 2^44
// takes a stranger for one of a million who were.
func (h *Hasher) Person(key []byte) uint64 {
	h.mac.Reset()
	h.mac.Write(key)
	h.sum = h.mac.Sum(h.sum[:0])
	return binary.BigEndian.Uint64(h.sum)
}

// Value spells the keyed hash of a value that may tell of a person: that of a
// person's key is the number by which Subjects have the person.
func (h *Hasher) Value(text string) string { return fmt.Sprintf("hmac:%016x", h.Person([]byte(text))) }

// Add remembers a person.
func (h *Hasher) Add(key []byte) { h.all = append(h.all, h.Person(key)) }

// Subjects are the persons added since it was asked last.
func (h *Hasher) Subjects() Subjects {
	slices.Sort(h.all)
	s := slices.Clip(slices.Compact(h.all))
	h.all = nil
	return s
}
