package files

import (
	"math"
	"strings"
)

// A dateForm is one of fileform.DateForms, taken apart.
type dateForm struct {
	parts   string // of Y, M and D, in their order
	between byte   // 0 is nothing
}

func newDateForm(form string) dateForm {
	f := dateForm{parts: form}
	for _, sep := range []string{"-", "/", "."} {
		if strings.Contains(form, sep) {
			f.between = sep[0]
		}
	}
	f.parts = strings.NewReplacer("-", "", "/", "", ".", "", "YYYY", "Y", "MM", "M", "DD", "D").Replace(form)
	return f
}

// date reads a date at the start of b, in days since 1970. In the form YYYY-MM-DD a
// year may have a sign and more digits, as ISO 8601 has it.
func (f dateForm) date(b []byte) (days int64, rest []byte, ok bool) {
	if f.between == '-' && len(b) >= 10 && b[4] == '-' && b[7] == '-' { // nearly always
		if days, ok = plainDate(b); ok {
			return days, b[10:], true
		}
	}
	var year, month, day int
	for i := range len(f.parts) {
		if i > 0 && f.between != 0 {
			if len(b) == 0 || b[0] != f.between {
				return 0, b, false
			}
			b = b[1:]
		}
		switch f.parts[i] {
		case 'Y':
			year, b, ok = f.year(b)
		case 'M':
			month, b, ok = digits(b, 2)
		default:
			day, b, ok = digits(b, 2)
		}
		if !ok {
			return 0, b, false
		}
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, b, false
	}
	return daysOf(year, month, day), b, true
}

// plainDate reads YYYY-MM-DD where the signs between are known to stand.
func plainDate(b []byte) (days int64, ok bool) {
	var n [8]uint8
	bad := uint8(0)
	for i, at := range [8]uint8{0, 1, 2, 3, 5, 6, 8, 9} {
		n[i] = b[at] - '0'
		bad = max(bad, n[i])
	}
	year := int(n[0])*1000 + int(n[1])*100 + int(n[2])*10 + int(n[3])
	month, day := int(n[4])*10+int(n[5]), int(n[6])*10+int(n[7])
	if bad > 9 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return daysOf(year, month, day), true
}

func (f dateForm) year(b []byte) (year int, rest []byte, ok bool) {
	if f.between != '-' {
		return digits(b, 4)
	}
	negative := len(b) > 0 && b[0] == '-'
	if len(b) > 0 && (negative || b[0] == '+') {
		b = b[1:]
	}
	n := 0
	for n < len(b) && n < 7 && b[n]-'0' <= 9 {
		n++
	}
	if n < 4 {
		return 0, b, false
	}
	year, rest, ok = digits(b, n)
	if negative {
		year = -year
	}
	return year, rest, ok
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysOf counts days since 1970-01-01 in the proleptic Gregorian calendar, by eras
// of 400 years that begin in March.
func daysOf(year, month, day int) int64 {
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	ofEra := y - era*400
	ofYear := int64((153*((month+9)%12)+2)/5 + day - 1)
	return era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468
}

// infinity reads the words for a time before or after all others.
func infinity(b []byte) (sign int, ok bool) {
	switch string(b) {
	case "infinity":
		return 1, true
	case "-infinity":
		return -1, true
	}
	return 0, false
}

func (f dateForm) parseDate(b []byte) (days int32, wrong string) {
	if sign, ok := infinity(b); ok {
		return int32(sign) * math.MaxInt32, "" //nolint:gosec // 1 or -1
	}
	d, rest, ok := f.date(b)
	if !ok || len(rest) > 0 {
		return 0, notDate
	}
	if d <= -math.MaxInt32 || d >= math.MaxInt32 {
		return 0, outOfRange
	}
	return int32(d), ""
}
