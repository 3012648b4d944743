package tsql

import (
	"strings"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// dateFunctions are "Date and time data types and functions (Transact-SQL)"
// without those that begin with a datepart.
var dateFunctions = map[string]function{
	"GETDATE":            {0, 0, clock(value.Datetime)},
	"CURRENT_TIMESTAMP":  {0, 0, clock(value.Datetime)},
	"GETUTCDATE":         {0, 0, clock(value.Datetime)},
	"SYSDATETIME":        {0, 0, clock(value.Named("datetime2", nil, false))},
	"SYSUTCDATETIME":     {0, 0, clock(value.Named("datetime2", nil, false))},
	"SYSDATETIMEOFFSET":  {0, 0, clock(value.Named("datetimeoffset", nil, false))},
	"YEAR":               {1, 1, part("year")},
	"MONTH":              {1, 1, part("month")},
	"DAY":                {1, 1, part("day")},
	"EOMONTH":            {1, 2, endOfMonth},
	"DATEFROMPARTS":      {3, 3, dateFromParts},
	"DATETIME2FROMPARTS": {8, 8, dateTime2FromParts},
	"SWITCHOFFSET":       {2, 2, switchOffset},
	"TODATETIMEOFFSET":   {2, 2, toDateTimeOffset},
	"ISDATE":             {1, 1, isDate},
}

// clock is the statement's time, in UTC: the double's server is there.
func clock(t value.Type) func(*binder, []expr) expr {
	return func(q *binder, _ []expr) expr {
		x := constantly(nil, t)
		x.nullable = false
		now := q.now
		x.eval = func(*frame) any { return value.OfTime(now, t) }
		return remembered(x)
	}
}

func part(name string) func(*binder, []expr) expr {
	return func(_ *binder, args []expr) expr { return datePart(name, args[0]) }
}

// units of time by their names and abbreviations ("DATEPART").
var dateParts = map[string]string{
	"year": "year", "yy": "year", "yyyy": "year", "quarter": "quarter", "qq": "quarter", "q": "quarter", "month": "month", "mm": "month", "m": "month",
	"dayofyear": "dayofyear", "dy": "dayofyear", "y": "dayofyear", "day": "day", "dd": "day", "d": "day", "week": "week", "wk": "week", "ww": "week",
	"weekday": "weekday", "dw": "weekday", "hour": "hour", "hh": "hour", "minute": "minute", "mi": "minute", "n": "minute", "second": "second", "ss": "second", "s": "second",
	"millisecond": "millisecond", "ms": "millisecond", "microsecond": "microsecond", "mcs": "microsecond", "nanosecond": "nanosecond", "ns": "nanosecond",
	"tzoffset": "tzoffset", "tz": "tzoffset", "iso_week": "iso_week", "isowk": "iso_week", "isoww": "iso_week",
}

// dateCall binds the functions whose first argument is a datepart.
func (q *binder) dateCall(e *syntax.Call) (expr, bool) {
	count := map[string]int{"DATEPART": 2, "DATENAME": 2, "DATEADD": 3, "DATEDIFF": 3, "DATEDIFF_BIG": 3}[e.Name]
	if count == 0 {
		return expr{}, false
	}
	if len(e.Args) != count {
		value.Fail(174, "The %s function requires %d argument(s).", strings.ToLower(e.Name), count)
	}
	word, ok := e.Args[0].(*syntax.Column)
	if !ok {
		value.Fail(1023, "Invalid parameter 1 specified for %s.", strings.ToLower(e.Name))
	}
	unit, ok := dateParts[strings.ToLower(word.Name)]
	if !ok {
		value.Fail(155, "'%s' is not a recognized %s option.", word.Name, strings.ToLower(e.Name))
	}
	args := q.values(e.Args[1:])
	switch e.Name {
	case "DATEPART":
		return datePart(unit, args[0]), true
	case "DATENAME":
		x := dated(args[0])
		return strict(value.NVarChar(30), []expr{x}, func(v []any) any { return value.DateName(unit, v[0], x.typ) }), true
	case "DATEADD":
		return dateAdd(unit, args), true
	}
	return dateDiff(e.Name, unit, args), true
}

// dated is an argument as a date or time: text becomes datetimeoffset.
func dated(x expr) expr {
	switch value.FamilyOf(x.typ) {
	case value.Date, value.Time, value.SmallDateTime, value.DateTime, value.DateTime2, value.DateTimeOffset:
		return x
	case value.Text:
		return x.to(value.Named("datetimeoffset", nil, false))
	}
	return x.to(value.Datetime)
}

func datePart(unit string, arg expr) expr {
	x := dated(arg)
	checkPart(unit, x.typ, "datepart")
	return strict(value.Int, []expr{x}, func(v []any) any { return value.DatePart(unit, v[0], x.typ) })
}

// checkPart refuses parts that a type lacks.
func checkPart(unit string, t value.Type, function string) {
	calendar := map[string]bool{"year": true, "quarter": true, "month": true, "dayofyear": true, "day": true, "week": true, "weekday": true, "iso_week": true}[unit]
	if f := value.FamilyOf(t); f == value.Time && calendar || f == value.Date && !calendar || unit == "tzoffset" && f != value.DateTimeOffset && f != value.DateTime2 {
		value.Fail(9810, "The datepart %s is not supported by date function %s for data type %s.", unit, function, t.Name)
	}
}

func dateAdd(unit string, args []expr) expr {
	x := args[1]
	if value.FamilyOf(x.typ) == value.Text || value.IsMissing(x.typ) {
		x = x.to(value.Datetime)
	}
	x = dated(x)
	checkPart(unit, x.typ, "dateadd")
	t := x.typ
	n := args[0].to(value.BigInt)
	return strict(t, []expr{n, x}, func(v []any) any { return value.DateAdd(unit, v[0].(int64), v[1], t) })
}

func dateDiff(name, unit string, args []expr) expr {
	a, b := dated(args[0]), dated(args[1])
	t := value.Int
	if name == "DATEDIFF_BIG" {
		t = value.BigInt
	}
	return strict(t, []expr{a, b}, func(v []any) any {
		n, ok := value.DateDiff(unit, v[0], a.typ, v[1], b.typ)
		if !ok || t.Name == "int" && int64(int32(n)) != n {
			value.Fail(535, "The %s function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use %s with a less precise datepart.", strings.ToLower(name), strings.ToLower(name))
		}
		return n
	})
}

func endOfMonth(_ *binder, args []expr) expr {
	d := value.Named("date", nil, false)
	return strict(d, as(args, d, value.BigInt), func(v []any) any {
		months := int64(1)
		if len(v) > 1 {
			months += v[1].(int64)
		}
		days := v[0].(int64)
		first := days - value.DatePart("day", days, d).(int64) + 1
		return value.DateAdd("month", months, first, d).(int64) - 1
	})
}

func dateFromParts(_ *binder, args []expr) expr {
	return strict(value.Named("date", nil, false), as(args, value.BigInt, value.BigInt, value.BigInt), func(v []any) any {
		return daysOf(v[0].(int64), v[1].(int64), v[2].(int64), "date")
	})
}

func daysOf(year, month, day int64, what string) int64 {
	days := value.Days(int(year), time.Month(month), int(day))
	d := value.Named("date", nil, false)
	if year < 1 || year > 9999 || value.DatePart("month", days, d) != month || value.DatePart("day", days, d) != day {
		value.Fail(289, "Cannot construct data type %s, some of the arguments have values which are not valid.", what)
	}
	return days
}

func dateTime2FromParts(_ *binder, args []expr) expr {
	scale, ok := args[7].to(value.BigInt).eval(nil).(int64)
	if !args[7].constant || !ok || scale < 0 || scale > 7 {
		value.Fail(10760, "Scale argument is not valid. Valid expressions for data type datetime2 scale argument are integer constants and integer constant expressions.")
	}
	t := value.Named("datetime2", []int{int(scale)}, false)
	types := make([]value.Type, 8)
	for i := range types {
		types[i] = value.BigInt
	}
	return strict(t, as(args, types...), func(v []any) any {
		n := func(i int) int64 { return v[i].(int64) }
		unit := int64(1)
		for range 7 - scale {
			unit *= 10
		}
		return daysOf(n(0), n(1), n(2), "datetime2")*864_000_000_000 + (n(3)*3600+n(4)*60+n(5))*10_000_000 + n(6)*unit
	})
}

func switchOffset(_ *binder, args []expr) expr {
	x := args[0].to(value.Named("datetimeoffset", []int{scaleArg(args[0])}, false))
	return strict(x.typ, []expr{x, args[1].to(value.NVarChar(10))}, func(v []any) any { return value.SwitchOffset(v[0], v[1].(string)) })
}

func scaleArg(x expr) int {
	if value.FamilyOf(x.typ) == value.DateTimeOffset {
		return x.typ.Scale
	}
	return 7
}

func toDateTimeOffset(_ *binder, args []expr) expr {
	scale := 7
	if value.FamilyOf(args[0].typ) == value.DateTime2 {
		scale = args[0].typ.Scale
	}
	d, t := value.Named("datetime2", []int{scale}, false), value.Named("datetimeoffset", []int{scale}, false)
	return strict(t, as(args, d, value.NVarChar(10)), func(v []any) any { return value.AtOffset(v[0].(int64), v[1].(string)) })
}

func isDate(_ *binder, args []expr) expr {
	return strict(value.Int, as(args, value.NVarChar(4000)), func(v []any) any {
		if tryConvert(v[0], value.NVarChar(4000), value.Datetime, 0) == nil {
			return int64(0)
		}
		return int64(1)
	})
}
