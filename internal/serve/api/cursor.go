package api

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
)

// A cursor is where a page ended: after the row of this key of this tenant.
type cursor struct {
	Publication archwire.PublicationID `json:"p"`
	Tenant      string                 `json:"t"`
	Key         []string               `json:"k"`
	Order       []*string              `json:"o,omitempty"` // the values before the key, where rows are sorted by any
	Narrowed    string                 `json:"n,omitempty"` // what was closed of the publication
}

// A sealer turns cursors into words that only it can read, and only for the
// request and caller they were made for. Keys may tell about a person, so they
// are encrypted, not merely signed. Equal cursors give equal words, so equal
// requests get equal answers.
type sealer struct {
	name   string // tells secrets apart; says nothing about them
	aead   cipher.AEAD
	nonces []byte // the key that nonces are derived with
}

const (
	cursorVersion = 1
	nameBytes     = 4
	maxCursor     = 8 << 10
)

func newSealer(secret []byte) (*sealer, error) {
	block, err := aes.NewCipher(derive(secret, "archwire cursor encryption"))
	if err != nil {
		return nil, fmt.Errorf("opening the cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("opening the cipher's mode: %w", err)
	}
	return &sealer{
		name: hex.EncodeToString(derive(secret, "archwire cursor name")[:nameBytes]),
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

// seal writes c for the request and caller that bound spells.
func (s *sealer) seal(c cursor, bound string) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	// A nonce derived from all that is encrypted repeats only with it.
	var b canon
	b.add(string(text), bound)
	nonce := derive(s.nonces, b.String())[:s.aead.NonceSize()]
	out := append(s.head(), nonce...)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(out, nonce, text, []byte(bound))), nil
}

func (s *sealer) head() []byte {
	name, _ := hex.DecodeString(s.name) // made by EncodeToString
	return append([]byte{cursorVersion}, name...)
}

// open reads a word. One that another secret sealed has expired with it; one that
// was not made for this request and caller is wrong, as is any other text.
func (s *sealer) open(word, bound string) (cursor, error) {
	foreign := wrong("cursor", "The cursor does not belong to this request.",
		"Send page.next of the answer before, with the same key, dataset, fields and filters.")
	if len(word) > maxCursor {
		return cursor{}, foreign
	}
	sealed, err := base64.RawURLEncoding.DecodeString(word)
	head := s.head()
	if err != nil || len(sealed) < len(head)+s.aead.NonceSize()+s.aead.Overhead() || sealed[0] != cursorVersion {
		return cursor{}, foreign
	}
	if string(sealed[:len(head)]) != string(head) {
		return cursor{}, expired()
	}
	nonce := sealed[len(head) : len(head)+s.aead.NonceSize()]
	text, err := s.aead.Open(nil, nonce, sealed[len(head)+len(nonce):], []byte(bound))
	if err != nil {
		return cursor{}, foreign
	}
	var c cursor
	if err := json.Unmarshal(text, &c); err != nil {
		return cursor{}, fmt.Errorf("reading a cursor of our own: %w", err)
	}
	return c, nil
}

func expired() *Problem {
	p := problem(kindExpired, "The cursor has expired.")
	p.Field, p.Hint = "cursor", "Start again from the first page."
	return p
}
