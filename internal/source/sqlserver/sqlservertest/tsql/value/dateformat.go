package value

import (
	"fmt"
	"strings"
)

// formatMoment writes a value of a type of date or time in a style of CONVERT
// ("Date and time styles").
func formatMoment(m moment, t Type, style int) string {
	hasDate, hasTime := FamilyOf(t) != Time, FamilyOf(t) != Date
	date, clock, joint := styled(m, t, style)
	out := date
	switch {
	case hasDate && hasTime:
		if date != "" && clock != "" {
			out = date + joint + clock
		} else {
			out = date + clock
		}
	case hasTime:
		out = clock
	}
	if FamilyOf(t) == DateTimeOffset && clock != "" {
		out += zone(m.offset, style)
	}
	return out
}

func zone(offset int64, style int) string {
	if style == 127 {
		return "Z"
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	blank := " "
	if style == 126 {
		blank = ""
	}
	return fmt.Sprintf("%s%s%02d:%02d", blank, sign, offset/60, offset%60)
}

// styled gives the date's and the clock's text of a style and what is between.
func styled(m moment, t Type, style int) (date, clock, joint string) {
	y, mo, d := civil(m.days)
	name := strings.ToUpper(months[mo-1][:1]) + months[mo-1][1:]
	hours, minutes, seconds := m.ticks/(60*minute), m.ticks/minute%60, m.ticks/second%60
	h12, half := (hours+11)%12+1, "AM"
	if hours >= 12 {
		half = "PM"
	}
	long := fmt.Sprintf("%02d:%02d:%02d", hours, minutes, seconds)
	joint = " "
	switch style {
	case 1, 2, 3, 4, 5, 6, 7, 10, 11, 12:
		style += 100
		y %= 100
	}
	year := fmt.Sprintf("%02d", y)
	if y >= 100 || style == 20 || style == 21 {
		year = fmt.Sprintf("%04d", y)
	}
	switch style {
	case 101:
		return fmt.Sprintf("%02d/%02d/%s", mo, d, year), "", joint
	case 102:
		return fmt.Sprintf("%s.%02d.%02d", year, mo, d), "", joint
	case 103:
		return fmt.Sprintf("%02d/%02d/%s", d, mo, year), "", joint
	case 104:
		return fmt.Sprintf("%02d.%02d.%s", d, mo, year), "", joint
	case 105:
		return fmt.Sprintf("%02d-%02d-%s", d, mo, year), "", joint
	case 106:
		return fmt.Sprintf("%02d %s %s", d, name, year), "", joint
	case 107:
		return fmt.Sprintf("%s %02d, %s", name, d, year), "", joint
	case 8, 24, 108:
		return "", long, joint
	case 110:
		return fmt.Sprintf("%02d-%02d-%s", mo, d, year), "", joint
	case 111:
		return fmt.Sprintf("%s/%02d/%02d", year, mo, d), "", joint
	case 112:
		return fmt.Sprintf("%s%02d%02d", year, mo, d), "", joint
	case 13, 113:
		return fmt.Sprintf("%02d %s %04d", d, name, y), long + fraction(m, t, ":"), joint
	case 14, 114:
		return "", long + fraction(m, t, ":"), joint
	case 20, 120:
		return fmt.Sprintf("%04d-%02d-%02d", y, mo, d), long, joint
	case 21, 25, 121:
		return fmt.Sprintf("%04d-%02d-%02d", y, mo, d), long + fraction(m, t, "."), joint
	case 23:
		return fmt.Sprintf("%04d-%02d-%02d", y, mo, d), "", joint
	case 126, 127:
		point := fraction(m, t, ".")
		if FamilyOf(t) == DateTime && strings.Trim(point, ".0") == "" {
			point = "" // "milliseconds aren't displayed if zero"
		}
		return fmt.Sprintf("%04d-%02d-%02d", y, mo, d), long + point, "T"
	case 9, 109:
		return fmt.Sprintf("%s %2d %04d", name, d, y), fmt.Sprintf("%2d:%02d:%02d%s%s", h12, minutes, seconds, fraction(m, t, ":"), half), joint
	case 0, 100:
		if f := FamilyOf(t); f != DateTime && f != SmallDateTime {
			return fmt.Sprintf("%04d-%02d-%02d", y, mo, d), long + fraction(m, t, "."), joint
		}
		return fmt.Sprintf("%s %2d %04d", name, d, y), fmt.Sprintf("%2d:%02d%s", h12, minutes, half), joint
	}
	Fail(281, "%d is not a valid style number when converting from %s to a character string.", style, t.Name)
	return "", "", ""
}

// fraction is the point and the digits behind it that a type has; colon stands
// for the point where a style wants it.
func fraction(m moment, t Type, point string) string {
	ticks := m.ticks % second
	switch FamilyOf(t) {
	case DateTime:
		return fmt.Sprintf("%s%03d", point, (ticks+5000)/10000)
	case SmallDateTime:
		return point + "000"
	default:
		if t.Scale == 0 {
			return ""
		}
		if FamilyOf(t) == DateTime2 || FamilyOf(t) == DateTimeOffset || FamilyOf(t) == Time {
			point = "."
		}
		return point + fmt.Sprintf("%07d", ticks)[:t.Scale]
	}
}
