package fill

import (
	"math/big"
	"strings"
)

// Numbers are decimals in plain text. They are added and divided exactly; "" is none.

// quotientDigits is how many digits after the point a quotient has, as the API's have.
const quotientDigits = 6

// parse reads a decimal, and says with how many digits after its point it is written.
func parse(text string) (n *big.Rat, digits int, ok bool) {
	if text == "" || strings.ContainsAny(text, "/eEpPxX_") {
		return nil, 0, false
	}
	n, ok = new(big.Rat).SetString(text)
	if point := strings.IndexByte(text, '.'); point >= 0 {
		digits = len(text) - point - 1
	}
	return n, digits, ok
}

// sum adds what there is; of nothing it is none.
func sum(texts ...string) string {
	total, most, any := new(big.Rat), 0, false
	for _, text := range texts {
		if n, digits, ok := parse(text); ok {
			total.Add(total, n)
			most, any = max(most, digits), true
		}
	}
	if !any {
		return ""
	}
	return total.FloatString(most)
}

// less is a without b; none where either is none.
func less(a, b string) string {
	n, digits, ok := parse(a)
	m, more, also := parse(b)
	if !ok || !also {
		return ""
	}
	return n.Sub(n, m).FloatString(max(digits, more))
}

// over is a divided by b; none where either is none or b is 0.
func over(a, b string) string {
	n, _, ok := parse(a)
	m, _, also := parse(b)
	if !ok || !also || m.Sign() == 0 {
		return ""
	}
	return n.Quo(n, m).FloatString(quotientDigits)
}

// magnitude is a number without its sign.
func magnitude(text string) string { return strings.TrimPrefix(text, "-") }

// Sum adds decimals; "" where there are none.
func Sum(texts []string) string { return sum(texts...) }

// Less is a without b; "" where either is none.
func Less(a, b string) string { return less(a, b) }
