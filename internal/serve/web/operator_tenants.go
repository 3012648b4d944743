package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

type operatedTenant struct {
	ID          string     `json:"id"`
	Label       string     `json:"label"`
	Timezone    string     `json:"timezone"`
	Rows        int64      `json:"rows"`
	Bytes       int64      `json:"bytes"`
	DisclosedAt *time.Time `json:"disclosed_at"`
	People      int        `json:"people"`
	Admins      int        `json:"admins"`
	Clients     []string   `json:"clients"`
}

func showTenants(v *visit) error {
	n := v.service.Noun
	page := officePage{Title: capital(n.Plural), About: "Of the publication in service. Times are UTC.", Command: "archwire tenants"}
	all, _, err := asked[[]operatedTenant](v, "/v1/operator/tenants", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	g := grid{Columns: headings(capital(n.Singular), "#Rows", "#Size", "Last read", "#People", "Clients with a grant", ""), Empty: "Nothing is in service yet."}
	var rows, bytes int64
	for _, t := range all {
		rows, bytes = rows+t.Rows, bytes+t.Bytes
		people := numeral(strconv.Itoa(t.People))
		if t.Admins == 0 {
			people.Small = "no admin"
		}
		read := text("not within a week")
		if t.DisclosedAt != nil {
			read = w.at(t.DisclosedAt)
		}
		of := "?" + url.Values{n.Singular: {t.ID}}.Encode()
		g.Rows = append(g.Rows, line{ID: "tenant-" + t.ID, Cells: []cell{
			{Text: t.Label, Small: t.ID + " · " + t.Timezone, To: "/" + of},
			w.number(t.Rows), w.size(t.Bytes), read, people,
			{Text: dash(strings.Join(t.Clients, ", ")), Class: "wide"},
			{Actions: []link{{Title: "Ledger", To: "/" + n.Singular + "/ledger" + of}, {Title: "View as", To: "/operator/view-as?" + url.Values{"tenant": {t.ID}}.Encode()}}},
		}})
	}
	page.Facts = []datum{{capital(n.Plural), strconv.Itoa(len(all)), ""}, {"Rows", w.count(rows), ""}, {"Slices", w.bytes(bytes), ""}}
	page.Tables = []grid{g}
	return v.office(page)
}
