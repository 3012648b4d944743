package fill

import (
	"math/big"
	"testing"

	"archwire"
	"archwire/internal/serve/web/tile"
)

func ratio(n, d string) tile.Value {
	return tile.Value{Numerator: n, Denominator: d, Value: over(n, d)}
}

// The parts of a change come to the change of the whole, whatever the sides are.
func TestContributionsComeToTheChange(t *testing.T) {
	sides := []side{
		{"a", ratio("30", "40"), ratio("20", "50")},
		{"b", ratio("5", "60"), ratio("15", "30")},
		{"c", ratio("7", "7"), tile.Value{}},
		{"d", tile.Value{}, ratio("1", "20")},
	}
	total := new(big.Rat)
	for _, c := range changesOf(Metric{Additivity: archwire.Ratio}, sides) {
		total.Add(total, c)
	}
	// By hand: (30+5+7)/(40+60+7) - (20+15+1)/(50+30+20) = 42/107 - 36/100.
	want := new(big.Rat).Sub(big.NewRat(42, 107), big.NewRat(36, 100))
	if total.Cmp(want) != 0 {
		t.Errorf("the parts come to %s, the change is %s", total, want)
	}
	// A side that keeps the former rate of the whole, and its weight, changes nothing.
	same := changesOf(Metric{Additivity: archwire.Ratio}, []side{{"a", ratio("1", "2"), ratio("1", "2")}, {"b", ratio("3", "6"), ratio("3", "6")}})
	for _, c := range same {
		if c.Sign() != 0 {
			t.Errorf("nothing changed, and a part is %s", c)
		}
	}
	if changesOf(Metric{Additivity: archwire.NonAdditive}, sides) != nil {
		t.Error("a median came apart")
	}
	sums := changesOf(Metric{Additivity: archwire.Additive}, []side{{"a", tile.Value{Value: "10.10"}, tile.Value{Value: "12"}}, {"b", tile.Value{}, tile.Value{Value: "-0.05"}}})
	if sums[0].FloatString(2) != "-1.90" || sums[1].FloatString(2) != "0.05" {
		t.Errorf("the parts are %s and %s", sums[0], sums[1])
	}
}
