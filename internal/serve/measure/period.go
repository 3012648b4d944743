package measure

import (
	"slices"
	"time"

	"archwire"
)

// A Grain is the length of a period. Weeks begin on Monday.
type Grain string

// grains lists the grains, shortest first.
func grains() []Grain { return []Grain{"day", "week", "month", "quarter", "year"} }

// start is the first day of the period that holds t.
func (g Grain) start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch g {
	case "week":
		return day(y, m, d-(int(t.Weekday())+6)%7)
	case "month":
		return day(y, m, 1)
	case "quarter":
		return day(y, m-(m-1)%3, 1)
	case "year":
		return day(y, 1, 1)
	}
	return day(y, m, d)
}

// add is the first day of the period n periods after the one that begins at t.
func (g Grain) add(t time.Time, n int) time.Time {
	switch g {
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	case "quarter":
		return t.AddDate(0, 3*n, 0)
	case "year":
		return t.AddDate(n, 0, 0)
	}
	return t.AddDate(0, 0, n)
}

// A Comparison is what a period is held against.
type Comparison string

const (
	PreviousPeriod Comparison = "previous_period"
	PreviousYear   Comparison = "previous_year"
)

func comparisons() []Comparison { return []Comparison{PreviousPeriod, PreviousYear} }

// before is the first day of the period that the one beginning at t is compared
// with. A week's previous year is the week 52 weeks earlier, so that both begin
// on Monday; the day a year before February 29 is February 28.
func (c Comparison) before(g Grain, t time.Time) time.Time {
	if c == PreviousPeriod {
		return g.add(t, -1)
	}
	switch g {
	case "week":
		return t.AddDate(0, 0, -52*7)
	case "day":
		if t.Month() == time.February && t.Day() == 29 {
			return t.AddDate(-1, 0, -1)
		}
	}
	return t.AddDate(-1, 0, 0)
}

// A Span is the days from the first to before the end.
type Span struct{ from, end time.Time }

// joined sorts spans and joins those that touch.
func joined(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.from.Compare(b.from) })
	var out []Span
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && !s.from.After(out[last].end) {
			if s.end.After(out[last].end) {
				out[last].end = s.end
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// A Calendar is the periods that a metric is answered for: all those of one
// grain from the first to the one that ends where the calendar does.
type Calendar struct {
	Grain   Grain
	Periods []time.Time // the first day of each
	End     time.Time   // the first day after the last
	asOf    time.Time
}

// maxPeriods is ten years of days.
const maxPeriods = 3660

// defaultPeriods is how many periods are answered when nobody says how many.
const defaultPeriods = 12

// newCalendar takes the periods that from and to fall into, and all between.
// Without from there are twelve, without to the last one is the last that asOf
// completes; with from alone the last one is that of asOf.
func newCalendar(g Grain, from, to, asOf time.Time) (Calendar, bool) {
	var first, last time.Time
	switch {
	case !to.IsZero():
		last = g.start(to)
	case !from.IsZero():
		last = later(g.start(asOf), g.start(from))
	default:
		last = g.add(g.start(asOf.AddDate(0, 0, 1)), -1)
	}
	if first = g.start(from); from.IsZero() {
		first = g.add(last, 1-defaultPeriods)
	}
	c := Calendar{Grain: g, End: g.add(last, 1), asOf: asOf}
	for p := first; p.Before(c.End); p = g.add(p, 1) {
		if c.Periods = append(c.Periods, p); len(c.Periods) > maxPeriods {
			return Calendar{}, false
		}
	}
	return c, true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// complete says whether the data reach to the end of the period beginning at p.
func (c Calendar) complete(p time.Time) bool {
	return !c.Grain.add(p, 1).After(c.asOf.AddDate(0, 0, 1))
}

// Spans is the days to be read: the periods and those they are compared with.
func (c Calendar) Spans(with []Comparison) []Span {
	out := []Span{{c.Periods[0], c.End}}
	last := c.Periods[len(c.Periods)-1]
	for _, w := range with {
		out = append(out, Span{w.before(c.Grain, c.Periods[0]), c.Grain.add(w.before(c.Grain, last), 1)})
	}
	return joined(out)
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// DayOf is the day that an instant falls on.
func DayOf(t time.Time) archwire.Day { return archwire.DayOf(t) }
