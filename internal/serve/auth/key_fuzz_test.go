package auth

import (
	"crypto/rand"
	"strings"
	"testing"
)

// FuzzKeyID reads any text as a key. What has an id is a key's form, made of it and
// nothing else, so that an id can be told to a store and a log.
func FuzzKeyID(f *testing.F) {
	_, key, err := Mint(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{key, key + "x", "", "aw_", "aw__", "aw_a_b", "aw_a_b_c", "Aw_a_b", "aw_a_\x00", "aw_é_b", "aw_" + strings.Repeat("a", 300) + "_b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := keyID(text)
		if !ok {
			return
		}
		if !strings.HasPrefix(text, "aw_"+id+"_") || strings.Count(text, "_") != 2 || len(text) > maxKey || !isWord(id) {
			t.Errorf("%q has the id %q", text, id)
		}
	})
}
