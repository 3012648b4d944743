package measure

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire"
)

func on(d string) time.Time { return archwire.Day(d).Time() }

func TestEveryDayIsInOnePeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(grains()).Draw(t, "grain")
		d := time.Unix(int64(rapid.IntRange(-20_000, 60_000).Draw(t, "day"))*(24*60*60), 0).UTC()
		start, end := g.start(d), g.add(g.start(d), 1)
		if d.Before(start) || !d.Before(end) {
			t.Fatalf("%s of %s is %s to %s", g, d, start, end)
		}
		if !g.start(end).Equal(end) || !g.start(end.AddDate(0, 0, -1)).Equal(start) {
			t.Fatalf("%s of %s: %s to %s is not a period", g, d, start, end)
		}
	})
}

func TestPeriodsBeginWhereTheCalendarSays(t *testing.T) {
	for _, c := range []struct {
		grain     Grain
		day, want string
	}{
		{"week", "2026-11-22", "2026-11-16"}, // a Sunday belongs to the Monday before
		{"week", "2026-11-23", "2026-11-23"},
		{"week", "2027-01-01", "2026-12-28"}, // ISO week 53 of 2026
		{"month", "2024-02-29", "2024-02-01"},
		{"quarter", "2026-12-31", "2026-10-01"},
		{"quarter", "2026-04-01", "2026-04-01"},
		{"year", "2026-12-31", "2026-01-01"},
		{"day", "2026-12-31", "2026-12-31"},
	} {
		if got := c.grain.start(on(c.day)); !got.Equal(on(c.want)) {
			t.Errorf("the %s of %s begins on %s, want %s", c.grain, c.day, got, c.want)
		}
	}
}

func TestComparedPeriods(t *testing.T) {
	for _, c := range []struct {
		with      Comparison
		grain     Grain
		day, want string
	}{
		{PreviousPeriod, "month", "2026-03-01", "2026-02-01"},
		{PreviousPeriod, "day", "2026-03-01", "2026-02-28"},
		{PreviousPeriod, "quarter", "2026-01-01", "2025-10-01"},
		{PreviousYear, "month", "2024-02-01", "2023-02-01"},
		{PreviousYear, "day", "2024-02-29", "2023-02-28"},
		{PreviousYear, "day", "2025-02-28", "2024-02-28"},
		{PreviousYear, "week", "2026-12-28", "2025-12-29"},
		{PreviousYear, "year", "2026-01-01", "2025-01-01"},
	} {
		if got := c.with.before(c.grain, on(c.day)); !got.Equal(on(c.want)) {
			t.Errorf("%s of the %s of %s is %s, want %s", c.with, c.grain, c.day, got.Format(time.DateOnly), c.want)
		}
	}
}

func TestCalendarChoosesWholePeriods(t *testing.T) {
	for _, c := range []struct {
		name           string
		grain          Grain
		from, to, asOf string
		first, end     string
		n, complete    int
	}{
		{"TwelveCompleteMonths", "month", "", "", "2026-11-20", "2025-11-01", "2026-11-01", 12, 12},
		{"TheLastDayCompletesItsMonth", "month", "", "", "2026-11-30", "2025-12-01", "2026-12-01", 12, 12},
		{"FromAloneRunsToToday", "month", "2026-10-15", "", "2026-11-20", "2026-10-01", "2026-12-01", 2, 1},
		{"ToAloneTakesTwelve", "quarter", "", "2026-05-01", "2026-11-20", "2023-07-01", "2026-07-01", 12, 12},
		{"BothAreWidened", "week", "2026-11-11", "2026-11-17", "2026-11-20", "2026-11-09", "2026-11-23", 2, 1},
		{"TheFutureIsNotComplete", "year", "2026-01-01", "2028-01-01", "2026-11-20", "2026-01-01", "2029-01-01", 3, 0},
		{"FromAfterToday", "month", "2027-02-01", "", "2026-11-20", "2027-02-01", "2027-03-01", 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cal, ok := newCalendar(c.grain, on(c.from), on(c.to), on(c.asOf))
			if !ok || !cal.Periods[0].Equal(on(c.first)) || !cal.End.Equal(on(c.end)) || len(cal.Periods) != c.n {
				t.Fatalf("%d periods from %s to before %s", len(cal.Periods), cal.Periods[0], cal.End)
			}
			complete := 0
			for _, p := range cal.Periods {
				if cal.complete(p) {
					complete++
				}
			}
			if complete != c.complete {
				t.Errorf("%d periods are complete, want %d", complete, c.complete)
			}
		})
	}
}

func TestSpansCoverWhatIsCompared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(grains()).Draw(t, "grain")
		from := on("2020-01-01").AddDate(0, 0, rapid.IntRange(0, 2000).Draw(t, "from"))
		cal, ok := newCalendar(g, from, from.AddDate(0, 0, rapid.IntRange(0, 900).Draw(t, "days")), on("2026-11-20"))
		if !ok {
			t.Fatal("too long")
		}
		spans := cal.Spans(comparisons())
		for i := 1; i < len(spans); i++ {
			if !spans[i-1].end.Before(spans[i].from) {
				t.Fatalf("spans %v overlap or touch", spans)
			}
		}
		covered := func(p time.Time) bool {
			for _, s := range spans {
				if !p.Before(s.from) && !g.add(p, 1).After(s.end) {
					return true
				}
			}
			return false
		}
		for _, p := range cal.Periods {
			if !covered(p) || !covered(PreviousPeriod.before(g, p)) {
				t.Fatalf("%s of %s or the one before is not read: %v", g, p, spans)
			}
			if year := PreviousYear.before(g, p); !covered(year) {
				t.Fatalf("%s of %s a year before is not read: %v", g, p, spans)
			}
		}
	})
}
