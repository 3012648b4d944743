package web

import "strings"

// A model is one of the project, and how it was refreshed last.
type model struct {
	Model       string   `json:"model"`
	Description string   `json:"description"`
	File        string   `json:"file"`
	Reads       []string `json:"reads"`
	ByTenant    bool     `json:"by_tenant"`
	Reason      string   `json:"reason"`
	Refreshed   *part    `json:"refreshed"`
	Run         string   `json:"run"`
}

// way says how a model was refreshed, and its class in the picture.
func (m model) way(tenants string) (words, class string) {
	switch {
	case m.Refreshed == nil:
		return "not yet", "still"
	case m.Refreshed.State == "skipped":
		return "nothing to do", "still"
	case m.Refreshed.Mode == "tenants":
		return tenants + " that changed", "tenants"
	}
	return "all of it", "all"
}

func showModels(v *visit) error {
	page := officePage{Title: "Models", About: "What each model reads, and how the last run refreshed it.", Command: "archwire models"}
	models, _, err := asked[[]model](v, "/v1/operator/models", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	g := grid{Title: "In the order of their refreshing", Columns: headings("Model", "Refreshed", "#Rows", "#Took", "Why", "How it can be refreshed", "Reads"), Empty: "The project has no models."}
	for _, m := range models {
		way, _ := m.way(v.service.Noun.Plural)
		can := "only as a whole"
		if m.ByTenant {
			can = v.service.Noun.Singular + " by " + v.service.Noun.Singular
		}
		row := line{ID: m.Model, Cells: []cell{
			{Text: m.Model, Small: m.Description, Class: "wide", To: modelPath(m.Model)}, text(way), numeral("–"), numeral("–"), {Text: "–", Class: "wide"}, {Text: can, Small: m.Reason, Class: "wide"}, {Text: strings.Join(m.Reads, ", "), Class: "wide"},
		}}
		if r := m.Refreshed; r != nil {
			row.Cells[2], row.Cells[4].Text = w.some(r.Rows), dash(r.Note)
			if r.Seconds > 0 {
				row.Cells[3] = took(r.Seconds)
			}
			if r.Slow {
				row.Cells[3].Class, row.Cells[3].Small = "warning", "slower than usual"
			}
			page.Also = command("runs", "show", m.Run)
		}
		g.Rows = append(g.Rows, row)
	}
	page.Tables = []grid{g}
	if err := v.modelGraph(&page, models); err != nil {
		return err
	}
	return v.office(page)
}
