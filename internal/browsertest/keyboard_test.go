package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"archwire/internal/serve/web/webtest"
)

// reachable counts the things that take the focus and are seen, and numbers them.
const reachable = `(() => {
	let n = 0;
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"))
		if (!e.disabled && e.getClientRects().length && e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !(e.type === "radio" && !e.checked)) e.dataset.reach = n++;
	return n;
})()`

// focused tells what has the focus: its number, and whether one sees that it has. The
// parts of a date are the browser's own, which shows the focus within them.
const focused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return ["", "body", "true"];
	const s = getComputedStyle(e), b = e.getBoundingClientRect();
	const seen = e.type === "date" || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && b.width > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth;
	return [e.dataset.reach ?? "", e.tagName + " " + e.innerText.trim().slice(0, 40), String(seen)];
})()`

// testKeyboard goes through pages by the tabulator alone, and uses them.
func (w *world) testKeyboard(t *testing.T) {
	for _, path := range []string{"/dashboards/overview", "/metrics/net_collections", "/rows/pending_list", "/practice/grants"} {
		t.Run(path, func(t *testing.T) {
			page := w.as(t, "owner", path+"?practice="+own, webtest.View{})
			n := webtest.Eval[int](t, page, reachable)
			reached := map[string]bool{}
			for i := range 3*n + 20 {
				page.Press(t, kb.Tab)
				at := webtest.Eval[[]string](t, page, focused)
				if i == 0 && at[1] != "A Skip to the content" {
					t.Errorf("the first stop is %q", at[1])
				}
				if at[2] != "true" {
					t.Errorf("one does not see that %q has the focus", at[1])
				}
				if at[0] != "" {
					reached[at[0]] = true
				} else if i > 0 && at[1] == "body" {
					break
				}
			}
			if len(reached) != n || n < 10 {
				t.Errorf("%d of %d things are reached: not %q", len(reached), n, webtest.Eval[[]string](t, page, missing(reached)))
			}
		})
	}
	page := w.as(t, "owner", "/dashboards/overview?practice="+own, webtest.View{})
	page.Press(t, kb.Tab)
	page.Press(t, kb.Enter)
	page.Press(t, kb.Tab)
	if inside := webtest.Eval[bool](t, page, `document.querySelector("main").contains(document.activeElement)`); !inside {
		t.Error("the first link does not skip to the content")
	}
	for webtest.Eval[string](t, page, `document.activeElement.innerText ?? ""`) != "Net collections" {
		page.Press(t, kb.Tab)
	}
	page.PressAndLeave(t)
	if h := page.Text(t, "h1"); h != "Net collections" {
		t.Errorf("Enter leads to %q", h)
	}
}

// missing is an expression for what was not reached.
func missing(reached map[string]bool) string {
	out := `[...document.querySelectorAll("[data-reach]")].filter((e) => ![`
	for n := range reached {
		out += `"` + n + `",`
	}
	return out + `].includes(e.dataset.reach)).map((e) => e.outerHTML.slice(0, 120))`
}
