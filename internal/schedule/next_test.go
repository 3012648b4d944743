package schedule_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the rules of the zones, the same on every machine

	"pgregory.net/rapid"

	"archwire/internal/schedule"
)

func parse(tb interface{ Fatal(args ...any) }, s string) schedule.Cron {
	c, err := schedule.Parse(s)
	if err != nil {
		tb.Fatal(s, err)
	}
	return c
}

func in(tb interface{ Fatal(args ...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

func stamp(tb interface{ Fatal(args ...any) }, s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// The switch days are those of the zones' laws: America/Denver left 02:00 for
// 03:00 on 8 March 2026 and 02:00 for 01:00 on 1 November; Lord Howe moves half
// an hour; Samoa had no 30 December 2011.
func TestNext_OnTheDaysWhenClocksAreChanged(t *testing.T) {
	for _, test := range []struct {
		name, cron, zone, after string
		want                    []string
	}{
		{
			"an ordinary night", "30 1 * * *", "America/Denver", "2026-11-20T12:00:00-07:00",
			[]string{"2026-11-21T01:30:00-07:00", "2026-11-22T01:30:00-07:00"},
		},
		{
			"a time that does not exist comes after the gap", "30 2 * * *", "America/Denver", "2026-03-07T12:00:00-07:00",
			[]string{"2026-03-08T03:00:00-06:00", "2026-03-09T02:30:00-06:00"},
		},
		{
			"several such times come once", "*/15 2 * * *", "America/Denver", "2026-03-07T12:00:00-07:00",
			[]string{"2026-03-08T03:00:00-06:00", "2026-03-09T02:00:00-06:00"},
		},
		{
			"a time that exists twice comes once", "30 1 * * *", "America/Denver", "2026-10-31T12:00:00-06:00",
			[]string{"2026-11-01T01:30:00-06:00", "2026-11-02T01:30:00-07:00"},
		},
		{
			"every half hour, over the hour that comes twice", "*/30 * * * *", "America/Denver", "2026-11-01T00:45:00-06:00",
			[]string{"2026-11-01T01:00:00-06:00", "2026-11-01T01:30:00-06:00", "2026-11-01T02:00:00-07:00"},
		},
		{
			"half an hour is left out", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"},
		},
		{
			"a whole day is left out", "30 1 * * *", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T01:30:00+14:00"},
		},
		{
			"a day of month or a day of week", "0 0 13 * 5", "UTC", "2026-11-07T00:00:00Z",
			[]string{"2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z"},
		},
		{"a leap day, over 1900's like", "0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", []string{"2104-02-29T00:00:00Z"}},
		{"Sunday is 7 too", "0 0 * * 7", "UTC", "2026-11-16T00:00:00Z", []string{"2026-11-22T00:00:00Z"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, zone, at := parse(t, test.cron), in(t, test.zone), stamp(t, test.after)
			for _, want := range test.want {
				at = c.Next(at, zone)
				if got := at.Format(time.RFC3339); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		})
	}
}

// zones have changes of an hour, half an hour and two hours, at midnight too,
// around the year's end, with negative summer time and by whole days, and
// offsets that are no whole hours or minutes.
var zones = []string{
	"UTC", "America/Denver", "America/Phoenix", "America/St_Johns", "Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe",
	"Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Antarctica/Troll", "America/Sao_Paulo", "Asia/Gaza", "Africa/Monrovia",
}

// fires says, field by field from the text, whether cron means a time of the
// clock. It shares nothing with the code under test.
func fires(cron string, wall time.Time) bool {
	f := strings.Fields(cron)
	fits := func(field string, n, bottom, top int) bool {
		for part := range strings.SplitSeq(field, ",") {
			span, step, stepped := strings.Cut(part, "/")
			every := 1
			if stepped {
				every, _ = strconv.Atoi(step)
			}
			low, high := bottom, top
			if span != "*" {
				a, b, ranged := strings.Cut(span, "-")
				low, _ = strconv.Atoi(a)
				if ranged {
					high, _ = strconv.Atoi(b)
				} else if !stepped {
					high = low
				}
			}
			if n >= low && n <= high && (n-low)%every == 0 {
				return true
			}
		}
		return false
	}
	day := fits(f[2], wall.Day(), 1, 31)
	weekday := fits(f[4], int(wall.Weekday()), 0, 7) || wall.Weekday() == 0 && fits(f[4], 7, 0, 7)
	days := day && weekday
	if f[2][0] != '*' && f[4][0] != '*' {
		days = day || weekday
	}
	return days && fits(f[3], int(wall.Month()), 1, 12) && fits(f[0], wall.Minute(), 0, 59) && fits(f[1], wall.Hour(), 0, 23)
}

// enumerate watches the clocks of a zone second by second where they are changed
// and minute by minute elsewhere: whenever they show a time that they have never
// shown, all the minutes since the latest that they had shown have come.
func enumerate(cron string, zone *time.Location, from, to time.Time) []time.Time {
	shown := func(at time.Time) time.Time {
		_, offset := at.In(zone).Zone()
		return at.UTC().Add(time.Duration(offset) * time.Second)
	}
	at := from.Add(-50 * time.Hour)
	latest := shown(at)
	var out []time.Time
	for !at.After(to) {
		at = at.Add(30 * time.Second)
		now := shown(at)
		if !now.After(latest) {
			continue
		}
		came := false
		for m := latest.Truncate(time.Minute).Add(time.Minute); !m.After(now); m = m.Add(time.Minute) {
			came = came || fires(cron, m)
		}
		latest = now
		if came && at.After(from) && !at.After(to) {
			out = append(out, at)
		}
	}
	return out
}

func drawCron(t *rapid.T) string {
	field := func(name string, low, top int, wild bool) string {
		number := rapid.IntRange(low, top)
		switch rapid.IntRange(0, 4).Draw(t, name) {
		case 0:
			return strconv.Itoa(number.Draw(t, name))
		case 1:
			a := number.Draw(t, name)
			return fmt.Sprintf("%d-%d", a, rapid.IntRange(a, top).Draw(t, name))
		case 2:
			return "*/" + strconv.Itoa(rapid.IntRange(1, top).Draw(t, name))
		case 3:
			if wild {
				return "*"
			}
			return fmt.Sprintf("%d,%d", number.Draw(t, name), number.Draw(t, name))
		}
		return fmt.Sprintf("%d/%d", number.Draw(t, name), rapid.IntRange(1, max(top/2, 1)).Draw(t, name))
	}
	return strings.Join([]string{
		field("minute", 0, 59, false), field("hour", 0, 23, true), field("day", 1, 31, true), "*", field("weekday", 0, 7, true),
	}, " ")
}

// changes are the moments around which the zones' clocks are changed: both of
// this year's, and the odd ones of the past.
var changes = []string{
	"2026-03-08T09:00:00Z", "2026-11-01T08:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-10-03T15:30:00Z",
	"2026-04-04T15:00:00Z", "2011-12-30T10:00:00Z", "2026-02-15T02:00:00Z", "2026-03-22T02:00:00Z", "2010-11-07T02:31:00Z",
	"2018-11-04T03:00:00Z", "2018-02-18T02:00:00Z", "1972-01-07T00:44:30Z", "2026-09-26T14:00:00Z", "2026-07-01T00:00:00Z",
}

func TestNext_IsWhatWatchingTheClockGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cron := drawCron(t)
		c, err := schedule.Parse(cron)
		if err != nil {
			t.Fatalf("%q is a schedule: %v", cron, err)
		}
		name := rapid.SampledFrom(zones).Draw(t, "zone")
		zone := in(t, name)
		from := stamp(t, rapid.SampledFrom(changes).Draw(t, "around")).
			Add(-time.Duration(rapid.IntRange(0, 30*60).Draw(t, "minutes before")) * time.Minute)
		to := from.Add(60 * time.Hour)
		at := from
		for i, want := range enumerate(cron, zone, from, to) {
			at = c.Next(at, zone)
			if !at.Equal(want) {
				t.Fatalf("%s in %s: time %d after %v is %v, want %v", cron, name, i, from, at.UTC(), want.UTC())
			}
		}
		if after := c.Next(at, zone); !after.IsZero() && !after.After(to) {
			t.Fatalf("%s in %s comes at %v, which the clock does not show", cron, name, after.UTC())
		}
	})
}

func TestDue_IsTheLastTimeThatWasMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cron := drawCron(t)
		c, err := schedule.Parse(cron)
		if err != nil {
			t.Fatalf("%q is a schedule: %v", cron, err)
		}
		zone := in(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		now := stamp(t, rapid.SampledFrom(changes).Draw(t, "around")).Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute)
		last := now.Add(-time.Duration(rapid.IntRange(0, 60*60).Draw(t, "minutes since the last")) * time.Minute)
		var want time.Time
		if times := enumerate(cron, zone, last, now); len(times) > 0 {
			want = times[len(times)-1]
		}
		if got := c.Due(last, now, zone); !got.Equal(want) {
			t.Fatalf("%s in %s: due in (%v, %v] is %v, want %v", cron, zone, last, now, got.UTC(), want.UTC())
		}
	})
}

func TestDue_OfLongAgoIsCaughtUpOnce(t *testing.T) {
	c, zone := parse(t, "30 1 * * *"), in(t, "America/Denver")
	got := c.Due(stamp(t, "2020-01-01T00:00:00Z"), stamp(t, "2026-11-21T08:29:59Z"), zone)
	if want := stamp(t, "2026-11-20T08:30:00Z"); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := c.Due(got, stamp(t, "2026-11-21T08:29:59Z"), zone); !got.IsZero() {
		t.Errorf("it is due again at %v", got)
	}
}
