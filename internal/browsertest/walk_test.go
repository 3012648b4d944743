package browsertest

import (
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"testing"

	"archwire/internal/serve/web/webtest"
)

// testThreeClicks answers what a newcomer asks, each from the Overview in at most three
// clicks on what the pages say.
func (w *world) testThreeClicks(t *testing.T) {
	t.Run("why collections fell in a month", w.testWhyCollectionsFell)
	t.Run("which payers are slow", w.testSlowPayers)
	t.Run("which patients are pending over 90 days", w.testPendingPatients)
	t.Run("who read the data last night", w.testWhoRead)
}

// testWhyCollectionsFell finds what payers of each kind made of the change.
func (w *world) testWhyCollectionsFell(t *testing.T) {
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	page.Chosen(t, "period", "Last month") // the first click
	page.Follow(t, webtest.Link("Why it changed: Net collections", tileOf(t, page, "Net collections"))+
		` ?? document.querySelector("`+tileOf(t, page, "Net collections")+` .links a[href$='#why']")`)
	if f := page.Address(t).Fragment; f != "why" {
		t.Errorf("one is led to %s", page.Address(t))
	}
	now, before := w.collected(t, "2026-10-01", "2026-10-31"), w.collected(t, "2026-09-01", "2026-09-30")
	want := new(big.Rat).Sub(now, before)
	tables := webtest.Eval[[][]string](t, page, `[...document.querySelectorAll("#why table")].filter((t) => t.tHead.innerText.toLowerCase().includes("its part of the change")).map((t) => [...t.tBodies[0].rows].map((r) => r.cells[3].innerText))`)
	if len(tables) == 0 {
		t.Fatalf("the page does not say what made the change: %s", page.Text(t, "#why"))
	}
	for _, parts := range tables {
		sum := new(big.Rat)
		for _, part := range parts {
			sum.Add(sum, amount(t, strings.Replace(part, "+", "", 1)))
		}
		if sum.Cmp(want) != 0 {
			t.Errorf("the parts %q make %s, by the API it changed by %s", parts, sum.FloatString(2), want.FloatString(2))
		}
	}
	if !strings.Contains(page.Text(t, "#why"), "made most of it") {
		t.Errorf("no sentence says what made most of it: %s", page.Text(t, "#why"))
	}
}

// testSlowPayers finds how many days each insurer takes.
func (w *world) testSlowPayers(t *testing.T) {
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	page.Chosen(t, "period", "Last month")
	tile := tileOf(t, page, "How fast insurers pay")
	rows := webtest.Eval[[][]string](t, page, `[...document.querySelector("`+tile+` table").tBodies[0].rows].map((r) => [...r.cells].map((c) => c.innerText.trim()))`)
	want := map[string]string{}
	names := map[string]string{}
	for _, row := range w.all(t, "/v1/datasets/directory/rows", url.Values{"practice": {own}}) {
		if row["dimension"] == "payer_id" {
			names[fmt.Sprint(row["id"])] = fmt.Sprint(row["label"])
		}
	}
	for _, row := range w.api(t, "/v1/metrics/days_to_payment_median", url.Values{"practice": {own}, "by": {"payer_id"}, "grain": {"month"}, "from": {"2026-10-01"}, "to": {"2026-10-31"}}).Data {
		want[names[exact(t, row["payer_id"]).RatString()]] = exact(t, row["value"]).FloatString(1)
	}
	heads := webtest.Eval[[]string](t, page, `[...document.querySelector("`+tile+` table").tHead.rows[0].cells].map((c) => c.innerText.trim())`)
	days := slices.IndexFunc(heads, func(head string) bool { return strings.HasPrefix(head, "Days to payment, median") })
	if days < 0 {
		t.Fatalf("no column of %q tells the days", heads)
	}
	found, slowest := 0, rows[0]
	for _, row := range rows {
		if takes, ok := want[row[0]]; ok {
			if found++; amount(t, row[days]).FloatString(1) != takes {
				t.Errorf("%s takes %q days on the page, %s by the API", row[0], row[days], takes)
			}
			if amount(t, row[days]).Cmp(amount(t, slowest[days])) > 0 {
				slowest = row
			}
		}
	}
	if found < 3 {
		t.Fatalf("%d insurers of %v are on the page: %s", found, want, page.Text(t, tile))
	}
	page.Follow(t, webtest.Link(slowest[0], tile))
	if !strings.Contains(page.Text(t, "main"), slowest[0]) {
		t.Errorf("the page of the slowest insurer does not name it: %s", slowest[0])
	}
}

// testPendingPatients finds each patient who waits longer than 90 days.
func (w *world) testPendingPatients(t *testing.T) {
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	tile := tileOf(t, page, "Waiting to start for more than 90 days")
	page.Follow(t, `document.querySelector("`+tile+` .links a[href^='/rows/']")`)
	late := w.all(t, "/v1/datasets/pending_list/rows", url.Values{"practice": {own}, "filter[days_waiting]": {"gt:90"}})
	text := page.Text(t, "main table")
	missing := 0
	for _, row := range late {
		if !strings.Contains(text, row["last_name"].(string)) {
			missing++
		}
	}
	n := webtest.Eval[int](t, page, `document.querySelectorAll("main tbody tr").length`)
	if len(late) == 0 || len(late) <= 100 && (missing > 0 || n != len(late)) || n != min(100, len(late)) {
		t.Errorf("%d of the %d who wait are not among the %d rows of %s", missing, len(late), n, page.Address(t))
	}
}

// testWhoRead finds the client that asked by its key, and what it was told.
func (w *world) testWhoRead(t *testing.T) {
	w.api(t, "/v1/metrics/starts", url.Values{"practice": {own}})
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	page.Follow(t, webtest.Link("Who read what", ".side"))
	if text := page.Text(t, "main"); !strings.Contains(text, "browsertest") || !strings.Contains(text, "Starts") || !strings.Contains(text, "comparing") {
		t.Errorf("the ledger does not name who read the starts, and what for: %.2000s", text)
	}
}
