package canon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire/internal/serve/canon"
)

func TestCanonsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOf(rapid.SliceOf(rapid.StringN(0, 3, 6))).Draw(t, "a")
		b := rapid.SliceOf(rapid.SliceOf(rapid.StringN(0, 3, 6))).Draw(t, "b")
		spell := func(lists [][]string) string {
			var c canon.Text
			for _, l := range lists {
				c.Add(l...)
			}
			return c.String()
		}
		same := cmp.Equal(a, b, cmp.Transformer("nil", func(l []string) int { return len(l) })) && cmp.Equal(flat(a), flat(b))
		if same != (spell(a) == spell(b)) {
			t.Fatalf("%q and %q are spelt %q and %q", a, b, spell(a), spell(b))
		}
	})
}

func flat(lists [][]string) []string {
	out := []string{}
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}
