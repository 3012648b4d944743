package web

import (
	"net/url"
	"slices"
	"strings"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/tile"
)

// A rowsPage is rows of a dataset.
type rowsPage struct {
	Title, About string
	Crumbs       []link
	Tenant       tenant
	From         provenance
	Table        tile.Rows
	Links        [][]string // of the head: where each column sorts
	Sortable     bool
	Why          string // why rows cannot be sorted; "" where they can
	Pseudonyms   []string
	Warnings     []string // how the rows differ from the number that led to them
	Chips        []chip
	Columns      []option
	Fields       []option // to filter by
	Kept         []kept
	Path         string
	First, Next  string
	CSV, XLSX    string
	Compact      bool
	Density      string // the link to the other density
	Totals       []string
	Count        int
	Cells        [][]shownCell
}

// A shownCell is a value as a table shows it.
type shownCell struct {
	Text    string
	Figures bool
}

// pageRows is how many rows a page has.
const pageRows = "100"

// showRows answers with rows of a dataset: a page of them, or a file with all.
func showRows(v *visit) error {
	l, q, err := v.rowsAsked()
	if err != nil {
		return err
	}
	if to, ok := q.added(); ok {
		return v.redirect(to)
	}
	switch v.r.URL.Query().Get("format") {
	case "xlsx":
		return v.downloadRows(l, q)
	case "csv":
		return v.streamRows(q)
	}
	ask := q.ask()
	ask.Set("limit", pageRows)
	if cursor := q.values.Get("cursor"); cursor != "" {
		ask.Set("cursor", cursor)
	}
	rows, next, err := v.readRows(q, ask)
	if err != nil {
		return err
	}
	page := v.rowsPage(l, q, rows)
	if next != "" {
		page.Next = q.link(map[string]string{"cursor": next})
	}
	if q.values.Get("cursor") != "" {
		page.First = q.link(nil)
	}
	return v.render("rows", page)
}

// rowsAsked reads what is asked for off the URL.
func (v *visit) rowsAsked() (*look, rowsQuery, error) {
	l, err := v.look(v.r.URL.Query().Get("via"))
	if err != nil {
		return nil, rowsQuery{}, err
	}
	d, ok := l.board.Catalogue.Dataset(v.r.PathValue("dataset"))
	if !ok {
		return nil, rowsQuery{}, notThere()
	}
	q := rowsQuery{d, v.service.Noun.Singular, l.board.View.Tenant, v.r.URL.Query()}
	if q.tenant != "" {
		q.values.Set(q.noun, q.tenant) // so that its links show the same to others
	}
	return l, q, nil
}

// readRows asks for one page of rows.
func (v *visit) readRows(q rowsQuery, ask url.Values) (rows []map[string]any, next string, err error) {
	a, err := v.ask.Get(v.ctx, "/v1/datasets/"+url.PathEscape(q.dataset.Name)+"/rows", ask)
	if err != nil {
		return nil, "", err
	}
	var doc struct {
		Data []map[string]any `json:"data"`
		Page struct {
			Next string `json:"next"`
		} `json:"page"`
	}
	if err := a.Into(&doc); err != nil {
		return nil, "", err
	}
	return doc.Data, doc.Page.Next, nil
}

// fields are the columns that are shown: those that were chosen, or all.
func (q rowsQuery) fields() (out []string) {
	chosen := strings.Split(strings.Join(q.values["fields"], ","), ",")
	for _, c := range q.dataset.Columns {
		if len(q.values["fields"]) == 0 || slices.Contains(chosen, c.Name) {
			out = append(out, c.Name)
		}
	}
	if len(q.values["fields"]) == 0 {
		slices.SortStableFunc(out, func(a, b string) int { return q.rank(a) - q.rank(b) })
	}
	return out
}

// rank has the names of people come before the rest.
func (q rowsQuery) rank(column string) int {
	if c, _ := q.dataset.Column(column); c.Class == "identified" && strings.HasSuffix(column, "name") {
		return 0
	}
	return 1
}

func (v *visit) rowsPage(l *look, q rowsQuery, rows []map[string]any) rowsPage {
	table := fill.TableOf(q.dataset, q.fields(), rows, l.board.Names)
	page := rowsPage{
		Title: q.dataset.Called(), About: q.dataset.Description, Tenant: l.tenant, From: v.provenance(l), Count: len(rows),
		Crumbs: v.rowsCrumbs(l, q), Chips: q.chips(l.board.Names), Path: "/rows/" + url.PathEscape(q.dataset.Name),
		CSV:  q.link(map[string]string{"format": "csv"}),
		XLSX: q.link(map[string]string{"format": "xlsx"}), Compact: q.values.Get("density") == "compact",
		Density: q.link(map[string]string{"density": "compact"}), Sortable: q.tenant != "",
	}
	if page.Compact {
		page.Density = q.link(map[string]string{"density": ""})
	}
	if !page.Sortable {
		page.Why = "Choose one " + q.noun + " to sort."
	}
	for i, c := range table.Columns {
		table.Columns[i].Sorted = q.sorted(c.Name)
		if page.Sortable {
			order := c.Name
			if table.Columns[i].Sorted == "ascending" {
				order = "-" + c.Name
			}
			table.Columns[i].Sort = q.link(map[string]string{"order": order})
		}
	}
	page.Table = *table
	page.Warnings = q.warns(l.format, l.board.AsOf)
	page.choices(q)
	page.cells(l.format, q.dataset)
	return page
}

// rowsCrumbs is the path by which somebody came to the rows: dashboard, metric, rows.
func (v *visit) rowsCrumbs(l *look, q rowsQuery) []link {
	via := q.values.Get("via")
	crumbs := v.pathOf(l, via)
	if m, ok := l.board.Catalogue.Metric(q.values.Get("metric")); ok {
		crumbs = append(crumbs, link{Title: m.Label, To: l.board.MetricLink(m, nil)})
	}
	if len(crumbs) == 0 {
		crumbs = []link{{Title: "All rows", To: "/rows?" + url.Values{q.noun: {q.tenant}}.Encode()}}
	}
	return append(crumbs, link{Title: q.dataset.Called()})
}
