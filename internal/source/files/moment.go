package files

import (
	"math"
	"strings"
	"time"
)

// Why a text is no date or time.
const (
	notDate     = "it is not a date in the declared form"
	notTime     = "it is not a time of day (HH:MM:SS)"
	notInstant  = "it is not a date and a time (YYYY-MM-DD HH:MM:SS)"
	noZone      = "it says no time zone: declare the column as timestamp, or have the offset written (2026-11-20T01:30:00-07:00)"
	hasZone     = "it says a time zone: declare the column as timestamptz"
	finerMicros = "it is finer than a microsecond"
)

// digits reads exactly so many.
func digits(b []byte, n int) (value int, rest []byte, ok bool) {
	if len(b) < n {
		return 0, b, false
	}
	for _, c := range b[:n] {
		d := c - '0'
		if d > 9 {
			return 0, b, false
		}
		value = value*10 + int(d)
	}
	return value, b[n:], true
}

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

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// clock reads HH:MM, HH:MM:SS or HH:MM:SS.ffffff at the start of b. Digits beyond
// the microsecond have to be 0.
func clock(b []byte) (micros int64, rest []byte, wrong string) {
	hour, b, ok := digits(b, 2)
	if !ok || len(b) == 0 || b[0] != ':' {
		return 0, b, notTime
	}
	minute, b, ok := digits(b[1:], 2)
	second, fraction := 0, int64(0)
	if ok && len(b) > 0 && b[0] == ':' {
		if second, b, ok = digits(b[1:], 2); ok && len(b) > 1 && b[0] == '.' {
			if fraction, b, wrong = fractionOf(b[1:]); wrong != "" {
				return 0, b, wrong
			}
		}
	}
	micros = int64(hour)*3_600_000_000 + int64(minute)*60_000_000 + int64(second)*1_000_000 + fraction
	if !ok || minute > 59 || second > 59 || micros > dayMicros {
		return 0, b, notTime
	}
	return micros, b, ""
}

// fractionOf reads the digits behind the point of seconds.
func fractionOf(b []byte) (micros int64, rest []byte, wrong string) {
	n, unit := 0, int64(100_000)
	for n < len(b) && b[n]-'0' <= 9 {
		if n >= 6 && b[n] != '0' {
			return 0, b, finerMicros
		}
		micros += int64(b[n]-'0') * unit
		unit /= 10
		n++
	}
	if n == 0 {
		return 0, b, notTime
	}
	return micros, b[n:], ""
}

func parseTime(b []byte) (micros int64, wrong string) {
	micros, rest, wrong := clock(b)
	if wrong == "" && len(rest) > 0 {
		wrong = notTime
	}
	return micros, wrong
}

// parseInstant reads a date and a time, with its offset from UTC if zoned, without
// one if not.
func (f dateForm) parseInstant(b []byte, zoned bool) (micros int64, wrong string) {
	if sign, ok := infinity(b); ok {
		return int64(sign) * math.MaxInt64, ""
	}
	days, rest, ok := f.date(b)
	if !ok {
		return 0, notInstant
	}
	if len(rest) > 0 {
		if rest[0] != 'T' && rest[0] != ' ' {
			return 0, notInstant
		}
		if micros, rest, wrong = clock(rest[1:]); wrong == notTime {
			wrong = notInstant
		}
	} else if zoned {
		return 0, notInstant
	}
	offset, has, ok := zone(rest)
	switch {
	case wrong != "":
		return 0, wrong
	case !ok:
		return 0, notInstant
	case zoned && !has:
		return 0, noZone
	case has && !zoned:
		return 0, hasZone
	case days > math.MaxInt64/dayMicros+1 || days < -math.MaxInt64/dayMicros-1:
		return 0, outOfRange
	}
	return within(days, micros-offset)
}

// within is the instant so many microseconds from the start of a day.
func within(days, micros int64) (int64, string) {
	days, micros = days+micros/dayMicros, micros%dayMicros
	if days > 0 { // so that neither step leaves the range unless the sum does
		days, micros = days-1, micros+dayMicros
	}
	if days > math.MaxInt64/dayMicros || days < -math.MaxInt64/dayMicros {
		return 0, outOfRange
	}
	whole := days * dayMicros
	sum := whole + micros
	if micros > 0 && sum < whole || micros < 0 && sum > whole || sum == math.MaxInt64 || sum <= -math.MaxInt64 {
		return 0, outOfRange // the ends stand for the infinities
	}
	return sum, ""
}

// zone reads an offset from UTC: Z, +HH, +HHMM or +HH:MM; nothing is none.
func zone(b []byte) (micros int64, has, ok bool) {
	if len(b) == 0 {
		return 0, false, true
	}
	if b[0] == 'Z' && len(b) == 1 {
		return 0, true, true
	}
	sign := int64(1)
	switch b[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false, false
	}
	hours, rest, ok := digits(b[1:], 2)
	minutes := 0
	if ok && len(rest) > 0 {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		minutes, rest, ok = digits(rest, 2)
	}
	if !ok || len(rest) > 0 || hours > 18 || minutes > 59 {
		return 0, true, false
	}
	return sign * (int64(hours)*3_600_000_000 + int64(minutes)*60_000_000), true, true
}
