package format

import "strings"

// Compact is a number for axes and other narrow places: $1.3M, 45K, 60 %. Under
// a thousand it is whole where it is at least ten, else it keeps one digit.
func (f Format) Compact(text, unit string) string {
	return f.written(text, func(d decimal) string {
		if unit == "share" {
			return f.compactShare(d)
		}
		number, suffix := thousands(d)
		sign := ""
		if d.minus && !d.isZero() {
			sign = minus
		}
		out := f.digits(number) + suffix
		if unit == "usd" {
			out = strings.Replace(f.as().money, "#", out, 1)
		}
		return sign + out
	})
}

// compactShare keeps a digit after the point where there is one to keep.
func (f Format) compactShare(d decimal) string {
	return f.inUnit(d, "share", len(d.shift(percent).round(1).trim().fraction))
}

// thousands is the magnitude of d in the largest unit that it has one of.
func thousands(d decimal) (decimal, string) {
	const ten = 2 // digits
	units := []string{"", "K", "M", "B"}
	i := min(max(0, (len(d.whole)-1)/3), len(units)-1)
	n := short(d.shift(-3 * i))
	if n.whole == "1000" && i < len(units)-1 { // it was rounded up to the next unit
		i++
		n = n.shift(-3).round(0)
	}
	n.minus = false
	if len(n.whole) >= ten {
		n.fraction = ""
	}
	return n.trim(), units[i]
}

// short is d with one digit after the point under ten, else with none.
func short(d decimal) decimal {
	if r := d.round(1); len(r.whole) < len("10") {
		return r
	}
	return d.round(0)
}
