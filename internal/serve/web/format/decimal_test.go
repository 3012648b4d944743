package format

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plain is d as digits, to be compared with what math/big writes.
func (d decimal) plain() string {
	out := d.whole
	if out == "" {
		out = "0"
	}
	if d.fraction != "" {
		out += "." + d.fraction
	}
	if d.minus && !d.isZero() {
		out = "-" + out
	}
	return out
}

func numbers() *rapid.Generator[string] {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?`)
}

// math/big rounds halves away from zero when it writes a fraction.
func TestRoundIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := numbers().Draw(t, "number")
		places := rapid.IntRange(0, 8).Draw(t, "places")
		d, ok := parse(text)
		if !ok {
			t.Fatalf("parse(%q) takes it for no number", text)
		}
		r, _ := new(big.Rat).SetString(text)
		want := r.FloatString(places)
		if strings.Trim(want, "-0.") == "" {
			want = strings.TrimPrefix(want, "-")
		}
		if got := d.round(places).plain(); got != want {
			t.Fatalf("%s with %d places: %s, want %s", text, places, got, want)
		}
	})
}

func TestShiftMovesThePointOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := numbers().Draw(t, "number")
		n := rapid.IntRange(-40, 40).Draw(t, "places")
		d, _ := parse(text)
		got, _ := new(big.Rat).SetString(d.shift(n).plain())
		want, _ := new(big.Rat).SetString(text)
		ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
		if n < 0 {
			ten.Inv(ten)
		}
		if want.Mul(want, ten); got.Cmp(want) != 0 {
			t.Fatalf("%s times ten to the %d: %s, want %s", text, n, got, want)
		}
	})
}

func TestSign(t *testing.T) {
	for text, want := range map[string]int{"-0.01": -1, "-0.00": 0, "0": 0, "3": 1, "1e-9": 1, "": 0, "null": 0} {
		if got := Sign(text); got != want {
			t.Errorf("Sign(%q) = %d, want %d", text, got, want)
		}
	}
}

// What is taken for a number is one, and is written with digits only.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"-1284.50", "1e-7", "1E400", "", "-", ".5", "5.", "NaN", "null", "0x10", "1_000", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := parse(text)
		if !ok {
			if got := (Format{}).Exact(text, "usd"); got != None {
				t.Errorf("Exact(%q) = %q, want %q", text, got, None)
			}
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("parse takes %q, math/big does not", text)
		}
		if got, _ := new(big.Rat).SetString(d.plain()); got.Cmp(want) != 0 {
			t.Errorf("parse(%q) = %s", text, d.plain())
		}
	})
}
