package web

import (
	"net/url"
	"strconv"
	"strings"
)

// nights are how fresh what was in service was, day by day.
type nights struct {
	Timezone string `json:"timezone"`
	Days     []struct {
		Day  string `json:"day"`
		Runs string `json:"runs"`
	} `json:"days"`
	Sources []ofNight `json:"sources"`
	Tenants []ofNight `json:"tenants"`
}

type ofNight struct {
	Name   string   `json:"name"`
	Label  string   `json:"label"`
	States []string `json:"states"`
	Bad    int      `json:"bad"`
}

// pageTenants is how many tenants a page shows.
const pageTenants = 50

// nightGrids are a table of the runs and sources, and one of tenants: of these one page,
// and only those whose name holds what is searched for.
func (v *visit) nightGrids(w words, n nights) []grid {
	columns := []heading{{Label: ""}}
	for _, d := range n.Days {
		columns = append(columns, heading{Label: twoLines(w.day(d.Day)), Raw: d.Day})
	}
	all := grid{Title: "Runs and sources, by day", Columns: columns, About: "Days are those of " + n.Timezone + "."}
	all.Columns[0].Label = "What"
	runs := line{Cells: []cell{text("Runs")}}
	for _, d := range n.Days {
		runs.Cells = append(runs.Cells, nightCell(d.Runs))
	}
	all.Rows = append(all.Rows, runs)
	for _, s := range n.Sources {
		all.Rows = append(all.Rows, nightLine(cell{Text: "Source " + s.Name, Class: "wide"}, s.States))
	}
	if len(n.Tenants) == 0 {
		return []grid{all}
	}
	return []grid{all, v.nightTenants(columns, n)}
}

// twoLines lets a date break after its weekday, and nowhere else.
func twoLines(day string) string {
	weekday, rest, _ := strings.Cut(day, " ")
	return strings.TrimSpace(weekday + " " + strings.ReplaceAll(rest, " ", "\u00a0"))
}

func (v *visit) nightTenants(columns []heading, n nights) grid {
	noun := v.service.Noun
	q := v.r.URL.Query()
	var found []ofNight
	bad := 0
	for _, t := range n.Tenants {
		if t.Bad > 0 {
			bad++
		}
		if sought := strings.ToLower(strings.TrimSpace(q.Get("q"))); strings.Contains(strings.ToLower(t.Label), sought) || t.Name == sought {
			found = append(found, t)
		}
	}
	page, _ := strconv.Atoi(q.Get("page")) // none is the first
	pages := max((len(found)+pageTenants-1)/pageTenants, 1)
	page = min(max(page, 1), pages)
	columns = append([]heading{{Label: capital(noun.Singular)}}, columns[1:]...)
	g := grid{
		Title: capital(noun.Plural) + ", by day", Columns: columns, Empty: "There is none of that name.",
		About: strconv.Itoa(bad) + " of " + strconv.Itoa(len(n.Tenants)) + " had a day that was not in time; the worst come first.",
	}
	if v.wholeAsked() {
		page, pages = 1, 1
	} else {
		found = found[min((page-1)*pageTenants, len(found)):min(page*pageTenants, len(found))]
	}
	for _, t := range found {
		g.Rows = append(g.Rows, nightLine(cell{Text: t.Label, Small: t.Name, Class: "wide", To: "/" + noun.Singular + "/ledger?" + url.Values{noun.Singular: {t.Name}}.Encode()}, t.States))
	}
	g.Pages = pageLinks(page, pages, func(to int) string {
		return "/operator/freshness?" + url.Values{"q": {q.Get("q")}, "page": {strconv.Itoa(to)}}.Encode()
	})
	return g
}

// pageLinks lead to the pages before and after one of several.
func pageLinks(page, pages int, at func(int) string) (out []link) {
	if page > 1 {
		out = append(out, link{Title: "Before", To: at(page - 1)})
	}
	if pages > 1 {
		out = append(out, link{Title: "Page " + strconv.Itoa(page) + " of " + strconv.Itoa(pages)})
	}
	if page < pages {
		out = append(out, link{Title: "More", To: at(page + 1)})
	}
	return out
}

func nightLine(name cell, states []string) line {
	row := line{Cells: []cell{name}}
	for _, s := range states {
		row.Cells = append(row.Cells, nightCell(s))
	}
	return row
}

// nightCell says how a day was, by a word as well as by its colour.
func nightCell(state string) cell {
	switch state {
	case "ok":
		return cell{Text: "ok", Class: "night better"}
	case "late", "missing":
		return cell{Text: state, Class: "night worse"}
	case "failed":
		return cell{Text: state, Class: "night warning"}
	}
	return cell{Text: "–", Class: "night"}
}
