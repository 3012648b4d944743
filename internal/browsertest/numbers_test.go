package browsertest

import (
	"math/big"
	"net/url"
	"strings"
	"testing"

	"archwire/internal/serve/web/webtest"
)

// tileOf is a selector for the tile of a title.
func tileOf(t *testing.T, page *webtest.Page, title string) string {
	t.Helper()
	id := webtest.Eval[string](t, page, `[...document.querySelectorAll(".tile")].find((e) => e.querySelector("h2")?.innerText.trim() === `+"`"+title+"`"+`)?.id ?? ""`)
	if id == "" {
		t.Fatalf("%s has no tile %q", page.Address(t), title)
	}
	return "#" + id
}

// testDrill adds up the rows behind what is past due, page by page.
func (w *world) testDrill(t *testing.T) {
	page := w.as(t, "owner", "/", webtest.View{})
	tile := tileOf(t, page, "Past due")
	shown := amount(t, page.Text(t, tile+" .value"))
	page.Follow(t, `document.querySelector("`+tile+` .links a[href^='/rows/']")`)
	sum, rows := new(big.Rat), 0
	for {
		values := webtest.Eval[[]string](t, page, `(() => {
			const at = [...document.querySelectorAll("main thead th")].findIndex((h) => h.innerText.trim() === "Past due");
			return [...document.querySelectorAll("main tbody tr")].map((r) => r.cells[at].innerText);
		})()`)
		for _, v := range values {
			sum.Add(sum, amount(t, v))
		}
		rows += len(values)
		if next := webtest.Link("Next rows", ""); webtest.Eval[bool](t, page, "!!("+next+")") {
			page.Follow(t, next)
			continue
		}
		break
	}
	data := w.api(t, "/v1/metrics/past_due", url.Values{"practice": {own}, "grain": {"month"}, "from": {"2026-11-01"}, "to": {"2026-11-30"}}).Data
	want := exact(t, data[len(data)-1]["value"])
	if sum.Cmp(want) != 0 || !same(shown, want, 0) {
		t.Errorf("%d rows make %s, the page says %s, the API %s", rows, sum.FloatString(2), shown.FloatString(0), want.FloatString(2))
	}
	if rows == 0 || want.Sign() == 0 {
		t.Error("there is nothing past due to find")
	}
}

// collected is what the API says was collected in months from first to last.
func (w *world) collected(t *testing.T, first, last string) *big.Rat {
	t.Helper()
	return total(t, w.api(t, "/v1/metrics/net_collections", url.Values{"practice": {own}, "grain": {"month"}, "from": {first}, "to": {last}}).Data, "value")
}

// testPeriod changes the period and what it is compared with by the form.
func (w *world) testPeriod(t *testing.T) {
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	for _, step := range []struct {
		field, option, name, value    string
		first, last, before, beforeTo string
	}{
		{"period", "Last 3 months", "period", "last_3_months", "2026-08-01", "2026-10-31", "2026-05-01", "2026-07-31"},
		{"period", "Last month", "period", "last_month", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"},
		{"compared with", "The year before", "compare", "previous_year", "2026-10-01", "2026-10-31", "2025-10-01", "2025-10-31"},
		{"compared with", "Nothing", "compare", "none", "2026-10-01", "2026-10-31", "", ""},
	} {
		page.Chosen(t, step.field, step.option)
		if got := page.Address(t).Query().Get(step.name); got != step.value {
			t.Fatalf("%s leads to %s", step.option, page.Address(t))
		}
		tile := tileOf(t, page, "Net collections")
		now := w.collected(t, step.first, step.last)
		if got := page.Text(t, tile+" .value"); !same(amount(t, got), now, 0) {
			t.Errorf("%s: the tile says %q, the API %s", step.option, got, now.FloatString(2))
		}
		change := page.Text(t, tile+" .change")
		if step.before == "" {
			if change != "" {
				t.Errorf("%s: the tile still says %q", step.option, change)
			}
			continue
		}
		before := w.collected(t, step.before, step.beforeTo)
		part := new(big.Rat).Quo(new(big.Rat).Sub(now, before), before)
		part.Mul(part, big.NewRat(100, 1)).Abs(part)
		arrow := "▼"
		if now.Cmp(before) > 0 {
			arrow = "▲"
		}
		if !strings.Contains(change, part.FloatString(1)) || !strings.Contains(change, arrow) {
			t.Errorf("%s: the tile says %q; by the API %s %s %%, from %s to %s", step.option, change, arrow, part.FloatString(1), before.FloatString(2), now.FloatString(2))
		}
	}
}
