package schedule

import "time"

// horizon is how far ahead a schedule is looked for: from one 29 February to the
// next that falls on a given weekday it is at most 40 years.
const horizon = 41 * 366

// Next is the first time after t at which the schedule comes by the clocks of
// zone. On the days when clocks are changed, a time that does not exist comes at
// the first moment after the gap, and a time that exists twice comes once, the
// first time. The zero time says that it does not come within 40 years.
func (c Cron) Next(t time.Time, zone *time.Location) time.Time {
	// Begun two days early: what falls into a gap comes when the gap is over,
	// which may be another day.
	y, m, d := t.In(zone).Date()
	for i := -2; i < horizon; i++ {
		day := time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC)
		if !c.fitsDay(day) {
			continue
		}
		for hour := range 24 {
			if c.hour&(1<<hour) == 0 {
				continue
			}
			for minute := range 60 {
				if c.minute&(1<<minute) == 0 {
					continue
				}
				at := reached(day.Add(time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute), zone)
				if at.After(t) {
					return at
				}
			}
		}
	}
	return time.Time{}
}

// Due is the last time in (last, now] at which the schedule came, however often
// it did: what was missed is caught up once. The zero time says that it did not.
func (c Cron) Due(last, now time.Time, zone *time.Location) time.Time {
	const day = 24 * time.Hour
	for _, back := range []time.Duration{time.Hour, day, 32 * day, 367 * day, horizon * day} {
		from := now.Add(-back)
		if from.Before(last) {
			from = last
		}
		var due time.Time
		for at := c.Next(from, zone); !at.IsZero() && !at.After(now); at = c.Next(at, zone) {
			due = at
		}
		if !due.IsZero() || from.Equal(last) {
			return due
		}
	}
	return time.Time{}
}

// reached is the first moment at which the clocks of zone show the time that
// wall shows in UTC, or a later one.
func reached(wall time.Time, zone *time.Location) time.Time {
	at := wall.Add(-48 * time.Hour).In(zone) // clocks show an earlier time then, wherever zone is
	for {
		_, offset := at.Zone()
		begins, ends := at.ZoneBounds()
		shown := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case !begins.IsZero() && shown.Before(begins):
			return begins // the clocks were put forward, past wall
		case ends.IsZero() || shown.Before(ends):
			return shown.In(zone)
		}
		at = ends
	}
}
