package web

import (
	"strconv"
	"time"
)

// A fresh thing is a table or a tenant, and as of when it is.
type fresh struct {
	Name        string    `json:"name"`
	Label       string    `json:"label"`
	DataThrough time.Time `json:"data_through"`
	AgeSeconds  int64     `json:"age_seconds"`
	Late        bool      `json:"late"`
}

type freshness struct {
	WithinSeconds *int64     `json:"within_seconds"`
	Publication   string     `json:"publication"`
	AsOf          string     `json:"as_of"`
	DataThrough   *time.Time `json:"data_through"`
	Late          bool       `json:"late"`
	Tables        []fresh    `json:"tables"`
	Tenants       []fresh    `json:"tenants"`
	LastRun       *run       `json:"last_run"`
	LastSuccess   *run       `json:"last_success"`
	NextRun       *time.Time `json:"next_run"`
}

func showFreshness(v *visit) error {
	page := officePage{Title: "Freshness", About: "How old what is in service is. Times are UTC.", Command: "archwire status", Also: "archwire nights"}
	f, _, err := asked[freshness](v, "/v1/operator/freshness", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	late := func(all []fresh) (n int) {
		for _, x := range all {
			if x.Late {
				n++
			}
		}
		return n
	}
	if f.Publication != "" {
		page.Facts = []datum{{"In service, as of", w.day(f.AsOf), ""}, {"Data through", w.when(f.DataThrough), ""}}
	}
	if f.WithinSeconds != nil {
		page.Facts = append(page.Facts, datum{"Promised", "within " + lasts(float64(*f.WithinSeconds)), ""})
	}
	if f.NextRun != nil {
		page.Facts = append(page.Facts, datum{"Next run", w.Instant(*f.NextRun), ""})
	}
	if f.LastSuccess != nil {
		page.Facts = append(page.Facts, datum{"Last success", w.Instant(f.LastSuccess.StartedAt), "better"})
	}
	if f.Late {
		page.Alert = &alert{
			counted(late(f.Tables), "table") + " and " + strconv.Itoa(late(f.Tenants)) + " of " + strconv.Itoa(len(f.Tenants)) + " " + v.service.Noun.Plural + " are late.",
			"Look at why the last runs did not publish, or run archwire run.",
		}
	}
	if f.LastRun != nil && f.LastRun.Problem != nil {
		page.Alert = &alert{"The last run failed: " + f.LastRun.Problem.Message, f.LastRun.Problem.Hint}
	}
	n, _, err := asked[nights](v, "/v1/operator/nights", nil)
	if err != nil {
		return v.untold(page, err)
	}
	page.Tables = append(v.nightGrids(w, n), freshGrid(w, "Tables", "Table", f.Tables))
	page.Form = searchForm{Path: "/operator/freshness", Label: "Find " + v.service.Noun.Plural, Sought: v.r.URL.Query().Get("q")}
	return v.office(page)
}

func freshGrid(w words, title, what string, all []fresh) grid {
	g := grid{Title: title, Columns: headings(what, "Data through", "#Age", "State"), Empty: "There are none."}
	for _, late := range []bool{true, false} {
		for _, x := range all {
			if x.Late != late {
				continue
			}
			row := line{Cells: []cell{text(x.Label), w.at(&x.DataThrough), took(float64(x.AgeSeconds)), {Text: "in time", Class: "better"}}}
			if x.Label == "" {
				row.Cells[0] = code(x.Name)
			} else {
				row.Cells[0].Small = x.Name
			}
			if late {
				row.Cells[3] = cell{Text: "late", Class: "warning"}
			}
			g.Rows = append(g.Rows, row)
		}
	}
	return g
}
