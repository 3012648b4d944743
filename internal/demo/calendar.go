package demo

import (
	"math"
	"time"
)

// day is a calendar date, in days since 2000-01-01 as PostgreSQL counts them.
type day int

const (
	never    day = math.MinInt32 // NULL
	unsetDay day = -730119       // 0001-01-01: how converted systems write "not set"
	unknown  day = -36524        // 1900-01-01: how they write an unknown birth date
)

// dayOf returns the calendar date of t in t's own zone.
func dayOf(t time.Time) day { return civil(t.Year(), int(t.Month()), t.Day()) }

// time returns midnight UTC of the day.
func (d day) time() time.Time {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(d))
}

// String writes the day as 2006-01-02.
func (d day) String() string { return d.time().Format("2006-01-02") }

// civil returns the day of a Gregorian date, and split undoes it; both by
// Hinnant's algorithm (http://howardhinnant.github.io/date_algorithms.html),
// since the simulation asks millions of times.
func civil(y, m, d int) day {
	if m <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return day(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468 - 10957)
}

func (d day) split() (y, m, dom int) {
	z := int(d) + 719468 + 10957
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dom = doy - (153*mp+2)/5 + 1
	m = (mp+2)%12 + 1
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, dom
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// addMonths moves n months on and to the given day of the month, or to the
// last one where the month is shorter.
func (d day) addMonths(n, dom int) day {
	y, m, _ := d.split()
	m += n - 1
	y += m / 12
	m = m%12 + 1
	return civil(y, m, min(dom, monthDays(y, m)))
}

// months moves n months on, keeping the day of the month if it exists.
func (d day) months(n int) day {
	_, _, dom := d.split()
	return d.addMonths(n, dom)
}

// weekday is 0 for Monday to 6 for Sunday. 2000-01-01 was a Saturday.
func (d day) weekday() int { return ((int(d)+5)%7 + 7) % 7 }

func (d day) isWeekday() bool { return d.weekday() < 5 }

// business returns d, or the Monday after it when d is in a weekend.
func (d day) business() day {
	if w := d.weekday(); w > 4 {
		return d + day(7-w)
	}
	return d
}

// nextBusiness returns the first business day after d.
func (d day) nextBusiness() day { return (d + 1).business() }

// clinic returns a day at or soon after d on which patients are seen: never
// in a weekend, and rarely on a Friday.
func (d day) clinic(r *rng) day {
	d = d.business()
	if d.weekday() == 4 && !r.chance(0.4) {
		return d + 3
	}
	return d
}

// season is the share of the average month's starts that fall into each
// calendar month.
var season = [12]float64{1.02, .95, 1.02, .98, .92, 1.05, 1.15, 1.12, .95, 1.00, .92, .92}

// trend is the level of demand on a day relative to the long run: the closed
// weeks of spring 2020 and the weak years 2022 and 2023.
func (d day) trend() float64 {
	switch y, _, _ := d.split(); {
	case d >= civil(2020, 3, 15) && d < civil(2020, 5, 1):
		return 0.03
	case y == 2022:
		return 0.94
	case y == 2023:
		return 0.91
	}
	return 1
}
