package signin

import (
	"strings"
	"testing"

	"archwire"
)

var cheap = Cost{Memory: 64, Passes: 1, Threads: 1}

// TestIsPassword_KnowsWhatTheReferenceProgramHashes uses the hash that the
// reference implementation's README gives for its example.
func TestIsPassword_KnowsWhatTheReferenceProgramHashes(t *testing.T) {
	// From test.c of P-H-C/phc-winner-argon2: version 0x13, argon2id.
	for hash, want := range map[string]string{
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "password",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4":   "password",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc":   "password",
		"$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$CtQ4nYf9nxqXHHOxgOfCZZUHZTDFP4GmeTmIO0CMl/w": "",
	} {
		if got, err := isPassword("password", hash); err != nil || got != (want == "password") {
			t.Errorf("%s: %t, %v", hash, got, err)
		}
	}
}

func TestHashPassword_IsOfThatPasswordOnly(t *testing.T) {
	hash := cheap.HashPassword("correct horse")
	for password, want := range map[string]bool{"correct horse": true, "correct horse ": false, "Correct horse": false, "": false, "correct horse\x00": false} {
		if got, err := isPassword(password, hash); got != want || err != nil {
			t.Errorf("%q: %t, %v", password, got, err)
		}
	}
	if other := cheap.HashPassword("correct horse"); other == hash || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hashes are %s and %s", hash, other)
	}
	if strings.Contains(hash, "correct") {
		t.Error("the hash has the password")
	}
}

func TestIsPassword_RefusesWhatIsNoHash(t *testing.T) {
	for _, text := range []string{
		"", "x", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA", "$argon2id$v=16$m=64,t=1,p=1$c2FsdA$aGFzaA",
		"$argon2id$v=19$m=64,t=0,p=1$c2FsdA$aGFzaA", "$argon2id$v=19$m=64,t=1,p=0$c2FsdA$aGFzaA", "$argon2id$v=19$m=64,t=1,p=1$!$aGFzaA", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA",
	} {
		if ok, err := isPassword("x", text); ok || archwire.CodeOf(err) != archwire.Internal {
			t.Errorf("%q: %t, %v", text, ok, err)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	for password, good := range map[string]bool{
		"": false, "elevenchars": false, "twelve chars": true, "zwölf Zeichen": true, strings.Repeat("ö", 11): false, strings.Repeat("x", 256): true, strings.Repeat("x", 257): false,
	} {
		if err := CheckPassword(password); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestSealer_OpensWhatItSealedForThatAlone(t *testing.T) {
	a, err := NewSealer([]byte("secret"), "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewSealer([]byte("secret"), "b")
	if err != nil {
		t.Fatal(err)
	}
	sealed := a.Seal([]byte("text"), "about")
	if got, err := a.Open(sealed, "about"); err != nil || string(got) != "text" {
		t.Errorf("got %q, %v", got, err)
	}
	changed := append([]byte{}, sealed...)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"about another":       func() ([]byte, error) { return a.Open(sealed, "other") },
		"for another purpose": func() ([]byte, error) { return b.Open(sealed, "about") },
		"changed":             func() ([]byte, error) { return a.Open(changed, "about") },
		"cut short":           func() ([]byte, error) { return a.Open(sealed[:5], "about") },
		"nothing":             func() ([]byte, error) { return a.Open(nil, "about") },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opened as %q", name, got)
		}
	}
}
