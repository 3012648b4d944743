package api

import (
	"time"

	"archwire/internal/serve/problem"
)

// momentOf reads when something begins, as a member of a body says it: at the start
// of a day in UTC, or at an instant. It is zero where there is none.
func momentOf(field string, text *string) (time.Time, error) { return moment(field, text, 0) }

// endOf reads when something ends: after a day in UTC, or at an instant. It is zero
// where there is none, and nowhere else: what is zero never ends.
func endOf(field string, text *string) (time.Time, error) { return moment(field, text, 1) }

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
