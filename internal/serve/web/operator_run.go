package web

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func showRun(v *visit) error {
	r, _, err := asked[run](v, "/v1/operator/runs/"+url.PathEscape(v.r.PathValue("run")), nil)
	if err != nil {
		return err
	}
	w := v.words()
	state, class := r.stateWords()
	page := officePage{
		Title: "Run " + r.Run, Crumbs: []link{{Title: "Runs", To: "/operator/runs"}, {Title: r.Run}}, Command: command("runs", "show", r.Run), Live: r.State == "running",
		Facts: []datum{{"State", state, class}, {"Began", w.Instant(r.StartedAt) + " UTC", ""}, {"Took", lasts(r.Seconds), ""}, {"Rows read", w.count(r.Rows), ""}, {"As of", w.day(r.AsOf), ""}},
	}
	if r.State == "running" {
		page.Facts[2].Label = "So far"
		page.Facts = append(page.Facts, datum{"Is at", r.Verb, ""})
	}
	if r.Process != nil {
		page.Facts = append(page.Facts, datum{"Process", fmt.Sprintf("%d on %s", r.Process.PID, r.Process.Host), ""})
	}
	if r.Publication != "" {
		page.Facts = append(page.Facts, datum{"Published", r.Publication, ""})
	}
	if r.Resumes != "" {
		page.About = "It went on from run " + r.Resumes + "."
	}
	if r.Problem != nil {
		page.Alert = &alert{"It failed while it did " + r.Verb + ": " + r.Problem.Message, r.Problem.Hint}
	}
	page.Picture = timeline(r)
	page.Tables = partGrids(w, r)
	return v.office(page)
}

// timeline draws the steps of a run one after the other, as wide as they took.
func timeline(r run) template.HTML {
	type bar struct {
		verb    string
		seconds float64
		class   string
	}
	var bars []bar
	var done, longest float64
	for _, s := range r.Steps {
		bars = append(bars, bar{s.Verb, s.Seconds, s.Verb})
		done += s.Seconds
	}
	if rest := r.Seconds - done; r.State == "running" && rest > 0 {
		bars = append(bars, bar{r.Verb + " …", rest, "under"})
	}
	for _, b := range bars {
		longest += b.seconds
	}
	if longest <= 0 {
		return ""
	}
	const width, left, high = 760.0, 110.0, 24.0
	var out strings.Builder
	fmt.Fprintf(&out, `<svg class="wide" viewBox="0 0 %g %g" role="img" aria-label="The steps of the run, one after the other, as wide as they took">`, width+left+100, high*float64(len(bars))+4)
	at := 0.0
	for i, b := range bars {
		x, y, wide := left+at/longest*width, float64(i)*high, max(b.seconds/longest*width, 2)
		fmt.Fprintf(&out, `<text x="0" y="%g">%s</text><rect class="%s" x="%.1f" y="%g" width="%.1f" height="16" rx="3"/><text class="quiet" x="%.1f" y="%g">%s</text>`,
			y+16, template.HTMLEscapeString(b.verb), template.HTMLEscapeString(b.class), x, y+4, wide, x+wide+6, y+16, lasts(b.seconds))
		at += b.seconds
	}
	out.WriteString("</svg>")
	return template.HTML(out.String()) //nolint:gosec // what is not ours was escaped
}

// partGrids are the parts of a run, a table for each step: the slow ones first.
func partGrids(w words, r run) []grid {
	var out []grid
	about := map[string]string{"extract": "Tables, as they were read from the sources.", "refresh": "Models.", "verify": "Checks and samples.", "publish": "Datasets: how many slices, and how many had to be written."}
	for _, p := range r.Parts {
		if len(out) == 0 || out[len(out)-1].Title != capital(p.Verb) {
			out = append(out, grid{Title: capital(p.Verb), About: about[p.Verb], Columns: headings("What", "State", "How", "#Rows", "#Changed", "#Size", "#Took", "#Usually", "#Rows a second", "Why")})
		}
		g := &out[len(out)-1]
		g.Rows = append(g.Rows, partLine(w, p))
	}
	for i := range out {
		order := []string{"slow", "", "over"}
		slices.SortStableFunc(out[i].Rows, func(a, b line) int { return cmp.Compare(slices.Index(order, a.Class), slices.Index(order, b.Class)) })
	}
	return out
}

func partLine(w words, p part) line {
	state := map[string]cell{"done": text("done"), "skipped": text("nothing to do"), "under_way": {Text: "under way", Class: "warning"}, "waiting": text("waits")}[p.State]
	rows := w.count(p.Rows)
	switch {
	case p.Verb == "refresh" && p.State != "done" || p.State == "skipped":
		rows = "–" // it counts models
	case p.Of > 0:
		rows += " of " + w.count(p.Of)
	}
	row := line{Cells: []cell{
		code(p.What), state, text(dash(p.Mode)), numeral(rows), w.some(p.Changed), {Text: "–", Figures: true}, numeral("–"), numeral("–"), w.some(p.RowsPerSecond), {Text: dash(p.Note), Class: "wide"},
	}}
	if rows != "–" {
		row.Cells[3].Raw = strconv.FormatInt(p.Rows, 10)
	}
	if p.Bytes > 0 {
		row.Cells[5] = w.size(p.Bytes)
	}
	if p.Seconds > 0 {
		row.Cells[6] = took(p.Seconds)
	}
	if p.UsualSeconds != nil {
		row.Cells[7] = took(*p.UsualSeconds)
	}
	switch {
	case p.Slow:
		row.Class = "slow"
		row.Cells[6].Class, row.Cells[6].Small = "warning", "slower than usual"
	case p.State == "skipped":
		row.Class = "over"
	}
	return row
}

// some is a number that may be of no interest.
func (w words) some(n int64) cell {
	if n == 0 {
		return numeral("–")
	}
	return w.number(n)
}
