package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A run is one pass through the verbs, as the API tells it.
type run struct {
	Run         string     `json:"run"`
	State       string     `json:"state"`
	StartedAt   time.Time  `json:"started_at"`
	EndedAt     *time.Time `json:"ended_at"`
	Seconds     float64    `json:"seconds"`
	Verb        string     `json:"verb"`
	AsOf        string     `json:"as_of"`
	Rows        int64      `json:"rows"`
	Publication string     `json:"publication"`
	Resumes     string     `json:"resumes"`
	Met         []string   `json:"met"`
	Problem     *struct {
		Message string `json:"message"`
		Hint    string `json:"hint"`
	} `json:"problem"`
	Steps   []step `json:"steps"`
	Process *struct {
		PID   int       `json:"pid"`
		Host  string    `json:"host"`
		Since time.Time `json:"since"`
	} `json:"process"`
	Parts []part `json:"parts"`
}

// A step is one verb of a run.
type step struct {
	Verb    string  `json:"verb"`
	Seconds float64 `json:"seconds"`
	Count   int64   `json:"count"`
}

// A part is what a step did with one thing.
type part struct {
	Verb          string   `json:"verb"`
	What          string   `json:"what"`
	State         string   `json:"state"`
	Mode          string   `json:"mode"`
	Note          string   `json:"note"`
	Rows          int64    `json:"rows"`
	Of            int64    `json:"of"`
	Changed       int64    `json:"changed"`
	Bytes         int64    `json:"bytes"`
	Seconds       float64  `json:"seconds"`
	RowsPerSecond int64    `json:"rows_per_second"`
	UsualSeconds  *float64 `json:"usual_seconds"`
	Slow          bool     `json:"slow"`
}

func runPath(id string) string { return "/operator/runs/" + url.PathEscape(id) }

// stateWords are how a run's state is said, and its class.
func (r run) stateWords() (words, class string) {
	switch r.State {
	case "running":
		return "under way", "warning"
	case "failed":
		return "failed", "worse"
	}
	return "succeeded", "better"
}

func showRuns(v *visit) error {
	page := officePage{Title: "Runs", About: "Each night's copy, refresh, proof and publication. Times are UTC.", Command: "archwire runs"}
	runs, _, err := asked[[]run](v, "/v1/operator/runs", url.Values{"limit": {"50"}})
	if err != nil {
		return v.untold(page, err)
	}
	w := v.words()
	g := grid{
		Columns: headings("Began", "State", "As of", "#Rows read", "#Took", "Where the time went", "Published"),
		Empty:   "Nothing has run yet. archwire run begins one.",
	}
	for _, r := range runs {
		state, class := r.stateWords()
		row := line{Cells: []cell{
			{Text: w.Instant(r.StartedAt), Raw: w.at(&r.StartedAt).Raw, To: runPath(r.Run), Small: r.Run},
			{Text: state, Class: class},
			w.date(r.AsOf),
			w.number(r.Rows),
			took(r.Seconds),
			{Text: stepWords(r), Raw: stepSeconds(r), Class: "wide"},
			text(dash(r.Publication)),
		}}
		if r.Problem != nil {
			row.Cells[1].Small = r.Problem.Message
		}
		g.Rows = append(g.Rows, row)
		page.Live = page.Live || r.State == "running"
	}
	if len(runs) > 0 && runs[0].Problem != nil {
		page.Alert = &alert{"The last run failed: " + runs[0].Problem.Message, runs[0].Problem.Hint}
	}
	page.Tables = []grid{g}
	return v.office(page)
}

// stepWords says what the longest steps of a run took.
func stepWords(r run) string {
	steps := slices.Clone(r.Steps)
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(b.Seconds, a.Seconds) })
	var out []string
	for _, s := range steps[:min(len(steps), 3)] {
		out = append(out, s.Verb+" "+lasts(s.Seconds))
	}
	if r.State == "running" {
		out = append(out, "is at "+r.Verb)
	}
	return dash(strings.Join(out, ", "))
}

// stepSeconds are the steps of a run and how many seconds each took.
func stepSeconds(r run) string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.Verb+" "+took(s.Seconds).Raw)
	}
	return strings.Join(out, ", ")
}
