package request

import (
	"time"

	"archwire"
	"archwire/internal/serve/problem"
)

// Begin reads when something begins, as a member of a body says it: at the start
// of a day in UTC, or at an instant. It is zero where there is none.
func Begin(field string, text *string) (time.Time, error) { return moment(field, text, 0) }

// End reads when something ends: after a day in UTC, or at an instant. It is zero
// where there is none, and nowhere else: what is zero never ends.
func End(field string, text *string) (time.Time, error) { return moment(field, text, 1) }

func moment(field string, text *string, daysAfter int) (time.Time, error) {
	if text == nil {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.DateOnly, *text)
	if err == nil {
		at = at.AddDate(0, 0, daysAfter)
	} else {
		at, err = time.Parse(time.RFC3339, *text)
	}
	const first, last = 1970, 9999 // the zero time is before, what cannot be written after
	if year := at.UTC().Year(); err != nil || year < first || year > last {
		return time.Time{}, problem.Wrong(field, field+" is not a day or an instant.",
			"Write a day, which is one of UTC, as 2026-12-31, or an instant as 2026-12-31T08:00:00Z; leave it out if there is none.")
	}
	return at, nil
}

// Day reads the value of a parameter that is a day; zero when there is none.
func Day(p Parameters, name string) (time.Time, error) {
	text, err := p.One(name)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	d, err := archwire.ParseDay(text)
	if err != nil {
		return time.Time{}, problem.Wrong(name, name+" is not a date.", "Write it as 2026-11-20.")
	}
	if year := d.Time().Year(); year < 1000 || year > 9000 {
		return time.Time{}, problem.Wrong(name, name+" is in a year without data.", "Name a day between the years 1000 and 9000.")
	}
	return d.Time(), nil
}
