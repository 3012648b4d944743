package files

import (
	"math"
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
