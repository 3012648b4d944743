package format

import (
	"strconv"
	"strings"
)

// A decimal is an exact number. The zero decimal is 0.
type decimal struct {
	minus    bool
	whole    string // "" is 0; no leading zeros
	fraction string
}

// farthest is how far an exponent may move the point: further than any number
// that means something, and near enough to be written out.
const farthest = 400

// parse reads a number as JSON writes it: -1284.50, 1e-7.
func parse(text string) (decimal, bool) {
	var d decimal
	text, d.minus = strings.CutPrefix(text, "-")
	text, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || hasPoint && !isDigits(fraction) {
		return decimal{}, false
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), fraction
	if !hasExponent {
		return d, true
	}
	n, err := strconv.Atoi(exponent)
	if err != nil || n > farthest || n < -farthest {
		return decimal{}, false
	}
	return d.shift(n), true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// shift is d times 10^n.
func (d decimal) shift(n int) decimal {
	if n < 0 {
		digits := strings.Repeat("0", max(0, -n-len(d.whole))) + d.whole
		d.whole, d.fraction = strings.TrimLeft(digits[:len(digits)+n], "0"), digits[len(digits)+n:]+d.fraction
		return d
	}
	digits := d.fraction + strings.Repeat("0", max(0, n-len(d.fraction)))
	d.whole, d.fraction = strings.TrimLeft(d.whole+digits[:n], "0"), digits[n:]
	return d
}

// round is d with so many digits after the point, halves away from zero.
func (d decimal) round(places int) decimal {
	digits := d.fraction + strings.Repeat("0", max(0, places-len(d.fraction)))
	up := len(digits) > places && digits[places] >= '5'
	all := d.whole + digits[:places]
	if up {
		all = increment(all)
	}
	all = strings.Repeat("0", max(0, places-len(all))) + all
	d.whole, d.fraction = strings.TrimLeft(all[:len(all)-places], "0"), all[len(all)-places:]
	return d
}

// increment is digits and one.
func increment(digits string) string {
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}

// trim is d without zeros at its end.
func (d decimal) trim() decimal {
	d.fraction = strings.TrimRight(d.fraction, "0")
	return d
}

// isZero says whether all digits are 0.
func (d decimal) isZero() bool { return d.whole == "" && strings.Trim(d.fraction, "0") == "" }

// Sign is -1, 0 or 1 by what a decimal in text is; 0 also where it is none.
func Sign(text string) int {
	switch d, ok := parse(text); {
	case !ok || d.isZero():
		return 0
	case d.minus:
		return -1
	}
	return 1
}

// Valid says whether text is a number as JSON writes it.
func Valid(text string) bool {
	_, ok := parse(text)
	return ok
}
