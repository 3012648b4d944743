package web

import (
	"net/url"
	"time"
)

// mostRead is how many entries are summed up at once.
const mostRead = 50_000

// longestRead is how many days are looked at where nobody says how many.
const longestRead = 366

// readLedger sums up the entries of some days, both with them. Of more than can be summed
// up the latest days are, whole: since is their first, "" where they are all.
func (v *visit) readLedger(s *sums, t tenant, from, to, client string) (since string, err error) {
	err = v.heavily(func() (err error) {
		since, err = v.sumUpLatest(s, t, from, to, client)
		return err
	})
	return since, err
}

func (v *visit) sumUpLatest(s *sums, t tenant, from, to, client string) (since string, err error) {
	for {
		whole, err := v.sumUp(s, t, from, to, client)
		if err != nil || whole {
			return since, err
		}
		later, ok := laterHalf(from, to, v.h.Now().UTC())
		if !ok { // one day that has more than that
			return from, nil
		}
		from, since = later, later
	}
}

// sumUp sums up the entries of some days; not whole where there are more than it takes.
func (v *visit) sumUp(s *sums, t tenant, from, to, client string) (whole bool, err error) {
	s.found = map[readings]*readings{}
	q := v.of(t)
	q.Set("limit", "1000")
	for name, value := range map[string]string{"from": from, "to": to, "client": client} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for read := 0; read < v.h.mostRead; {
		next, n, err := v.sumPage(s, q)
		if err != nil || next == "" {
			return err == nil, err
		}
		read += n
		q.Set("cursor", next)
	}
	return false, nil
}

func (v *visit) sumPage(s *sums, q url.Values) (next string, n int, err error) {
	entries, next, err := asked[[]disclosure](v, "/v1/ledger", q)
	for _, e := range entries {
		s.take(e)
	}
	return next, len(entries), err
}

// laterHalf is the first day of the later half of some days; not ok of a single day.
func laterHalf(from, to string, now time.Time) (day string, ok bool) {
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		last = now.Truncate(24 * time.Hour)
	}
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		first = last.AddDate(0, 0, -longestRead)
	}
	days := int(last.Sub(first).Hours() / 24)
	if days < 1 {
		return "", false
	}
	return first.AddDate(0, 0, (days+1)/2).Format(time.DateOnly), true
}
