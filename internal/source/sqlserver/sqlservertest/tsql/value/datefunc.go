package value

import (
	"fmt"
	"math/big"
	"strconv"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// OfTime is an instant, in UTC, as a value of a type of date or time.
func OfTime(t time.Time, typ Type) any {
	t = t.UTC()
	seconds := t.Unix() + 719162*86400
	m := moment{days: seconds / 86400, ticks: seconds%86400*second + int64(t.Nanosecond()/100)}
	return fromMoment(m, typ, typ)
}

// DatePart is DATEPART; weeks begin on Sunday (DATEFIRST 7).
func DatePart(unit string, v any, t Type) any {
	m := toMoment(v, t)
	y, mo, d := civil(m.days)
	at := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	switch unit {
	case "year":
		return int64(y)
	case "quarter":
		return int64(mo+2) / 3
	case "month":
		return int64(mo)
	case "dayofyear":
		return int64(at.YearDay())
	case "day":
		return int64(d)
	case "week":
		first := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
		return int64((at.YearDay()-1+int(first.Weekday()))/7 + 1)
	case "iso_week":
		_, week := at.ISOWeek()
		return int64(week)
	case "weekday":
		return int64(at.Weekday()) + 1
	case "hour":
		return m.ticks / (60 * minute)
	case "minute":
		return m.ticks / minute % 60
	case "second":
		return m.ticks / second % 60
	case "millisecond":
		return fractionTicks(m, t) / 10000
	case "microsecond":
		return fractionTicks(m, t) / 10
	case "nanosecond":
		return fractionTicks(m, t) * 100
	case "tzoffset":
		return m.offset
	}
	return nil
}

// fractionTicks are those within a second; datetime shows whole milliseconds.
func fractionTicks(m moment, t Type) int64 {
	ticks := m.ticks % second
	if FamilyOf(t) == DateTime {
		return (ticks + 5000) / 10000 * 10000
	}
	return ticks
}

// DateName is DATENAME.
func DateName(unit string, v any, t Type) any {
	n := DatePart(unit, v, t).(int64)
	switch unit {
	case "month":
		return time.Month(n).String()
	case "weekday":
		return time.Weekday(n - 1).String()
	case "tzoffset":
		sign := "+"
		if n < 0 {
			sign, n = "-", -n
		}
		return fmt.Sprintf("%s%02d:%02d", sign, n/60, n%60)
	}
	return strconv.FormatInt(n, 10)
}

// DateAdd is DATEADD: of months the last day stands for one that is not there.
func DateAdd(unit string, n int64, v any, t Type) any {
	m := toMoment(v, t)
	perUnit := map[string]int64{"hour": 60 * minute, "minute": minute, "second": second, "millisecond": 10000, "microsecond": 10}[unit]
	switch unit {
	case "year":
		m.days = addMonths(m.days, 12*n)
	case "quarter":
		m.days = addMonths(m.days, 3*n)
	case "month":
		m.days = addMonths(m.days, n)
	case "day", "dayofyear", "weekday":
		m.days += n
	case "week":
		m.days += 7 * n
	case "nanosecond":
		m.ticks += (n + 50) / 100
	default:
		total := m.ticks + n*perUnit
		m.days += floorDiv(total, day)
		m.ticks = total - floorDiv(total, day)*day
	}
	if m.ticks >= day {
		m.days, m.ticks = m.days+1, m.ticks-day
	}
	if m.days < 0 || m.days > lastDay {
		Fail(517, "Adding a value to a '%s' column caused an overflow.", t.Name)
	}
	return fromMoment(m, t, t)
}

func addMonths(days, n int64) int64 {
	y, mo, d := civil(days)
	total := int64(y)*12 + int64(mo) - 1 + n
	year, month := int(floorDiv(total, 12)), time.Month(total-floorDiv(total, 12)*12+1)
	if year < 1 || year > 9999 {
		return -1
	}
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return Days(year, month, min(d, last))
}

// DateDiff counts the boundaries of a unit between two moments; datetimeoffset
// counts in UTC. ok is false beyond 64 bits.
func DateDiff(unit string, a any, ta Type, b any, tb Type) (n int64, ok bool) {
	x, y := inUTC(toMoment(a, ta)), inUTC(toMoment(b, tb))
	yx, mx, _ := civil(x.days)
	yy, my, _ := civil(y.days)
	switch unit {
	case "year":
		return int64(yy - yx), true
	case "quarter":
		return int64(yy-yx)*4 + int64((my-1)/3-(mx-1)/3), true
	case "month":
		return int64(yy-yx)*12 + int64(my-mx), true
	case "day", "dayofyear", "weekday":
		return y.days - x.days, true
	case "week":
		return floorDiv(y.days+1, 7) - floorDiv(x.days+1, 7), true
	}
	units := map[string]int64{"hour": 60 * minute, "minute": minute, "second": second, "millisecond": 10000, "microsecond": 10, "nanosecond": 1}[unit]
	total := func(m moment) *big.Int {
		t := new(big.Int).Mul(big.NewInt(m.days), big.NewInt(day/units))
		return t.Add(t, big.NewInt(m.ticks/units))
	}
	d := total(y)
	d.Sub(d, total(x))
	if unit == "nanosecond" {
		d.Mul(d, big.NewInt(100))
	}
	return d.Int64(), d.IsInt64()
}

func inUTC(m moment) moment {
	if m.offset == 0 {
		return m
	}
	ticks := m.ticks - m.offset*minute
	m.days += floorDiv(ticks, day)
	m.ticks, m.offset = ticks-floorDiv(ticks, day)*day, 0
	return m
}

func offsetOf(zone string) int {
	_, minutes, zoned, ok := cutZone("00:00 " + zone)
	if !ok || !zoned {
		Fail(9812, "The timezone provided to builtin function switchoffset is invalid.")
	}
	return int(minutes)
}

// SwitchOffset is the same instant under another offset.
func SwitchOffset(v any, zone string) any {
	return wire.Offset{UTC: v.(wire.Offset).UTC, Minutes: offsetOf(zone)}
}

// AtOffset is a local time under an offset.
func AtOffset(local int64, zone string) any {
	minutes := offsetOf(zone)
	return wire.Offset{UTC: local - int64(minutes)*minute, Minutes: minutes}
}
