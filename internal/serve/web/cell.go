package web

import (
	"strconv"
	"strings"
	"time"
)

// A cell is a value: a text, and where it leads.
type cell struct {
	Text, Small   string
	Raw, RawSmall string // the values themselves, as files have them; "" is the text
	To            string
	Class         string // better, worse, warning, code
	Figures       bool
	Actions       []link // what can be done
}

func text(s string) cell { return cell{Text: s} }

func code(s string) cell { return cell{Text: s, Class: "code"} }

func numeral(s string) cell { return cell{Text: s, Figures: true} }

// number is a number, by itself in files.
func (w words) number(n int64) cell {
	return cell{Text: w.count(n), Raw: strconv.FormatInt(n, 10), Figures: true}
}

// size is a number of bytes as people say it, by itself in files.
func (w words) size(n int64) cell {
	return cell{Text: w.bytes(n), Raw: strconv.FormatInt(n, 10), Figures: true}
}

// took is a length of time as people say it; in files seconds.
func took(seconds float64) cell {
	return cell{Text: lasts(seconds), Raw: strconv.FormatFloat(seconds, 'f', -1, 64), Figures: true}
}

// at is an instant as people say it, or "never"; by itself in files.
func (w words) at(t *time.Time) cell {
	if t == nil {
		return cell{Text: w.when(t)}
	}
	return cell{Text: w.when(t), Raw: instant(*t)}
}

// dayOf is the day of an instant as people say it; in files the instant.
func (w words) dayOf(t time.Time) cell { return cell{Text: w.Date(t), Raw: instant(t)} }

// instant is one as files have it.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// listed is the first few of many; in files all of them.
func listed(names []string) cell {
	return cell{Text: few(names), Raw: strings.Join(names, ", "), Class: "wide"}
}

// again is a cell below another one of the same value: pages leave it blank, and files
// repeat it.
func (c cell) again() cell { return cell{Raw: c.whole()} }

// date is a day as people say it; in files as it is.
func (w words) date(text string) cell { return cell{Text: w.day(text), Raw: text, Class: "date"} }
