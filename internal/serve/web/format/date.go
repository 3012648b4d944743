package format

import (
	"strconv"
	"strings"
	"time"
)

// Days have no zone: the date of t is taken as it stands. Instants are told by
// the clocks of the format's zone.

// Day is a day of around this year: Fri Nov 20.
func (f Format) Day(t time.Time) string { return f.filled(f.as().weekday, t) }

// DayOfYear is a day of a year that is known: Nov 20.
func (f Format) DayOfYear(t time.Time) string { return f.filled(f.as().day, t) }

// Date is a day with its year: Nov 20, 2026.
func (f Format) Date(t time.Time) string { return f.filled(f.as().date, t) }

// Clock is the time of day of an instant: 02:14.
func (f Format) Clock(t time.Time) string { return f.local(t).Format("15:04") }

// Instant is an instant with its day: Fri Nov 20, 02:14.
func (f Format) Instant(t time.Time) string { return f.Day(f.local(t)) + ", " + f.Clock(t) }

// Moment is an instant with its year: Nov 20, 2026, 02:14.
func (f Format) Moment(t time.Time) string { return f.Date(f.local(t)) + ", " + f.Clock(t) }

// Period is the period of a grain that begins on a day: Fri Nov 20, week of
// Nov 16, Nov 2026, Q4 2026, 2026.
func (f Format) Period(grain string, start time.Time) string {
	l := f.as()
	switch grain {
	case "week":
		return l.week + f.filled(l.day, start)
	case "month":
		return f.filled(l.month, start)
	case "quarter":
		return f.filled(l.quarter, start)
	case "year":
		return strconv.Itoa(start.Year())
	}
	return f.Day(start)
}

// Tick is a period on an axis. The first one, and where a year begins, has its
// year on a second line.
func (f Format) Tick(grain string, start time.Time, first bool) string {
	var tick string
	l := f.as()
	switch grain {
	case "year":
		return strconv.Itoa(start.Year())
	case "quarter":
		letter, _, _ := strings.Cut(l.quarter, "{q}")
		tick = f.filled(letter+"{q}", start)
	case "month":
		tick = l.months[start.Month()-1]
	default:
		tick = f.filled(l.day, start)
	}
	if first || beginsYear(grain, start) {
		tick += "\n" + strconv.Itoa(start.Year())
	}
	return tick
}

func beginsYear(grain string, start time.Time) bool {
	switch grain {
	case "day":
		return start.YearDay() == 1
	case "week":
		return start.YearDay() <= 7
	}
	return start.Month() == time.January
}

// Range is the days from one to another: Nov 1 – 20, 2026.
func (f Format) Range(from, to time.Time) string {
	l := f.as()
	const until = noBreak + "–" + noBreak
	switch {
	case from.Equal(to):
		return f.Date(from)
	case from.Year() != to.Year():
		return f.Date(from) + until + f.Date(to)
	case from.Month() != to.Month():
		return f.filled(l.day, from) + until + f.Date(to)
	}
	return f.filled(l.within[0], from) + until + f.filled(l.within[1], to)
}

func (f Format) local(t time.Time) time.Time {
	if f.zone == nil {
		return t.UTC()
	}
	return t.In(f.zone)
}

// filled is a pattern with the parts of a date.
func (f Format) filled(pattern string, t time.Time) string {
	l := f.as()
	return strings.NewReplacer(
		"{w}", l.weekdays[t.Weekday()],
		"{d}", strconv.Itoa(t.Day()),
		"{m}", l.months[t.Month()-1],
		"{q}", strconv.Itoa((int(t.Month())+2)/3),
		"{y}", strconv.Itoa(t.Year()),
	).Replace(pattern)
}
