// Package cursor is how pages go on: words that say where one ended, which only the
// server can read, and only for the request and caller they were made for.
package cursor

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
)

// A Cursor is where a page ended: after the row of this key of this tenant.
type Cursor struct {
	Publication archwire.PublicationID `json:"p"`
	Tenant      string                 `json:"t"`
	Key         []string               `json:"k"`
	Order       []*string              `json:"o,omitempty"` // the values before the key, where rows are sorted by any
}

// A Sealer turns cursors into words that only it can read, and only for the
// request and caller they were made for. Keys may tell about a person, so they
// are encrypted, not merely signed. Equal cursors give equal words, so equal
// requests get equal answers.
type Sealer struct {
	Name   string // tells secrets apart; says nothing about them
	aead   cipher.AEAD
	nonces []byte // the key that nonces are derived with
}

const (
	cursorVersion = 1
	nameBytes     = 4
	maxCursor     = 8 << 10
)

// NewSealer returns a Sealer; those of one secret understand each other.
func NewSealer(secret []byte) (*Sealer, error) {
	block, err := aes.NewCipher(derive(secret, "archwire cursor encryption"))
	if err != nil {
		return nil, fmt.Errorf("opening the cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("opening the cipher's mode: %w", err)
	}
	return &Sealer{
		Name: hex.EncodeToString(derive(secret, "archwire cursor name")[:nameBytes]),
		aead: aead, nonces: derive(secret, "archwire cursor nonces"),
	}, nil
}

func derive(secret []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	for _, p := range parts {
		mac.Write([]byte(p))
	}
	return mac.Sum(nil)
}

// Seal writes c for the request and caller that bound spells.
func (s *Sealer) Seal(c Cursor, bound string) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	// A nonce derived from all that is encrypted repeats only with it.
	var b canon.Text
	b.Add(string(text), bound)
	nonce := derive(s.nonces, b.String())[:s.aead.NonceSize()]
	out := append(s.head(), nonce...)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(out, nonce, text, []byte(bound))), nil
}

func (s *Sealer) head() []byte {
	name, _ := hex.DecodeString(s.Name) // made by EncodeToString
	return append([]byte{cursorVersion}, name...)
}

// Open reads a word. One that another secret sealed has expired with it; one that
// was not made for this request and caller is wrong, as is any other text.
func (s *Sealer) Open(word, bound string) (Cursor, error) {
	foreign := problem.Wrong("cursor", "The cursor does not belong to this request.",
		"Send page.next of the answer before, with the same key, dataset, fields and filters.")
	if len(word) > maxCursor {
		return Cursor{}, foreign
	}
	sealed, err := base64.RawURLEncoding.DecodeString(word)
	head := s.head()
	if err != nil || len(sealed) < len(head)+s.aead.NonceSize()+s.aead.Overhead() || sealed[0] != cursorVersion {
		return Cursor{}, foreign
	}
	if string(sealed[:len(head)]) != string(head) {
		return Cursor{}, Expired()
	}
	nonce := sealed[len(head) : len(head)+s.aead.NonceSize()]
	text, err := s.aead.Open(nil, nonce, sealed[len(head)+len(nonce):], []byte(bound))
	if err != nil {
		return Cursor{}, foreign
	}
	var c Cursor
	if err := json.Unmarshal(text, &c); err != nil {
		return Cursor{}, fmt.Errorf("reading a cursor of our own: %w", err)
	}
	return c, nil
}

// Expired says that a cursor cannot be gone on from.
func Expired() *problem.Problem {
	p := problem.New(problem.KindExpired, "The cursor has expired.")
	p.Field, p.Hint = "cursor", "Start again from the first page."
	return p
}
