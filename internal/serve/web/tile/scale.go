package tile

import (
	"encoding/json"
	"math/big"
	"strings"
)

// A scale is an axis from one round number to another, in equal steps.
type scale struct{ from, to, step *big.Rat }

// newScale reaches from low to high in about four steps of 1, 2, 2.5 or 5 times a
// power of ten. It begins at zero where it must, and wherever that leaves the
// values at least a third of the height.
func newScale(low, high *big.Rat, fromZero bool) scale {
	zero := new(big.Rat)
	near := new(big.Rat).Mul(high, big.NewRat(2, 3))
	if fromZero || low.Cmp(near) < 0 {
		low = least(low, zero)
	}
	if fromZero || high.Sign() < 0 && high.Cmp(new(big.Rat).Mul(low, big.NewRat(2, 3))) > 0 {
		high = most(high, zero)
	}
	if low.Cmp(high) == 0 {
		high = new(big.Rat).Add(high, big.NewRat(1, 1))
	}
	const about = 4
	step := roundUp(new(big.Rat).Quo(new(big.Rat).Sub(high, low), big.NewRat(about, 1)))
	return scale{multiple(low, step, false), multiple(high, step, true), step}
}

// roundUp is the smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is
// not smaller than r, which is more than zero.
func roundUp(r *big.Rat) *big.Rat {
	ten, power := big.NewRat(10, 1), big.NewRat(1, 1)
	for power.Cmp(r) > 0 {
		power.Quo(power, ten)
	}
	for new(big.Rat).Mul(power, ten).Cmp(r) <= 0 {
		power.Mul(power, ten)
	}
	for _, n := range []*big.Rat{big.NewRat(1, 1), big.NewRat(2, 1), big.NewRat(5, 2), big.NewRat(5, 1)} {
		if step := new(big.Rat).Mul(power, n); step.Cmp(r) >= 0 {
			return step
		}
	}
	return power.Mul(power, ten)
}

// multiple is the multiple of step next to r: below or at it, or above or at it.
func multiple(r, step *big.Rat, above bool) *big.Rat {
	n := new(big.Rat).Quo(r, step)
	whole := new(big.Int).Div(n.Num(), n.Denom()) // Euclidean: towards minus infinity
	if above && !n.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

// ticks are the numbers of the axis.
func (s scale) ticks() []*big.Rat {
	var out []*big.Rat
	for t := s.from; t.Cmp(s.to) <= 0; t = new(big.Rat).Add(t, s.step) {
		out = append(out, t)
	}
	return out
}

// text is a number of the axis with all its digits.
func (s scale) text(r *big.Rat) json.Number {
	digits, _ := s.step.FloatPrec() // of a round step: all that multiples of it have
	out := r.FloatString(digits)
	if strings.Contains(out, ".") {
		out = strings.TrimRight(strings.TrimRight(out, "0"), ".")
	}
	return json.Number(out)
}
