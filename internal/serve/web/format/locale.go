package format

import "golang.org/x/text/language"

// A locale is how a language writes numbers and dates, as CLDR has it. In the
// patterns of dates {w} is the weekday, {d} the day, {m} the month, {q} the
// quarter and {y} the year.
type locale struct {
	tag          string
	group, point string
	sparse       bool   // numbers of four digits are not grouped
	money        string // # is the amount in US dollars
	months       [12]string
	weekdays     [7]string // from Sunday
	day          string    // Nov 20
	weekday      string    // Fri Nov 20
	date         string    // Nov 20, 2026
	within       [2]string // the ends of a range of days within a month
	month        string    // Nov 2026
	quarter      string    // Q4 2026
	week         string    // before the first day of a week
}

// as is the locale of f.
func (f Format) as() *locale {
	if f.locale == nil {
		return &locales[0]
	}
	return f.locale
}

// groupFrom is how many digits a number has that is grouped.
func (l *locale) groupFrom() int {
	if l.sparse {
		return len("10000")
	}
	return len("1000")
}

// Language is the language that numbers and dates are written in, as HTML's lang
// takes it.
func (f Format) Language() string { return f.as().tag }

// longest is how much of an Accept-Language header is read; browsers send less.
const longest = 512

// matched is the locale that fits an Accept-Language header best.
func matched(acceptLanguage string) *locale {
	if len(acceptLanguage) > longest {
		return &locales[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return &locales[0]
	}
	_, i, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		i = 0
	}
	return &locales[i]
}

// matcher chooses among locales, by their place in the list.
var matcher = func() language.Matcher {
	tags := make([]language.Tag, len(locales))
	for i := range locales {
		tags[i] = language.MustParse(locales[i].tag)
	}
	return language.NewMatcher(tags)
}()
