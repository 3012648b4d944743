package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/format"
)

// An officePage tells how things are run: facts, tables, and what can be done.
type officePage struct {
	Title, About string
	Crumbs       []link
	Tenant       tenant       // whose page it is; zero of an operator's
	Command      string       // that does the same
	Also         string       // another one that tells the rest; "" is none
	Done         string       // what was done just now, in a sentence
	Problem      *ask.Problem // why it was not
	Alert        *alert       // what is wrong, and what to do
	Facts        []datum
	Picture      template.HTML // drawn by the server
	Live         bool          // it changes while it is looked at
	Tables       []grid
	Whole        *grid  // all that the tables say, as one; nil where each leaves as a file of its own
	Files        []link // to that one
	Links        []link // to other views of the page
	Form         any    // of what can be done, for the page's own template
}

// An alert is something that fails, with the sentence that says what to do.
type alert struct{ Says, Do string }

// A datum is a name and a value.
type datum struct{ Label, Value, Class string }

// A grid is a table.
type grid struct {
	Title, About string
	Empty        string // what to say where there are no rows
	Columns      []heading
	Rows         []line
	Folded       bool   // shown when it is asked for
	Pages        []link // to the rows before and after these
	Files        []link // to the same as a file
}

// A searchForm chooses rows by name.
type searchForm struct{ Path, Label, Sought string }

// A heading is that of a column.
type heading struct {
	Label   string
	Raw     string // what files call it; "" is the label
	Figures bool
}

// A line is a row of a grid; ID is what links lead to.
type line struct {
	ID    string
	Class string
	Cells []cell
}

// headings are columns of words, and of figures where a name begins with #.
func headings(names ...string) []heading {
	out := make([]heading, len(names))
	for i, name := range names {
		if out[i].Label = name; name != "" && name[0] == '#' {
			out[i] = heading{Label: name[1:], Figures: true}
		}
	}
	return out
}

// asked is the data of what the API answers.
func asked[T any](v *visit, path string, q url.Values) (data T, next string, err error) {
	a, err := v.ask.Get(v.ctx, path, q)
	if err != nil {
		return data, "", err
	}
	doc := struct {
		Data *T `json:"data"`
		Page struct {
			Next string `json:"next"`
		} `json:"page"`
	}{Data: &data}
	err = a.Into(&doc)
	return data, doc.Page.Next, err
}

// office answers with a page of operators. While nothing is in service it says so first.
func (v *visit) office(page officePage) error {
	if v.unserved != nil && page.Alert == nil {
		page.Alert = &alert{v.unserved.Detail, v.unserved.Hint}
	}
	return v.render("office", page)
}

// untold answers with a page whose answer cannot be had now: it says why, and still
// names the command that tells the same.
func (v *visit) untold(page officePage, err error) error {
	p, ok := errors.AsType[*ask.Problem](err)
	if !ok || p.Status != http.StatusServiceUnavailable {
		return err
	}
	page.Alert = &alert{p.Detail, p.Hint}
	return v.renderStatus(p.Status, "office", page)
}

// words writes what operators read: in the viewer's language, by the clocks of UTC.
type words struct{ format.Format }

func (v *visit) words() words { return words{format.New(v.r.Header.Get("Accept-Language"), nil)} }

// wordsOf writes by the clocks of a tenant.
func (v *visit) wordsOf(t tenant) words {
	return words{format.New(v.r.Header.Get("Accept-Language"), zoneOf(t))}
}

// zoneOf is a tenant's; UTC where it has none that is known.
func zoneOf(t tenant) *time.Location {
	zone, err := time.LoadLocation(t.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func (w words) count(n int64) string { return w.Count(strconv.FormatInt(n, 10)) }

// when is an instant, or "never".
func (w words) when(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return w.Instant(*t)
}

// bytes is a size as people say it.
func (w words) bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	i, rest := 0, n
	for ; rest >= 1000 && i < len(units)-1; i++ {
		n, rest = rest, rest/1000
	}
	if i == 0 || rest >= 100 {
		return w.count(rest) + " " + units[i]
	}
	tenths := (n + 50) / 100 // of what is left in the unit before
	return w.Exact(strconv.FormatInt(tenths/10, 10)+"."+strconv.FormatInt(tenths%10, 10), "") + " " + units[i]
}

// lasts is a length of time as people say it.
func lasts(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Hour:
		return both(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	case d < 48*time.Hour:
		return both(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	return strconv.Itoa(int(d.Hours()/24)) + " days"
}

// both is an amount of two units, of which the smaller may be nothing.
func both(n int, unit string, rest int, smaller string) string {
	out := strconv.Itoa(n) + " " + unit
	if rest > 0 {
		out += " " + strconv.Itoa(rest) + " " + smaller
	}
	return out
}

// day is a date as people say it: 2026-11-20 is Fri Nov 20.
func (w words) day(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return dash(text)
	}
	return w.Day(t)
}

// lastDay is the last day before an instant at which something ends, by UTC, as the API
// takes days.
func (w words) lastDay(end time.Time) string { return w.Date(dayBefore(end)) }

// lastDate is that day as files have it.
func lastDate(end time.Time) string { return dayBefore(end).Format(time.DateOnly) }

func dayBefore(end time.Time) time.Time { return end.UTC().Add(-time.Second) }

// dash stands for what there is not.
func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
