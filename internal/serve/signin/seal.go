package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// A Sealer encrypts what is kept or given away and must not be read or changed. It
// is safe for use by several goroutines.
type Sealer struct{ aead cipher.AEAD }

// NewSealer returns a Sealer under a secret, for a purpose: what was sealed for
// one cannot be opened for another.
func NewSealer(secret []byte, purpose string) (*Sealer, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "archwire "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("opening the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("opening the cipher's mode: %w", err)
	}
	return &Sealer{aead}, nil
}

// Seal encrypts text, for what about names: it can be opened with that only.
func (s *Sealer) Seal(text []byte, about string) []byte {
	return s.aead.Seal(nil, nil, text, []byte(about))
}

// Open decrypts what Seal has made.
func (s *Sealer) Open(sealed []byte, about string) ([]byte, error) {
	text, err := s.aead.Open(nil, nil, sealed, []byte(about))
	if err != nil {
		return nil, fmt.Errorf("opening what was sealed: %w", err)
	}
	return text, nil
}

// draw returns random bytes.
func draw(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.Read(out) // never fails, says its documentation
	return out
}
