package view

import "time"

// The periods that have names.
const (
	ThisMonth    = "this_month"
	LastMonth    = "last_month"
	Last3Months  = "last_3_months"
	Last12Months = "last_12_months"
	YearToDate   = "year_to_date"
	Custom       = "custom" // from From to To
)

// A Span is whole months.
type Span struct {
	First time.Time // the first day of the first month
	Last  time.Time // the first day of the last month
}

// Months is how many months there are.
func (s Span) Months() int {
	return 12*(s.Last.Year()-s.First.Year()) + int(s.Last.Month()) - int(s.First.Month()) + 1
}

// End is the last day.
func (s Span) End() time.Time { return s.Last.AddDate(0, 1, -1) }

// back is the span so many months earlier.
func (s Span) back(months int) Span {
	return Span{s.First.AddDate(0, -months, 0), s.Last.AddDate(0, -months, 0)}
}

// earlyDays is until which day of a month the month before is the usual period: of a
// few days nobody can say much.
const earlyDays = 9

// Usual is the period where none is named: the month of the business date or, in its
// first days, the one before.
func Usual(asOf time.Time) string {
	if asOf.Day() <= earlyDays {
		return LastMonth
	}
	return ThisMonth
}

// mostMonths is how long a period may be.
const mostMonths = 60

// Span is the months that the view is about. The last 3 and 12 months are those that
// are complete: they end with the last month that the business date completes.
func (v View) Span(asOf time.Time) Span {
	month := day(asOf.Year(), asOf.Month(), 1)
	complete := month.AddDate(0, -1, 0)
	if asOf.AddDate(0, 0, 1).Day() == 1 {
		complete = month
	}
	switch v.Period {
	case ThisMonth:
		return Span{month, month}
	case LastMonth:
		before := month.AddDate(0, -1, 0)
		return Span{before, before}
	case Last3Months:
		return Span{complete.AddDate(0, -2, 0), complete}
	case Last12Months:
		return Span{complete.AddDate(0, -11, 0), complete}
	case YearToDate:
		return Span{day(asOf.Year(), time.January, 1), month}
	case Custom:
		if s, ok := v.custom(); ok {
			return s
		}
	}
	v.Period = Usual(asOf)
	return v.Span(asOf)
}

// custom is the months from From to To, either of which may be left out.
func (v View) custom() (Span, bool) {
	first, err := time.Parse("2006-01", v.From)
	last, errTo := time.Parse("2006-01", v.To)
	switch {
	case err != nil && errTo != nil:
		return Span{}, false
	case err != nil:
		first = last
	case errTo != nil:
		last = first
	}
	s := Span{first, last}
	return s, !last.Before(first) && s.Months() <= mostMonths
}

// Against is what the view's months are compared with; not ok is nothing.
func (v View) Against(s Span) (Span, bool) {
	const year = 12
	switch v.Compare {
	case PreviousPeriod, "":
		return s.back(s.Months()), true
	case PreviousYear:
		return s.back(year), true
	case None:
	}
	return Span{}, false
}

// MonthOf is the view of one month alone.
func (v View) MonthOf(month time.Time) View {
	v.Period, v.From, v.To = Custom, month.Format("2006-01"), month.Format("2006-01")
	return v
}
