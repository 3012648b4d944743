package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

type publication struct {
	Publication string     `json:"publication"`
	InService   bool       `json:"in_service"`
	AsOf        string     `json:"as_of"`
	CreatedAt   *time.Time `json:"created_at"`
	Run         string     `json:"run"`
	Previous    string     `json:"previous"`
	Slices      int64      `json:"slices"`
	Rows        int64      `json:"rows_verified"`
	Entered     []struct {
		At  time.Time `json:"at"`
		By  string    `json:"by"`
		Who string    `json:"who"`
	} `json:"entered"`
	Problem string `json:"problem"`
}

const publicationsPath = "/operator/publications"

func showPublications(v *visit) error {
	if id := v.r.URL.Query().Get("serve"); id != "" {
		return v.render("confirm", switching(id))
	}
	return v.publications()
}

// switching asks whether another publication is to be served.
func switching(id string) confirmation {
	return confirmation{
		Title: "Serve another publication", Says: "Everybody is then answered from " + id + ", within a second. The next run publishes a new one.",
		Action: publicationsPath, Values: []kept{{"publication", id}}, Do: "Serve it", Back: publicationsPath, Command: command("rollback", id),
	}
}

func (v *visit) publications() error {
	page := officePage{Title: "Publications", About: "Those that are kept, the newest first. Times are UTC.", Command: "archwire publications"}
	list, _, err := asked[[]publication](v, "/v1/operator/publications", nil)
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	if v.r.URL.Query().Get("done") == "switched" {
		page.Done = "Another publication is in service."
	}
	g := grid{Columns: headings("Publication", "As of", "Made", "In service", "#Slices", "#Rows proved", ""), Empty: "There is none yet. archwire run makes one."}
	for _, p := range list {
		row := line{Cells: []cell{code(p.Publication), w.date(p.AsOf), text("–"), text("–"), w.number(p.Slices), w.number(p.Rows), {}}}
		if p.CreatedAt != nil {
			row.Cells[2] = w.at(p.CreatedAt)
		}
		if p.Run != "" {
			row.Cells[2].Small = "by run " + p.Run
		}
		var entered, exactly []string
		for _, e := range p.Entered {
			by := " by " + switchedBy(e.By, e.Who)
			entered, exactly = append(entered, w.Instant(e.At)+by), append(exactly, instant(e.At)+by)
		}
		row.Cells[3] = cell{Text: "–", Small: strings.Join(entered, "; "), RawSmall: strings.Join(exactly, "; ")}
		switch {
		case p.InService:
			row.Cells[3].Text, row.Cells[3].Class = "in service now", "better"
		case p.Problem != "":
			row.Cells[3] = cell{Text: p.Problem, Class: "worse"}
			row.Cells[4], row.Cells[5] = numeral("–"), numeral("–")
		default:
			row.Cells[6].Actions = []link{{Title: "Serve it", To: publicationsPath + "?serve=" + url.QueryEscape(p.Publication)}}
		}
		if p.Previous != "" && p.Problem == "" {
			row.Cells[6].Actions = append(row.Cells[6].Actions, link{Title: "What changed", To: publicationsPath + "/" + url.PathEscape(p.Publication)})
		}
		g.Rows = append(g.Rows, row)
	}
	page.Tables = []grid{g}
	return v.office(page)
}

// switchedBy is who put a publication into service.
func switchedBy(by, who string) string {
	user, onCommandLine := strings.CutPrefix(who, "operator:")
	switch {
	case by == "run":
		return "its run"
	case who == "operator":
		return "the operator, on the command line"
	case onCommandLine:
		return user + ", on the command line"
	}
	return cmp.Or(who, "hand")
}

func doPublications(v *visit) error {
	id := v.form.Get("publication")
	if _, err := v.ask.Send(v.ctx, http.MethodPost, "/v1/operator/service", map[string]string{"publication": id}); err != nil {
		p, ok := refusal(err)
		if !ok {
			return err
		}
		page := switching(id)
		page.Problem = p
		return v.renderStatus(p.Status, "confirm", page)
	}
	return v.redirect(publicationsPath + "?done=switched")
}

type compared struct {
	Publication    string      `json:"publication"`
	Since          string      `json:"since"`
	AsOf           string      `json:"as_of"`
	SinceAsOf      string      `json:"since_as_of"`
	ProjectChanged bool        `json:"project_changed"`
	TenantsAdded   []tenant    `json:"tenants_added"`
	TenantsRemoved []tenant    `json:"tenants_removed"`
	Datasets       []movedData `json:"datasets"`
	Unchanged      int         `json:"datasets_unchanged"`
	Metrics        []struct {
		Metric string   `json:"metric"`
		State  string   `json:"state"`
		What   []string `json:"what"`
	} `json:"metrics"`
	Breaks []string `json:"breaks"`
}

