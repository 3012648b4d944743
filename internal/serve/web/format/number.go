package format

import "strings"

const (
	// None stands where there is no value.
	None = "–"

	minus   = "−"      // reads as a minus and is as wide as a plus
	noBreak = "\u00a0" // keeps a number and its unit on one line
)

// percent is how far the point moves from a fraction to a percentage.
const percent = 2

// Short is a number as tiles show it, at a glance: $1,284 and 64.2 %. What is no
// number is None, as everywhere in this package.
func (f Format) Short(text, unit string) string {
	return f.written(text, func(d decimal) string { return f.inUnit(d, unit, shortPlaces(d, unit)) })
}

// Exact is a number as tables and tooltips show it: $1,284.50, counts and days
// with all the digits that they have up to two after the point.
func (f Format) Exact(text, unit string) string {
	return f.written(text, func(d decimal) string { return f.inUnit(d, unit, exactPlaces(d, unit)) })
}

// Signed is a difference as tiles show it: +$1,284; that of two shares in points.
func (f Format) Signed(text, unit string) string {
	return f.written(text, func(d decimal) string {
		places := shortPlaces(d, unit)
		if unit == "share" {
			d, unit = d.shift(percent), "points"
		}
		return f.withSign(d, unit, places)
	})
}

// Points is a difference of two shares to the hundredth of a point: +3.12 points.
func (f Format) Points(text string) string {
	return f.written(text, func(d decimal) string {
		const places = 2
		return f.withSign(d.shift(percent).round(places), "points", places)
	})
}

// Percent is a fraction with its sign: +4.3 %.
func (f Format) Percent(ratio string) string {
	return f.written(ratio, func(d decimal) string {
		const places = 1
		return f.withSign(d, "share", places)
	})
}

// withSign writes a number rounded, with its sign. Zero has none, and what is too
// small to be seen is less than the smallest that is written: no 0.0 that rose.
func (f Format) withSign(d decimal, unit string, places int) string {
	if d.isZero() {
		return f.inUnit(decimal{}, unit, places)
	}
	sign := "+"
	if d.minus {
		sign = minus
	}
	d.minus = false
	digits := places
	if unit == "share" {
		digits += percent
	}
	if d.round(digits).isZero() {
		return "less than " + f.inUnit(decimal{whole: "1"}.shift(-digits), unit, places)
	}
	return sign + f.inUnit(d, unit, places)
}

// Glance is a number of things as tiles show it: 1,284 and 12.5, and cents only
// where there are fewer than a thousand.
func (f Format) Glance(text string) string {
	return f.written(text, func(d decimal) string {
		const thousand = 4
		if len(d.round(0).whole) >= thousand {
			d = d.round(0)
		}
		return f.inUnit(d, "count", exactPlaces(d, "count"))
	})
}

// Count is a number of things: 1,284.
func (f Format) Count(text string) string { return f.Exact(text, "count") }

func (f Format) written(text string, write func(decimal) string) string {
	d, ok := parse(text)
	if !ok {
		return None
	}
	return write(d)
}

// shortPlaces is how many digits after the point a tile shows.
func shortPlaces(d decimal, unit string) int {
	small := len(d.round(0).whole) < len("10") // a tile shows cents under ten dollars
	switch {
	case unit == "share":
		return 1
	case unit == "usd" && small && !(decimal{fraction: d.fraction}).isZero():
		return 2
	case unit == "usd":
		return 0
	case unit == "count" && small: // a ratio of two counts, whose target is often 1
		return min(2, len(d.trim().fraction))
	}
	return min(1, len(d.trim().fraction))
}

// exactPlaces is how many digits after the point a table shows.
func exactPlaces(d decimal, unit string) int {
	switch unit {
	case "share":
		return 1
	case "usd":
		return 2
	}
	return min(2, len(d.trim().fraction))
}

// inUnit writes d rounded, with its unit.
func (f Format) inUnit(d decimal, unit string, places int) string {
	if unit == "share" {
		d = d.shift(percent)
	}
	d = d.round(places)
	sign := ""
	if d.minus && !d.isZero() {
		sign = minus
	}
	d.minus = false
	switch unit {
	case "usd":
		return sign + strings.Replace(f.as().money, "#", f.digits(d), 1)
	case "share":
		return sign + f.digits(d) + noBreak + "%"
	case "count", "":
		return sign + f.digits(d)
	}
	return sign + f.digits(d) + noBreak + word(unit, d)
}

// word is the unit of so many: one day, two days.
func word(unit string, d decimal) string {
	one := d.whole == "1" && (decimal{fraction: d.fraction}).isZero()
	switch {
	case one:
		return strings.TrimSuffix(unit, "s")
	case strings.HasSuffix(unit, "s"):
		return unit
	}
	return unit + "s"
}

// digits writes a number that is not negative, its digits in groups of three.
func (f Format) digits(d decimal) string {
	l := f.as()
	whole := d.whole
	if whole == "" {
		whole = "0"
	}
	const group = 3
	var b strings.Builder
	for i, digit := range whole {
		if rest := len(whole) - i; i > 0 && rest%group == 0 && len(whole) >= l.groupFrom() {
			b.WriteString(l.group)
		}
		b.WriteRune(digit)
	}
	if d.fraction != "" {
		b.WriteString(l.point + d.fraction)
	}
	return b.String()
}
