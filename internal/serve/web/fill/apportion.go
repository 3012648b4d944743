package fill

import (
	"cmp"
	"math/big"
	"slices"
)

// apportion writes parts with so many digits after the point that what is written comes
// to the whole as it is written: what rounding leaves over goes to the parts that lost
// most by it.
func apportion(parts []*big.Rat, digits int) (texts []string, whole string) {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	sum := new(big.Rat)
	floors, lost, order := make([]*big.Int, len(parts)), make([]*big.Rat, len(parts)), make([]int, len(parts))
	for i, p := range parts {
		sum.Add(sum, p)
		exact := new(big.Rat).Mul(p, unit)
		floors[i] = new(big.Int).Div(exact.Num(), exact.Denom())
		lost[i], order[i] = exact.Sub(exact, new(big.Rat).SetInt(floors[i])), i
	}
	whole = sum.FloatString(digits)
	left := new(big.Rat).Mul(rat(whole), unit).Num()
	for _, f := range floors {
		left.Sub(left, f)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Or(lost[j].Cmp(lost[i]), i-j) })
	for _, i := range order[:left.Int64()] {
		floors[i].Add(floors[i], big.NewInt(1))
	}
	texts = make([]string, len(parts))
	for i, f := range floors {
		texts[i] = new(big.Rat).Quo(new(big.Rat).SetInt(f), unit).FloatString(digits)
	}
	return texts, whole
}
