// Package schedule says when a project runs: five cron fields, read in a time
// zone whose clocks are put forward and back.
package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Words say what a Cron may be written as.
const Words = `five fields (minute, hour, day of month, month, day of week) of numbers, *, -, / and commas, such as "30 1 * * *"`

// A Cron is a schedule in five fields: minute, hour, day of month, month, day of
// week. A field is *, a number, a range 1-5, either with a step (*/15, 8-18/2;
// 5/15 is 5-59/15), or several of these with commas. Sunday is 0 or 7. When
// neither the day of month nor the day of week begins with *, a day that fits
// one of them is enough, as cron has always had it.
type Cron struct {
	text                           string
	minute, hour, day, month, week uint64 // bit n: the value n fits
	anyDay, anyWeek                bool   // the field begins with *
}

// fields are the fields in their order, and what they may hold.
var fields = [5]struct {
	what     string // with its article
	low, top int
}{{"a minute", 0, 59}, {"an hour", 0, 23}, {"a day of month", 1, 31}, {"a month", 1, 12}, {"a day of week", 0, 7}}

// Parse reads five fields. A schedule that never comes, such as 30 February, is
// an error too.
func Parse(s string) (Cron, error) {
	words := strings.Fields(s)
	if len(words) != len(fields) {
		return Cron{}, fmt.Errorf("has %d fields; write %s", len(words), Words)
	}
	c := Cron{text: strings.Join(words, " "), anyDay: words[2][0] == '*', anyWeek: words[4][0] == '*'}
	for i, into := range []*uint64{&c.minute, &c.hour, &c.day, &c.month, &c.week} {
		bits, ok := parseField(words[i], fields[i].low, fields[i].top)
		if !ok {
			f := fields[i]
			return Cron{}, fmt.Errorf("%q is not %s; write %d to %d, *, a range such as %d-%d, a step such as */2, or several with commas",
				words[i], f.what, f.low, f.top, f.low, f.top)
		}
		*into = bits
	}
	if c.week&(1<<7) != 0 {
		c.week |= 1
	}
	if !c.comes() {
		return Cron{}, errors.New("never comes: none of these months has that day")
	}
	return c, nil
}

// String is the schedule's five fields, one space apart.
func (c Cron) String() string { return c.text }

// Set says whether there is a schedule at all; the zero Cron is none.
func (c Cron) Set() bool { return c.text != "" }

// parseField is the set of values that a field names.
func parseField(s string, low, top int) (bits uint64, ok bool) {
	for part := range strings.SplitSeq(s, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			if step, ok = number(stepText); !ok || step < 1 || step > top {
				return 0, false
			}
		}
		from, to := low, top
		if span != "*" {
			fromText, toText, ranged := strings.Cut(span, "-")
			if from, ok = number(fromText); !ok || from < low || from > top {
				return 0, false
			}
			switch {
			case ranged:
				if to, ok = number(toText); !ok || to < from || to > top {
					return 0, false
				}
			case !stepped:
				to = from
			}
		}
		for n := from; n <= to; n += step {
			bits |= 1 << n
		}
	}
	return bits, true
}

func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && len(s) <= 2 && s[0] >= '0' && s[0] <= '9'
}

// comes says whether any day fits. Where weekdays are named it does: every day of
// a month is every weekday in some year.
func (c Cron) comes() bool {
	if !c.anyWeek && !c.anyDay {
		return true // a weekday is enough
	}
	longest := [...]int{1: 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for m := 1; m <= 12; m++ {
		if c.month&(1<<m) != 0 && c.day&(1<<(longest[m]+1)-1) != 0 {
			return true
		}
	}
	return false
}

// fitsDay says whether the schedule names a calendar day.
func (c Cron) fitsDay(day time.Time) bool {
	if c.month&(1<<day.Month()) == 0 {
		return false
	}
	inMonth, inWeek := c.day&(1<<day.Day()) != 0, c.week&(1<<day.Weekday()) != 0
	if c.anyDay || c.anyWeek {
		return inMonth && inWeek
	}
	return inMonth || inWeek
}
