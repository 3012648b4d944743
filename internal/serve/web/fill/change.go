package fill

import (
	"math/big"

	"archwire"
	"archwire/internal/serve/web/tile"
)

// A side is a value of a dimension in two periods.
type side struct {
	value       string
	now, before tile.Value
}

// changesOf is what each side made of the change of the whole; nil where the metric does
// not come apart: a median has no parts.
func changesOf(m Metric, sides []side) []*big.Rat {
	switch m.Additivity {
	case archwire.Additive, archwire.Semi:
		out := make([]*big.Rat, len(sides))
		for i, s := range sides {
			out[i] = new(big.Rat).Sub(rat(s.now.Value), rat(s.before.Value))
		}
		return out
	case archwire.Ratio:
		return ofRatio(sides)
	case archwire.NonAdditive:
	}
	return nil
}

// ofRatio is (n - r·d)/D of the later period less the same of the former, where n and d
// are a side's numerator and denominator, D all denominators, and r the former rate of
// the whole.
func ofRatio(sides []side) []*big.Rat {
	n, d := new(big.Rat), new(big.Rat)
	later := new(big.Rat)
	for _, s := range sides {
		n.Add(n, rat(s.before.Numerator))
		d.Add(d, rat(s.before.Denominator))
		later.Add(later, rat(s.now.Denominator))
	}
	if d.Sign() == 0 || later.Sign() == 0 {
		return nil
	}
	rate := new(big.Rat).Quo(n, d)
	above := func(v tile.Value, all *big.Rat) *big.Rat {
		usual := new(big.Rat).Mul(rate, rat(v.Denominator))
		return usual.Quo(usual.Sub(rat(v.Numerator), usual), all)
	}
	out := make([]*big.Rat, len(sides))
	for i, s := range sides {
		out[i] = new(big.Rat).Sub(above(s.now, later), above(s.before, d))
	}
	return out
}

// rat is a decimal, 0 where there is none.
func rat(text string) *big.Rat {
	n, _, ok := parse(text)
	if !ok {
		return new(big.Rat)
	}
	return n
}

// digitsOf is with how many digits after the point changes are written: those that the
// values have, or of quotients a cent and a hundredth of a point.
func digitsOf(m Metric, sides []side) (digits int) {
	if m.Additivity == archwire.Ratio {
		const cent, point = 2, 4
		if m.Unit == "share" {
			return point
		}
		return cent
	}
	for _, s := range sides {
		_, a, _ := parse(s.now.Value)
		_, b, _ := parse(s.before.Value)
		digits = max(digits, a, b)
	}
	return digits
}

// together is the whole that sides are of, in both periods.
func together(m Metric, sides []side) (now, before string) {
	pick := func(of func(side) string) string {
		texts := make([]string, len(sides))
		for i, s := range sides {
			texts[i] = of(s)
		}
		return sum(texts...)
	}
	if m.Additivity == archwire.Ratio {
		return over(pick(func(s side) string { return s.now.Numerator }), pick(func(s side) string { return s.now.Denominator })),
			over(pick(func(s side) string { return s.before.Numerator }), pick(func(s side) string { return s.before.Denominator }))
	}
	return pick(func(s side) string { return s.now.Value }), pick(func(s side) string { return s.before.Value })
}
