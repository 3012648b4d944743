package pseudonym_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"archwire/internal/pseudonym"
)

// hmacOf is HMAC-SHA-256 as RFC 2104 defines it, of the hash alone.
func hmacOf(key []byte, message string) []byte {
	const block = 64
	if len(key) > block {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	inner, outer := bytes.Repeat([]byte{0x36}, block), bytes.Repeat([]byte{0x5c}, block)
	for i, b := range key {
		inner[i] ^= b
		outer[i] ^= b
	}
	sum := sha256.Sum256(append(inner, message...))
	sum = sha256.Sum256(append(outer, sum[:]...))
	return sum[:]
}

func TestOf_IsTheHMACOfDomainAndValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "secret")
		audience := rapid.String().Draw(t, "audience")
		domain := rapid.StringMatching(`[a-z][a-z0-9_]{0,10}`).Draw(t, "domain")
		value := rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		key := hmacOf(secret, "archwire pseudonyms of "+audience)
		want := strings.ToLower(base32.StdEncoding.EncodeToString(hmacOf(key, domain+"\x00"+string(value))[:16]))
		k := pseudonym.NewKey(secret, audience)
		for range 2 { // what was computed before leaves nothing behind
			if got := string(k.Of(domain, value)); got != strings.TrimRight(want, "=") || len(got) != pseudonym.Length {
				t.Fatalf("%q, want %q", got, want)
			}
			k.Of("other", []byte("value"))
		}
	})
}

// The same by other programs:
//
//	key=$(printf 'archwire pseudonyms of client:gaidge' | openssl dgst -sha256 -hmac secret | cut -d' ' -f2)
//	printf 'patient\0%s' 17 | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key -binary | head -c16 | base32
func TestOf_IsWhatIsDocumented(t *testing.T) {
	if got := string(pseudonym.NewKey([]byte("secret"), "client:gaidge").Of("patient", []byte("17"))); got != "q4fo7y65wnqkqaobiamufixuxu" {
		t.Errorf("the pseudonym is %s", got)
	}
}

func TestDerive_KeysDifferByUseAndAudience(t *testing.T) {
	seen := map[string]string{}
	for _, secret := range []string{"one", "two"} {
		for _, use := range []string{"pseudonyms", "made slices"} {
			for _, audience := range []string{"client:a", "client:b", "person:a"} {
				key := pseudonym.Derive([]byte(secret), use, audience)
				name := secret + use + audience
				if other, ok := seen[string(key)]; ok || bytes.Contains(key, []byte(secret)) {
					t.Errorf("the keys of %s and %s", name, other)
				}
				seen[string(key)] = name
			}
		}
	}
}
