package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

//go:embed templates/alone
var aloneFiles embed.FS

// A ReportOrder says which report is wanted.
type ReportOrder struct {
	Tenant     string
	Month      time.Time       // its first day; the zero time is the last one that is complete
	Compare    view.Comparison // "" is the month before
	Dashboards []string        // none is the overview, or the first there is
	As         string          // as whom an operator looks, in the words of the API; "" is as themselves
	URL        string          // where links lead; "" makes none
}

// A Report is a document that stands alone: styles and drawings are in it, it has no
// script, and nothing in it is fetched from anywhere.
type Report struct {
	Text        []byte // HTML
	Title       string
	Month       string // 2026-10
	Complete    bool   // the data reach to the month's end
	Publication string
	Dashboards  []string
}

// A reportPage is what templates/alone/report.html shows.
type reportPage struct {
	Title, Project string
	Language       string
	Style          template.CSS
	Tenant         tenant
	Period         string
	Against        string // what it is compared with; "" is nothing
	Unfinished     string // through when the data of the month go; "" where they reach to its end
	From           provenance
	Boards         []reportBoard
	Differences    []difference
	Definitions    []definition
	Link           string // where the pages are; "" is not said
}

// A reportBoard is a dashboard of a report.
type reportBoard struct {
	Name, Title, About string
	Tiles              []template.HTML
}

// Report writes a report for whoever sent r, of which it needs what shows who asks, and
// the language. Everything in it is what the API tells that one.
func (h *Handler) Report(r *http.Request, o ReportOrder) (*Report, error) {
	v := h.newVisit(nil, r)
	if o.As != "" {
		v.ask.As = o.As
	}
	if err := v.recognize(); err != nil {
		return nil, err
	}
	if o.Tenant == "" {
		return nil, notThere()
	}
	month, err := v.monthOf(o)
	if err != nil {
		return nil, err
	}
	boards, err := v.boardsOf(o)
	if err != nil {
		return nil, err
	}
	window := view.View{Noun: v.service.Noun.Singular, Tenant: o.Tenant, Compare: o.Compare}.MonthOf(month)
	v.r = r.Clone(v.ctx)
	v.r.URL = &url.URL{Path: "/", RawQuery: window.Query().Encode()}
	l, err := v.look("")
	if err != nil {
		return nil, err
	}
	page, err := v.reportPage(l, o, boards)
	if err != nil {
		return nil, err
	}
	out := &Report{
		Title: page.Title, Month: month.Format("2006-01"), Complete: page.Unfinished == "", Publication: v.service.meta.Publication,
	}
	for _, d := range boards {
		out.Dashboards = append(out.Dashboards, d.Name)
	}
	var text bytes.Buffer
	if err := h.report.Execute(&text, page); err != nil {
		return nil, fault("rendering a report", err)
	}
	out.Text = text.Bytes()
	return out, nil
}

// monthOf is the month that is wanted. One that the data have not begun is none.
func (v *visit) monthOf(o ReportOrder) (time.Time, error) {
	asOf, err := time.Parse(time.DateOnly, v.service.meta.AsOf)
	if err != nil {
		return time.Time{}, fault("reading the business date", err)
	}
	if o.Month.IsZero() {
		return view.View{Period: view.Last3Months}.Span(asOf).Last, nil
	}
	if o.Month.After(asOf) {
		return o.Month, &ask.Problem{
			Status: http.StatusBadRequest, Detail: "There are no data of " + o.Month.Format("2006-01") + " yet: they go through " + v.service.meta.AsOf + ".",
			Hint: "Choose an earlier month with --month.",
		}
	}
	return o.Month, nil
}

// boardsOf are the dashboards that are wanted, in the order asked for.
func (v *visit) boardsOf(o ReportOrder) ([]archwire.Dashboard, error) {
	find := func(name string) int {
		return slices.IndexFunc(v.dashboards, func(d archwire.Dashboard) bool { return d.Name == name })
	}
	if len(o.Dashboards) == 0 {
		if len(v.dashboards) == 0 {
			return nil, &ask.Problem{
				Status: http.StatusNotFound, Detail: "No dashboard opens to " + v.me.Name + ".",
				Hint: "A report shows dashboards: the project has them in dashboards/, a run publishes them.",
			}
		}
		return v.dashboards[max(0, find("overview")):][:1], nil
	}
	var out []archwire.Dashboard
	for _, name := range o.Dashboards {
		i := find(name)
		if i < 0 {
			var names []string
			for _, d := range v.dashboards {
				names = append(names, d.Name)
			}
			return nil, &ask.Problem{
				Status: http.StatusNotFound, Detail: "There is no dashboard " + strconv.Quote(name) + " that opens to " + v.me.Name + ".",
				Hint: "There are: " + strings.Join(names, ", ") + ".",
			}
		}
		out = append(out, v.dashboards[i])
	}
	return out, nil
}

// reportPage fills the page, one dashboard after the other.
func (v *visit) reportPage(l *look, o ReportOrder, boards []archwire.Dashboard) (reportPage, error) {
	s := l.board.View.Span(l.board.AsOf)
	page := reportPage{
		Project: v.service.Project, Language: "en", Tenant: l.tenant, Period: l.periodText(s), From: v.provenance(l), Link: o.URL,
		Style: template.CSS(v.h.assets[stylesheet].text + v.h.reportStyle), //nolint:gosec // our own files
	}
	page.Title = page.Tenant.Label + " · " + page.Period
	if at, err := time.Parse(time.RFC3339, v.service.Published); err == nil {
		page.From.Published = l.format.Moment(at) // whoever finds it in an archive wants the day
	}
	if s.End().After(l.board.AsOf) {
		page.Unfinished = l.format.Day(l.board.AsOf)
	}
	if against, ok := l.board.View.Against(s); ok {
		page.Against = l.periodText(against)
	}
	link := func(path string) string {
		if o.URL == "" || !strings.HasPrefix(path, "/") {
			return ""
		}
		return strings.TrimSuffix(o.URL, "/") + path
	}
	for _, d := range boards {
		page.Boards = append(page.Boards, v.reportBoard(l, d, link))
	}
	page.Definitions = l.definitions(boards)
	var err error
	page.Differences, err = v.differences(l, s)
	return page, err
}

// reportBoard fills the tiles of one dashboard. Their links lead to its page.
func (v *visit) reportBoard(l *look, d archwire.Dashboard, link func(string) string) reportBoard {
	board := *l.board
	board.Via, board.Self = d.Name, "/dashboards/"+d.Name
	out := reportBoard{Name: d.Name, Title: d.Title, About: d.Description}
	for i, t := range fillAll(len(d.Tiles), func(i int) tile.Tile { return board.Fill(v.ctx, i+1, d.Tiles[i]) }) {
		t.ID = d.Name + "-" + strconv.Itoa(i+1)
		out.Tiles = append(out.Tiles, v.drawnBy(t, func(t tile.Tile) (template.HTML, error) { return tile.RenderStill(l.format, t, link) }))
	}
	return out
}
