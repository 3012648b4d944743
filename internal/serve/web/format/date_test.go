package format

import (
	"testing"
	"time"
)

func on(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestDatesForPeople(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	f := New("en-US", denver)
	nov20 := on(2026, time.November, 20)
	at := time.Date(2026, time.November, 21, 3, 14, 0, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"a day", f.Day(nov20), "Fri Nov 20"},
		{"a date", f.Date(nov20), "Nov 20, 2026"},
		{"an instant of the evening before", f.Instant(at), "Fri Nov 20, 20:14"},
		{"a moment", f.Moment(at), "Nov 20, 2026, 20:14"},
		{"an instant in UTC", Format{}.Instant(at), "Sat Nov 21, 03:14"},
		{"in winter", f.Clock(time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)), "05:00"},
		{"in summer", f.Clock(time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)), "06:00"},
		{"day", f.Period("day", nov20), "Fri Nov 20"},
		{"week", f.Period("week", on(2026, time.November, 16)), "week of Nov 16"},
		{"month", f.Period("month", on(2026, time.November, 1)), "Nov 2026"},
		{"quarter", f.Period("quarter", on(2026, time.October, 1)), "Q4 2026"},
		{"year", f.Period("year", on(2026, time.January, 1)), "2026"},
		{"the first month of an axis", f.Tick("month", on(2025, time.November, 1), true), "Nov\n2025"},
		{"a month of an axis", f.Tick("month", on(2025, time.December, 1), false), "Dec"},
		{"January on an axis", f.Tick("month", on(2026, time.January, 1), false), "Jan\n2026"},
		{"a quarter of an axis", f.Tick("quarter", on(2026, time.April, 1), false), "Q2"},
		{"a year of an axis", f.Tick("year", on(2026, time.January, 1), true), "2026"},
		{"the first week of a year", f.Tick("week", on(2027, time.January, 4), false), "Jan 4\n2027"},
		{"a day of an axis", f.Tick("day", nov20, false), "Nov 20"},
		{"days of a month", seen(f.Range(on(2026, time.November, 1), nov20)), "Nov 1 – 20, 2026"},
		{"days of a year", seen(f.Range(on(2026, time.January, 1), nov20)), "Jan 1 – Nov 20, 2026"},
		{"days of two years", seen(f.Range(on(2025, time.December, 1), nov20)), "Dec 1, 2025 – Nov 20, 2026"},
		{"one day", f.Range(nov20, nov20), "Nov 20, 2026"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

// The expected texts are those of CLDR's abbreviated formats.
func TestDatesByLanguage(t *testing.T) {
	for header, want := range map[string][5]string{
		"en-GB": {"Fri 20 Nov", "20 Nov 2026", "Nov 2026", "Q4 2026", "1 – 20 Nov 2026"},
		"de":    {"Fr., 20. Nov.", "20. Nov. 2026", "Nov. 2026", "Q4 2026", "1. – 20. Nov. 2026"},
		"fr":    {"ven. 20 nov.", "20 nov. 2026", "nov. 2026", "T4 2026", "1 – 20 nov. 2026"},
		"es":    {"vie, 20 nov", "20 nov 2026", "nov 2026", "T4 2026", "1 – 20 nov 2026"},
		"pt":    {"sex., 20 de nov.", "20 de nov. de 2026", "nov. de 2026", "T4 de 2026", "1 – 20 de nov. de 2026"},
		"nl":    {"vr 20 nov", "20 nov 2026", "nov 2026", "K4 2026", "1 – 20 nov 2026"},
	} {
		f := New(header, nil)
		nov20, nov1 := on(2026, time.November, 20), on(2026, time.November, 1)
		got := [5]string{f.Day(nov20), f.Date(nov20), f.Period("month", nov1), f.Period("quarter", on(2026, time.October, 1)), seen(f.Range(nov1, nov20))}
		if got != want {
			t.Errorf("Accept-Language %q: %q, want %q", header, got, want)
		}
	}
}
