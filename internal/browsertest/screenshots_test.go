//go:build screenshots

package browsertest

import (
	"path/filepath"
	"testing"

	"archwire/internal/demo"
	"archwire/internal/serve/web/webtest"
)

// TestScreenshots writes the pictures of docs/screenshots: make screenshots runs it.
func TestScreenshots(t *testing.T) {
	w := newWorld(t, demo.DefaultSize(), false)
	w.open(t)
	w.askAround(t)
	for _, shot := range []struct {
		name, visitor, path string
		view                webtest.View
	}{
		{"overview", "owner", "/dashboards/overview", webtest.View{}},
		{"overview-dark", "owner", "/dashboards/overview", webtest.View{Dark: true}},
		{"overview-phone", "owner", "/dashboards/overview", webtest.View{Width: 390, Height: 844}},
		{"funnel", "owner", "/dashboards/funnel?period=last_3_months", webtest.View{}},
		{"money", "owner", "/dashboards/money?period=last_month", webtest.View{}},
		{"receivables", "owner", "/dashboards/receivables", webtest.View{}},
		{"claims", "owner", "/dashboards/claims?period=last_3_months", webtest.View{}},
		{"cash", "owner", "/dashboards/cash", webtest.View{}},
		{"clinical", "owner", "/dashboards/clinical?period=last_month", webtest.View{}},
		{"benchmarks", "owner", "/dashboards/benchmarks?period=last_month", webtest.View{}},
		{"differences", "owner", "/dashboards/differences?period=last_month", webtest.View{}},
		{"metric-why", "owner", "/metrics/net_collections?period=last_month", webtest.View{}},
		{"grants", "owner", "/practice/grants", webtest.View{}},
		{"ledger", "owner", "/practice/ledger", webtest.View{}},
		{"runs", "operator", w.linked(t, "operator", "/operator/runs", "/operator/runs/")[0], webtest.View{}},
		{"freshness", "operator", "/operator/freshness", webtest.View{}},
		{"models", "operator", "/operator/models", webtest.View{}},
	} {
		t.Run(shot.name, func(t *testing.T) {
			page := w.as(t, shot.visitor, shot.path, shot.view)
			page.Wait(t, `[...document.querySelectorAll("figure.chart")].every((f) => { f.scrollIntoView({behavior: "instant"}); return f.hidden || f.querySelector("canvas"); })`)
			page.Wait(t, `(scrollTo({top: 0, behavior: "instant"}), true)`)
			webtest.Eval[bool](t, page, `new Promise((done) => setTimeout(() => done(true), 1500))`) // charts draw themselves in a second
			file := filepath.Join(webtest.Root(t), "docs", "screenshots", shot.name+".png")
			page.PictureOfTop(t, file, shot.view.Width, 1600)
			fewColours(t, file)
			if faults := page.Faults(); len(faults) > 0 {
				t.Errorf("faults: %q", faults)
			}
		})
	}
}

// askAround has programs read something, so that the ledger tells of more than people.
func (w *world) askAround(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/v1/metrics/net_collections", "/v1/metrics/starts", "/v1/datasets/pending_list/rows", "/v1/datasets/past_due_list/rows"} {
		w.api(t, path, map[string][]string{"practice": {own}})
	}
}
