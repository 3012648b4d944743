package format

import "time"

// Value is a value of a table as people read it, by its unit: "date", "month" (a date, of
// which the day is the first), "instant", "" for text, or what numbers are of. What is
// not of its unit is shown as it is.
func (f Format) Value(text, unit string) string {
	form, show := time.DateOnly, f.Date
	switch unit {
	case "":
		return text
	case "date":
	case "month":
		show = func(t time.Time) string { return f.Period("month", t) }
	case "instant":
		form, show = time.RFC3339, f.Moment
	default:
		if Valid(text) {
			return f.Exact(text, unit)
		}
		return text
	}
	t, err := time.Parse(form, text)
	if err != nil {
		return text
	}
	return show(t)
}

// Timed says whether values of a unit are times.
func Timed(unit string) bool { return unit == "date" || unit == "month" || unit == "instant" }

// Figures says whether values of a unit are numbers, which stand right-aligned.
func Figures(unit string) bool { return unit != "" && !Timed(unit) }
