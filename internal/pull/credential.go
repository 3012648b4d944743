package pull

import (
	"context"
	"net/http"
	"strings"

	"archwire"
)

// A Credential shows a server who calls. What it is must show in no text.
type Credential interface {
	// Show puts on a request what shows who calls.
	Show(ctx context.Context, r *http.Request) error

	// Refused tells that the server did not take what was shown. It says whether it
	// has something else to show.
	Refused() bool
}

// A Key is an API key as a Credential.
type Key struct{ secret string }

// NewKey reads a key from the first line of a file or a variable, which from names.
func NewKey(text, from string) (Key, error) {
	line, _, _ := strings.Cut(text, "\n")
	secret := strings.TrimSpace(line)
	plain := func(c rune) bool { return c > ' ' && c < 0x7f }
	if secret == "" || strings.ContainsFunc(secret, func(c rune) bool { return !plain(c) }) {
		return Key{}, &archwire.Error{
			Code: archwire.Invalid, Message: from + " does not hold a key", Hint: "A key is one word that begins with aw_.",
		}
	}
	return Key{secret}, nil
}

// Show implements Credential.
func (k Key) Show(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+k.secret)
	return nil
}

// Refused implements Credential.
func (Key) Refused() bool { return false }

// String does not tell the key.
func (Key) String() string { return "(a key)" }

// GoString does not tell the key.
func (k Key) GoString() string { return k.String() }