type movedData struct {
	Dataset    string   `json:"dataset"`
	State      string   `json:"state"`
	Defined    bool     `json:"redefined"`
	Changed    []string `json:"changed"`
	Added      []string `json:"added"`
	Removed    []string `json:"removed"`
	RowsBefore int64    `json:"rows_before"`
	Rows       int64    `json:"rows"`
}

// showCompared says what changed from one publication to another.
func showCompared(v *visit) error {
	q := url.Values{}
	if since := v.r.URL.Query().Get("since"); since != "" {
		q.Set("since", since)
	}
	c, _, err := asked[compared](v, "/v1/operator/publications/"+url.PathEscape(v.r.PathValue("publication")), q)
	if err != nil {
		return err
	}
	w := v.words()
	page := officePage{
		Title: "What changed", Crumbs: []link{{Title: "Publications", To: publicationsPath}, {Title: c.Publication}}, Command: command("publications", "compare", c.Publication, "--since", c.Since),
		About: "From " + c.Since + " (as of " + w.day(c.SinceAsOf) + ") to " + c.Publication + " (as of " + w.day(c.AsOf) + ").",
		Facts: []datum{{"Datasets that changed", strconv.Itoa(len(c.Datasets)), ""}, {"that did not", strconv.Itoa(c.Unchanged), ""}, {"Project's files", map[bool]string{true: "changed", false: "the same"}[c.ProjectChanged], ""}},
	}
	if len(c.Breaks) > 0 {
		page.Alert = &alert{"It breaks a contract: " + strings.Join(c.Breaks, "; ") + ".", "Look at who uses it under Contracts."}
	}
	data := grid{Title: "Datasets", Columns: headings("Dataset", "State", "#Rows before", "#Rows", "#"+capital(v.service.Noun.Plural)+" that changed", "Which"), Empty: "No dataset changed."}
	for _, d := range c.Datasets {
		all := append(append(append([]string{}, d.Changed...), d.Added...), d.Removed...)
		state := cell{Text: d.State}
		if d.Defined {
			state.Small = "defined otherwise"
		}
		data.Rows = append(data.Rows, line{Cells: []cell{code(d.Dataset), state, w.number(d.RowsBefore), w.number(d.Rows), numeral(strconv.Itoa(len(all))), listed(v.namesOf(all))}})
	}
	metrics := grid{Title: "Definitions of figures", Columns: headings("Figure", "State", "What of it"), Empty: "No figure is defined otherwise."}
	for _, m := range c.Metrics {
		metrics.Rows = append(metrics.Rows, line{Cells: []cell{code(m.Metric), text(m.State), text(dash(strings.Join(m.What, ", ")))}})
	}
	page.Tables = []grid{data, metrics}
	if len(c.TenantsAdded)+len(c.TenantsRemoved) > 0 {
		g := grid{Title: capital(v.service.Noun.Plural), Columns: headings("Name", "State")}
		for i, all := range [][]tenant{c.TenantsAdded, c.TenantsRemoved} {
			for _, t := range all {
				g.Rows = append(g.Rows, line{Cells: []cell{{Text: t.Label, Small: t.ID}, text([]string{"added", "gone"}[i])}})
			}
		}
		page.Tables = append(page.Tables, g)
	}
	form, err := v.compareForm(c)
	if err != nil {
		return err
	}
	page.Form = form
	return v.render("compared", page)
}

// A compareForm chooses what a publication is compared with.
type compareForm struct {
	Action string
	Others []option
}

func (v *visit) compareForm(c compared) (compareForm, error) {
	list, _, err := asked[[]publication](v, "/v1/operator/publications", nil)
	f := compareForm{Action: publicationsPath + "/" + url.PathEscape(c.Publication)}
	for _, p := range list {
		if p.Problem == "" && p.Publication != c.Publication {
			f.Others = append(f.Others, option{p.Publication, p.Publication + ", as of " + p.AsOf, p.Publication == c.Since})
		}
	}
	return f, err
}

// namesOf are the names of tenants.
func (v *visit) namesOf(ids []string) (out []string) {
	for _, id := range ids {
		out = append(out, v.nameOf(id))
	}
	return out
}

// nameOf is a tenant's name; its id where it has none that is known.
func (v *visit) nameOf(id string) string {
	for _, t := range v.tenants {
		if t.ID == id && t.Label != "" {
			return t.Label
		}
	}
	return id
}
