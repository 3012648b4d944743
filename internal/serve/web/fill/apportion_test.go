package fill

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPartsAreWrittenSoThatTheyComeToTheWhole(t *testing.T) {
	// By hand: three thirds of 0.01 and a loss; each alone would be written 0.00.
	texts, whole := apportion([]*big.Rat{big.NewRat(1, 300), big.NewRat(1, 300), big.NewRat(1, 300), big.NewRat(-1, 50)}, 2)
	if diff := cmp.Diff([]string{"0.01", "0.00", "0.00", "-0.02"}, texts); diff != "" || whole != "-0.01" {
		t.Errorf("%s, whole %s", diff, whole)
	}
	rapid.Check(t, func(t *rapid.T) {
		var parts []*big.Rat
		exact := new(big.Rat)
		for range rapid.IntRange(0, 12).Draw(t, "parts") {
			p := big.NewRat(rapid.Int64Range(-1e9, 1e9).Draw(t, "n"), rapid.Int64Range(1, 1e6).Draw(t, "d"))
			parts, exact = append(parts, p), exact.Add(exact, p)
		}
		texts, whole := apportion(parts, 4)
		sum, one := new(big.Rat), big.NewRat(1, 10000)
		for i, text := range texts {
			sum.Add(sum, rat(text))
			if off := new(big.Rat).Sub(rat(text), parts[i]); off.Abs(off).Cmp(one) >= 0 {
				t.Fatalf("%s is written %s", parts[i], text)
			}
		}
		if sum.Cmp(rat(whole)) != 0 || whole != exact.FloatString(4) {
			t.Fatalf("%q come to %s, not to %s, of %s", texts, sum, whole, exact)
		}
	})
}
