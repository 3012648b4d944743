package browsertest

import (
	"net/url"
	"testing"

	"archwire/internal/serve/web/webtest"
)

// testNoScript signs in, looks, changes the period, drills and grants in a browser that
// runs no script.
func (w *world) testNoScript(t *testing.T) {
	page := w.browser.Person(t).Open(t, w.base+"/sign-in", webtest.View{NoScript: true})
	signIn(t, page, address("owner"), password)
	if h := page.Text(t, "h1"); h != "Overview" {
		t.Fatalf("the first page is %q", h)
	}
	page.Choose(t, "period", "Last month")
	page.Follow(t, webtest.Link("Show", "form.view"))
	now := w.collected(t, "2026-10-01", "2026-10-31")
	if got := page.Text(t, tileOf(t, page, "Net collections")+" .value"); !same(amount(t, got), now, 0) {
		t.Errorf("last month the tile says %q, the API %s", got, now.FloatString(2))
	}
	page.Click(t, `document.querySelector("`+tileOf(t, page, "Produced and collected")+` details.data > summary")`)
	if text := page.Text(t, tileOf(t, page, "Produced and collected")+" details table"); text == "" {
		t.Error("a chart's table does not open")
	}
	page.Follow(t, webtest.Link("Waiting to start for more than 90 days", "")+` ?? document.querySelector("`+tileOf(t, page, "Waiting to start for more than 90 days")+` .links a[href^='/rows/']")`)
	late := w.all(t, "/v1/datasets/pending_list/rows", url.Values{"practice": {own}, "filter[days_waiting]": {"gt:90"}})
	if n := webtest.Eval[int](t, page, `document.querySelectorAll("main tbody tr").length`); n != min(len(late), 100) {
		t.Errorf("%d patients wait on the page, %d by the API", n, len(late))
	}
	key := w.Key(t, "Scriptless", "--practice", other, "--profile", "aggregate", "--purpose", "elsewhere")
	page.Go(t, w.base+"/practice/grants")
	page.Type(t, "Who", "Scriptless")
	page.Type(t, "What for", "to be useful without script")
	page.Follow(t, webtest.Link("Give it", "main"))
	w.untilOpens(t, key, true)
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}
