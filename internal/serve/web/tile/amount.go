package tile

import (
	"math/big"

	"archwire/internal/serve/web/format"
)

// fractionDigits is how many digits after the point the fractions have that are
// computed here.
const fractionDigits = 6

// amount is a decimal in text as an exact number; nil is none.
func amount(text string) *big.Rat {
	if !format.Valid(text) {
		return nil
	}
	r, _ := new(big.Rat).SetString(text)
	return r
}

// ratio is a / b as a decimal in text; "" where there is none.
func ratio(a, b *big.Rat) string {
	if a == nil || b == nil || b.Sign() == 0 {
		return ""
	}
	return new(big.Rat).Quo(a, b).FloatString(fractionDigits)
}

// percent is how far v lies on the way from 0 to whole, as a length in SVG; "0%"
// where that is nowhere.
func percent(v, whole *big.Rat) string {
	if v == nil || whole.Sign() <= 0 || v.Sign() <= 0 {
		return "0%"
	}
	part := new(big.Rat).Quo(v, whole)
	return part.Mul(part, big.NewRat(hundred, 1)).FloatString(2) + "%"
}

const hundred = 100

// sum adds decimals in text; nil where none of them is a number. digits is how
// many a sum needs after the point to be exact.
func sum(texts []string) (total *big.Rat, digits int) {
	for _, text := range texts {
		v := amount(text)
		if v == nil {
			continue
		}
		if total == nil {
			total = new(big.Rat)
		}
		total.Add(total, v)
		if n, exact := v.FloatPrec(); exact {
			digits = max(digits, n)
		}
	}
	return total, digits
}

// sumText is sum as a decimal in text; "" is none.
func sumText(texts []string) string {
	total, digits := sum(texts)
	if total == nil {
		return ""
	}
	return total.FloatString(digits)
}

// magnitude is the sum of the values of a series without their signs.
func magnitude(values []Value) *big.Rat {
	out := new(big.Rat)
	for _, v := range values {
		if a := amount(v.Value); a != nil {
			out.Add(out, a.Abs(a))
		}
	}
	return out
}
