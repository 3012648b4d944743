package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"archwire"
	"archwire/internal/project"
)

// momentOf reads when something begins: the start of a day in the project's time
// zone, an instant, or a time from now on. It is zero where text is empty.
func (a *app) momentOf(p *project.Project, flag, text string) (time.Time, error) {
	at, _, err := a.moment(p, flag, text)
	return at, err
}

// endOf reads when something ends: after a day, or as momentOf has it.
func (a *app) endOf(p *project.Project, flag, text string) (time.Time, error) {
	at, day, err := a.moment(p, flag, text)
	if day {
		at = at.AddDate(0, 0, 1)
	}
	return at, err
}

func (a *app) moment(p *project.Project, flag, text string) (at time.Time, day bool, err error) {
	if text == "" {
		return time.Time{}, false, nil
	}
	at, day, ok := a.read(p, text)
	const first, last = 1970, 9998 // the zero time, which is never, is before; what cannot be written, after
	if year := at.UTC().Year(); !ok || year < first || year > last {
		return time.Time{}, false, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s %s is not a time", flag, text),
			Hint: "Write a day as 2026-12-31, an instant as 2026-12-31T08:00:00Z, or a length of time as 90d or 12h; leave it out if there is none.",
		}
	}
	return at, day, nil
}

func (a *app) read(p *project.Project, text string) (at time.Time, day, ok bool) {
	if at, err := time.ParseInLocation(time.DateOnly, text, p.Schedule.Timezone); err == nil {
		return at, true, true
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, false, true
	}
	after, ok := lengthOf(text)
	return a.Now().Add(after), false, ok
}

// lengthOf reads a length of time: as Go writes it, or in whole days.
func lengthOf(text string) (time.Duration, bool) {
	const day, most = 24 * time.Hour, 100 * 366 // days
	if number, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(number)
		return time.Duration(n) * day, err == nil && 0 < n && n <= most
	}
	length, err := time.ParseDuration(text)
	return length, err == nil && length > 0
}
