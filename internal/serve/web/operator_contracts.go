package web

import (
	"strconv"
	"strings"
	"time"
)

type contracts struct {
	Days      int `json:"days"`
	Contracts []struct {
		Kind       string     `json:"kind"`
		Name       string     `json:"name"`
		Contract   int        `json:"contract"`
		Served     bool       `json:"served"`
		Deprecated *time.Time `json:"deprecated"`
		Sunset     string     `json:"sunset"`
		Users      []struct {
			Client  string    `json:"client"`
			Person  string    `json:"person"`
			Profile string    `json:"profile"`
			All     bool      `json:"all"`
			Columns []string  `json:"columns"`
			Answers int64     `json:"answers"`
			Last    time.Time `json:"last"`
		} `json:"users"`
	} `json:"contracts"`
}

func showContracts(v *visit) error {
	page := officePage{Title: "Contracts", Command: "archwire contracts"}
	d, _, err := asked[contracts](v, "/v1/operator/contracts", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	page.About = "What is promised of datasets and figures, and who was sent any of it within " + strconv.Itoa(d.Days) + " days: what nobody used may be changed. Times are UTC."
	columns := headings("Name", "#Contract", "State", "Used by", "#Answers", "Last used")
	used := grid{Title: "In use", Columns: columns, Empty: "Nobody was sent anything."}
	unused := grid{Title: "Not used", Columns: columns[:3], Folded: true, Empty: "Everything is in use."}
	for _, c := range d.Contracts {
		state := cell{Text: "served", Class: "better"}
		switch {
		case !c.Served:
			state = cell{Text: "not served any more"}
		case c.Sunset != "":
			state = cell{Text: "ends", Small: "published for the last time for " + c.Sunset, Class: "warning"}
		}
		name := cell{Text: c.Name, Small: map[string]string{"metric": "figure", "dataset": "dataset"}[c.Kind]}
		if len(c.Users) == 0 {
			unused.Rows = append(unused.Rows, line{Cells: []cell{name, numeral(strconv.Itoa(c.Contract)), state}})
			continue
		}
		type use struct {
			answers int64
			last    time.Time
		}
		by, order := map[string]use{}, []string{}
		for _, u := range c.Users {
			who := strings.TrimPrefix(u.Client+", "+u.Person, ", ")
			who = strings.TrimSuffix(who, ", ")
			if _, ok := by[who]; !ok {
				order = append(order, who)
			}
			was := by[who]
			was.answers += u.Answers
			if u.Last.After(was.last) {
				was.last = u.Last
			}
			by[who] = was
		}
		for i, who := range order {
			use := by[who]
			row := line{Cells: []cell{name, numeral(strconv.Itoa(c.Contract)), state, text(who), w.number(use.answers), w.at(&use.last)}}
			if i > 0 {
				row.Cells[0], row.Cells[1], row.Cells[2] = name.again(), row.Cells[1].again(), state.again()
			}
			used.Rows = append(used.Rows, row)
		}
	}
	page.Tables = []grid{used, unused}
	return v.office(page)
}
