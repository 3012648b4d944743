package tile

import "time"

// period is what the period that begins then is called: Oct 2026, or Aug 2026 – Oct 2026
// where periods have several months.
func (w writer) period(start time.Time) string {
	first := w.f.Period(w.t.Grain, start)
	if w.t.Span < 2 {
		return first
	}
	return first + " – " + w.f.Period(w.t.Grain, start.AddDate(0, w.t.Span-1, 0))
}
