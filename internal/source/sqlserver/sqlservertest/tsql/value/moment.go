package value

import (
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Ticks of 100 ns.
const (
	second = int64(10_000_000)
	minute = 60 * second
	day    = 86400 * second
)

// The days of 1900-01-01 and of 9999-12-31, from 0001-01-01.
const (
	epoch1900 = int64(693595)
	lastDay   = int64(3652058)
)

// moment is what all types of date and time have between them.
type moment struct {
	days, ticks int64 // local, from 0001-01-01 and midnight
	offset      int64 // minutes
}

// Days counts from 0001-01-01.
func Days(year int, month time.Month, dayOfMonth int) int64 {
	return time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix()/86400 + 719162
}

func civil(days int64) (year int, month time.Month, dayOfMonth int) {
	return time.Unix((days-719162)*86400, 0).UTC().Date()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// scaleTicks rounds ticks to the digits of a second.
func scaleTicks(ticks int64, scale int) int64 {
	unit := int64(1)
	for range 7 - scale {
		unit *= 10
	}
	return (ticks + unit/2) / unit * unit
}

// toMoment reads a value of a type of date or time.
func toMoment(v any, t Type) moment {
	switch FamilyOf(t) {
	case Date:
		return moment{days: v.(int64)}
	case Time:
		return moment{days: epoch1900, ticks: v.(int64)}
	case SmallDateTime:
		minutes := v.(int64)
		return moment{days: epoch1900 + floorDiv(minutes, 1440), ticks: (minutes - floorDiv(minutes, 1440)*1440) * minute}
	case DateTime:
		const parts = 86400 * 300
		n := v.(int64)
		days := floorDiv(n, parts)
		return moment{days: epoch1900 + days, ticks: ((n-days*parts)*100000 + 1) / 3}
	case DateTime2:
		n := v.(int64)
		return moment{days: n / day, ticks: n % day}
	case DateTimeOffset:
		o := v.(wire.Offset)
		local := o.UTC + int64(o.Minutes)*minute
		days := floorDiv(local, day)
		return moment{days: days, ticks: local - days*day, offset: int64(o.Minutes)}
	default:
		panic("no date: " + t.Name)
	}
}

// fromMoment makes a value of a type of date or time; what it cannot hold is error
// 242 or 517.
func fromMoment(m moment, t, from Type) any {
	switch FamilyOf(t) {
	case Date:
		return m.days
	case Time:
		return scaleTicks(m.ticks, t.Scale) % day
	case SmallDateTime:
		minutes := (m.days-epoch1900)*1440 + (m.ticks+minute/2)/minute
		if minutes < 0 || minutes > 65535*1440+1439 {
			outOfRange(from, t)
		}
		return minutes
	case DateTime:
		if m.days < Days(1753, 1, 1) || m.days > lastDay {
			outOfRange(from, t)
		}
		return (m.days-epoch1900)*86400*300 + (m.ticks*3+50000)/100000
	case DateTime2:
		n := m.days*day + scaleTicks(m.ticks, t.Scale)
		if n > (lastDay+1)*day-1 {
			n = (lastDay+1)*day - 1
			n -= n % (scaleUnit(t.Scale))
		}
		return n
	case DateTimeOffset:
		utc := m.days*day + scaleTicks(m.ticks, t.Scale) - m.offset*minute
		return wire.Offset{UTC: utc, Minutes: int(m.offset)}
	default:
		panic("no date: " + t.Name)
	}
}

func scaleUnit(scale int) int64 {
	unit := int64(1)
	for range 7 - scale {
		unit *= 10
	}
	return unit
}

func outOfRange(from, to Type) {
	Fail(242, "The conversion of a %s data type to a %s data type resulted in an out-of-range value.", from.Name, to.Name)
}

// dated says whether the family is one of dates and times.
func dated(f Family) bool { return f >= Date && f <= DateTimeOffset }
