package web

import (
	"slices"
	"time"
)

// A disclosure is an entry of the ledger, as the tenant is told of it.
type disclosure struct {
	At       time.Time `json:"at"`
	Outcome  string    `json:"outcome"`
	Client   string    `json:"client"`
	Person   string    `json:"person"`
	ViewedAs string    `json:"viewed_as"`
	Resource string    `json:"resource"`
	Name     string    `json:"name"`
	Profile  string    `json:"profile"`
	Grant    string    `json:"grant"`
	Rows     int64     `json:"rows"`
}

// spans are the times that the ledger is looked at over, in days back from today.
var spans = []struct {
	name, title string
	days        int
}{{"", "Since yesterday", 1}, {"week", "Last 7 days", 6}, {"month", "Last 30 days", 29}}

func showLedger(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	q := v.r.URL.Query()
	page := officePage{
		Title: "Who read what", Tenant: t,
		About: "Everybody who was told anything of " + t.Label + ", written down before it was sent. Times are those of " + dash(t.Timezone) + ".",
	}
	w := v.wordsOf(t)
	from, to := q.Get("from"), q.Get("to")
	for _, s := range spans {
		start := v.h.Now().UTC().AddDate(0, 0, -s.days).Format(time.DateOnly)
		chosen := from == "" && to == "" && q.Get("span") == s.name
		if chosen {
			from = start
		}
		more := []string{}
		if s.name != "" {
			more = []string{"span", s.name}
		}
		page.Links = append(page.Links, link{Title: s.title, To: v.pathAt("ledger", t, more...), Current: chosen})
	}
	page.Command = command(v.ledgerArgs(t, from, to, q.Get("client"))...)
	of := &sums{words: w}
	if of.people, err = v.namesOfPeople(t); err != nil {
		return err
	}
	if of.purposes, err = v.purposes(t); err != nil {
		return err
	}
	if of.datasets, of.metrics, err = v.namesOfThings(t); err != nil {
		return err
	}
	since, err := v.readLedger(of, t, from, to, q.Get("client"))
	if err != nil {
		return err
	}
	if since != "" {
		page.Alert = &alert{"There is more than is summed up here: these are the days from " + w.day(since) + " on.", "Choose earlier days, or one client; archwire ledger has all of them."}
	}
	byDay := of.byDay()
	page.Whole = &grid{Columns: wholeColumns(t)}
	for _, day := range byDay {
		page.Tables = append(page.Tables, dayGrid(w, day))
		for _, r := range day {
			page.Whole.Rows = append(page.Whole.Rows, wholeReading(w, t, r))
		}
	}
	if len(byDay) == 0 {
		page.Whole, page.Tables = nil, []grid{{Empty: "Nobody was told anything of " + t.Label + " in this time."}}
	}
	page.Form = ledgerForm{Action: "/" + v.service.Noun.Singular + "/ledger", Noun: v.service.Noun.Singular, Tenant: t.ID, From: from, To: to, Client: q.Get("client")}
	return v.render("ledger", page)
}

// ledgerArgs are those of the command that shows the same.
func (v *visit) ledgerArgs(t tenant, from, to, client string) []string {
	args := append([]string{"ledger"}, v.ofTenant(t)...)
	for _, flag := range [][2]string{{"--since", from}, {"--until", to}, {"--client", client}} {
		if flag[1] != "" {
			args = append(args, flag[0], flag[1])
		}
	}
	return args
}

// A ledgerForm chooses what of the ledger is shown.
type ledgerForm struct{ Action, Noun, Tenant, From, To, Client string }

// namesOfPeople are the people whom the viewer administers, by id.
func (v *visit) namesOfPeople(t tenant) (map[string]string, error) {
	people, _, err := asked[[]member](v, "/v1/people", v.of(t))
	out := map[string]string{v.me.ID: v.me.Name}
	for _, p := range people {
		out[p.Person] = p.Name
	}
	return out, err
}

// purposes are what grants were made for, by their ids.
func (v *visit) purposes(t tenant) (map[string]string, error) {
	grants, _, err := asked[[]grant](v, "/v1/grants", v.of(t))
	out := map[string]string{}
	for _, g := range grants {
		out[g.Grant] = g.Purpose
	}
	return out, err
}

func ledgerColumns() []heading {
	return headings("Who", "Was told of", "#Rows", "#Answers", "When", "Profile", "What for")
}

func dayGrid(w words, of []readings) grid {
	g := grid{Title: of[0].day, Columns: ledgerColumns()}
	before := ""
	for _, r := range of {
		row := reading(w, r)
		if r.who == before {
			row.Cells[0] = cell{}
		}
		before = r.who
		g.Rows = append(g.Rows, row)
	}
	return g
}

// wholeColumns are those of the file of all days.
func wholeColumns(t tenant) []heading {
	columns := slices.Concat(headings("Day"), ledgerColumns())
	columns[0].Label += " in " + zoneOf(t).String()
	return slices.Replace(columns, whenColumn+1, whenColumn+2, headings("First", "Last")...)
}

// wholeReading is a line of that file: the days are the tenant's, the instants UTC's.
func wholeReading(w words, t tenant, r readings) line {
	cells := slices.Concat([]cell{text(r.first.In(zoneOf(t)).Format(time.DateOnly))}, reading(w, r).Cells)
	return line{Cells: slices.Replace(cells, whenColumn+1, whenColumn+2, w.at(&r.first), w.at(&r.last))}
}

// whenColumn is the one of the times in ledgerColumns.
const whenColumn = 4

// reading is a line of what somebody was told on a day.
func reading(w words, r readings) line {
	when := w.Clock(r.first)
	if last := w.Clock(r.last); last != when {
		when += " – " + last
	}
	row := line{Cells: []cell{text(r.who), {Text: r.name, Small: r.what, Class: "wide"}, w.number(r.rows), w.number(r.answers), text(when), text(r.profile), {Text: r.why, Class: "wide"}}}
	if r.signed > 0 {
		row.Cells[3].Small = "by a link to the store"
	}
	if r.cut > 0 {
		row.Cells[3].Small = w.count(r.cut) + " broke off"
	}
	return row
}
