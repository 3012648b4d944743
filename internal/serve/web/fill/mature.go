package fill

import (
	"strconv"
	"strings"
	"time"
)

// matureOn is the day with which a period that ends then has a value; not ok where the
// metric does not say.
func (m Metric) matureOn(end time.Time) (time.Time, bool) {
	count, unit, _ := strings.Cut(m.Matures, " ")
	n, err := strconv.Atoi(count)
	switch {
	case err != nil:
		return time.Time{}, false
	case unit == "months":
		return end.AddDate(0, 0, 1).AddDate(0, n, -1), true // months end with months
	}
	return end.AddDate(0, 0, n), true
}

// immature says why a period of a cohort that ends then has no value; "" where nothing
// is to come.
func (b *Board) immature(m Metric, end time.Time) string {
	on, known := m.matureOn(end)
	switch {
	case !known:
		return "not complete yet"
	case on.After(b.AsOf):
		return "complete on " + b.Format.Date(on)
	}
	return ""
}
