package value

import (
	"strconv"
	"strings"
	"time"
)

// parseMoment reads a date, a time, or both, in the forms of "Supported string
// literal formats": ISO 8601, ODBC's canonical form, unseparated, and the
// numeric and alphabetic ones under DATEFORMAT mdy. ok is false for anything
// else.
func parseMoment(s string, style int) (m moment, hasDate, ok bool) {
	s = strings.TrimSpace(s)
	m.days = epoch1900
	if s == "" {
		return m, false, true
	}
	rest, minutes, zoned, ok := cutZone(s)
	if !ok {
		return m, false, false
	}
	m.offset = minutes
	date, clock := splitMoment(rest)
	if date != "" {
		if m.days, ok = parseDate(date, style); !ok {
			return m, false, false
		}
	}
	if clock != "" {
		if m.ticks, ok = parseClock(clock); !ok {
			return m, false, false
		}
	}
	if zoned && clock == "" {
		return m, false, false
	}
	return m, date != "", true
}

// splitMoment divides at T or at the blank before the clock.
func splitMoment(s string) (date, clock string) {
	colon := strings.IndexByte(s, ':')
	upper := strings.ToUpper(s)
	if colon < 0 && !strings.HasSuffix(upper, "AM") && !strings.HasSuffix(upper, "PM") {
		return s, ""
	}
	if colon < 0 {
		colon = len(s)
	}
	if i := strings.LastIndexAny(s[:colon], " Tt"); i >= 0 {
		return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
	}
	return "", s
}

// cutZone takes Z or +hh:mm from the end.
func cutZone(s string) (rest string, minutes int64, zoned, ok bool) {
	if !strings.Contains(s, ":") {
		return s, 0, false, true
	}
	if last := s[len(s)-1]; last == 'Z' || last == 'z' {
		return strings.TrimSpace(s[:len(s)-1]), 0, true, true
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 || i < strings.IndexByte(s, ':') {
		return s, 0, false, true
	}
	hours, mins, found := strings.Cut(s[i+1:], ":")
	h, err1 := strconv.Atoi(hours)
	n, err2 := strconv.Atoi(mins)
	if !found || err1 != nil || err2 != nil || h > 14 || n > 59 || h == 14 && n > 0 {
		return s, 0, false, false
	}
	minutes = int64(h*60 + n)
	if s[i] == '-' {
		minutes = -minutes
	}
	return strings.TrimSpace(s[:i]), minutes, true, true
}

func parseClock(s string) (int64, bool) {
	upper := strings.ToUpper(strings.TrimSpace(s))
	half := 0
	if rest, ok := strings.CutSuffix(upper, "AM"); ok {
		upper, half = strings.TrimSpace(rest), 1
	} else if rest, ok := strings.CutSuffix(upper, "PM"); ok {
		upper, half = strings.TrimSpace(rest), 2
	}
	whole, fraction, hasFraction := strings.Cut(upper, ".")
	parts := strings.Split(whole, ":")
	if len(parts) > 4 || len(parts) < 2 && half == 0 || hasFraction && (fraction == "" || len(fraction) > 7) {
		return 0, false
	}
	var numbers [4]int64
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) > 3 {
			return 0, false
		}
		numbers[i] = int64(n)
	}
	if len(parts) == 4 { // hh:mi:ss:mmm
		fraction = (parts[3] + "000")[:3]
	}
	if half > 0 {
		if numbers[0] < 1 || numbers[0] > 12 && half == 1 {
			return 0, false
		}
		numbers[0] = numbers[0]%12 + int64(12*(half-1))
	}
	if numbers[0] > 23 || numbers[1] > 59 || numbers[2] > 59 {
		return 0, false
	}
	ticks := (numbers[0]*3600 + numbers[1]*60 + numbers[2]) * second
	if fraction != "" {
		n, err := strconv.ParseUint((fraction + "0000000")[:7], 10, 32)
		if err != nil {
			return 0, false
		}
		ticks += int64(n)
	}
	return ticks, true
}

func parseDate(s string, style int) (int64, bool) {
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		switch len(s) {
		case 8:
			return validDate(int(n/10000), int(n/100%100), int(n%100))
		case 6:
			return validDate(century(int(n/10000)), int(n/100%100), int(n%100))
		case 4:
			return validDate(int(n), 1, 1)
		}
		return 0, false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
		return parseNamed(s)
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(strings.TrimSpace(p), 10, 16)
		if err != nil {
			return 0, false
		}
		n[i] = int(v)
	}
	switch {
	case len(parts[0]) == 4:
		return validDate(n[0], n[1], n[2])
	case style == 103 || style == 104 || style == 105 || style == 3 || style == 4 || style == 5:
		return validDate(century(n[2]), n[1], n[0])
	case style == 2 || style == 11:
		return validDate(century(n[0]), n[1], n[2])
	}
	return validDate(century(n[2]), n[0], n[1])
}

// century completes two digits by the cutoff of 2049.
func century(year int) int {
	switch {
	case year < 50:
		return 2000 + year
	case year < 100:
		return 1900 + year
	}
	return year
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// parseNamed reads dates with the name of their month, in any order.
func parseNamed(s string) (int64, bool) {
	year, month, dayOfMonth := -1, 0, 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '-' }) {
		if n, err := strconv.Atoi(word); err == nil {
			switch {
			case len(word) == 4:
				year = n
			case dayOfMonth == 0:
				dayOfMonth = n
			default:
				year = century(n)
			}
			continue
		}
		low := strings.ToLower(word)
		for i, name := range months {
			if len(low) >= 3 && strings.HasPrefix(low, name) && strings.HasPrefix(strings.ToLower(time.Month(i+1).String()), low) {
				month = i + 1
			}
		}
		if month == 0 {
			return 0, false
		}
	}
	if dayOfMonth == 0 {
		dayOfMonth = 1
	}
	return validDate(year, month, dayOfMonth)
}

func validDate(year, month, dayOfMonth int) (int64, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || dayOfMonth < 1 {
		return 0, false
	}
	days := Days(year, time.Month(month), dayOfMonth)
	if _, m, _ := civil(days); int(m) != month {
		return 0, false
	}
	return days, true
}
