package browsertest

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"archwire/internal/serve/web/webtest"
)

// A look is through what a page is looked at.
type look struct {
	name string
	view webtest.View
}

// looks are through what every page is looked at. Colours and widths have nothing to do
// with each other: two looks see all of them.
func looks() []look {
	return []look{{"light, wide", webtest.View{}}, {"dark, on a phone", webtest.View{Width: 390, Height: 844, Dark: true}}}
}

// testEveryPage opens every page that there is to each visitor.
func (w *world) testEveryPage(t *testing.T) {
	for _, visitor := range []string{"owner", "staff", "partner", "operator"} {
		paths := w.paths(t, visitor)
		t.Logf("%s: %q", visitor, paths)
		for _, path := range paths {
			t.Run(visitor+path, func(t *testing.T) { w.whole(t, w.people[visitor], path) })
		}
	}
	stranger := w.browser.Person(t)
	for _, path := range []string{"/sign-in", "/accept"} {
		t.Run("nobody"+path, func(t *testing.T) { w.whole(t, stranger, path) })
	}
}

// paths are the pages of a visitor: those that the navigation names and, of those that
// lie behind them, one of each kind.
func (w *world) paths(t *testing.T, visitor string) []string {
	t.Helper()
	page := w.as(t, visitor, "/", webtest.View{})
	paths := webtest.Eval[[]string](t, page, `[...document.querySelectorAll(".side nav a")].map((a) => a.pathname)`)
	at := func(path string) string { return path + "?practice=" + own }
	switch visitor {
	case "owner":
		paths = append(paths, at("/metrics/net_collections"), at("/metrics/past_due"), at("/metrics/denial_rate"), at("/metrics/days_to_payment_median"),
			at("/rows/pending_list"), at("/rows/claims"), "/switch", "/metrics/net_collections?period=last_12_months&compare=previous_year&filter%5Blocation_id%5D=1001")
		paths = append(paths, w.linked(t, visitor, "/practice/grants", "revoke=", "narrow=")...)
		paths = append(paths, w.linked(t, visitor, "/practice/people", "remove=")...)
	case "operator":
		paths = append(paths, w.linked(t, visitor, "/operator/runs", "/operator/runs/")...)
		paths = append(paths, w.linked(t, visitor, "/operator/publications", "/operator/publications/", "serve=")...)
		paths = append(paths, "/operator/models?graph=all")
		paths = append(paths, w.linked(t, visitor, "/operator/models", "/operator/models?model=")...)
		paths = append(paths, "/operator/view-as?tenant="+own, at("/practice/grants"), at("/practice/ledger"), at("/dashboards/overview"))
		paths = slices.DeleteFunc(paths, func(p string) bool { return len(p) > 10 && p[:10] == "/practice/" && p[len(p)-1] != own[0] })
	default: // the same pages, of which less opens
		paths = []string{"/dashboards/overview", "/dashboards/receivables", at("/metrics/past_due"), at("/rows/pending_list")}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// linked are the first links of a page that hold each of some texts.
func (w *world) linked(t *testing.T, visitor, path string, parts ...string) (out []string) {
	t.Helper()
	page := w.as(t, visitor, path, webtest.View{})
	for _, part := range parts {
		to := webtest.Eval[string](t, page, fmt.Sprintf(`[...document.querySelectorAll("main a")].find((a) => a.href.includes(%q))?.href ?? ""`, part))
		if to == "" {
			t.Fatalf("%s has no link to %s", path, part)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, u.RequestURI())
	}
	return out
}

// whole fails where something is wrong with a page, however one looks at it.
func (w *world) whole(t *testing.T, by *webtest.Browser, path string) {
	page := by.Open(t, w.base+path, webtest.View{})
	if n := webtest.Eval[int](t, page, `document.querySelectorAll("h1").length`); n != 1 {
		t.Errorf("%d headings of the first order: %s", n, page.Text(t, "main"))
	}
	if h := page.Text(t, "h1"); h == "That did not work" || h == "There is nothing here" {
		t.Errorf("the page says %q: %s", h, page.Text(t, "main"))
	}
	if title := webtest.Eval[string](t, page, `document.title`); title == "" {
		t.Error("no title")
	}
	if lang := webtest.Eval[string](t, page, `document.documentElement.lang`); lang != "en" {
		t.Errorf("its language is %q", lang)
	}
	for _, look := range looks() {
		name := look.name
		page.Look(t, look.view)
		if found := page.Inaccessible(t); len(found) > 0 {
			t.Errorf("%s: axe-core: %q", name, found)
		}
		if wide := webtest.Eval[int](t, page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s: the page is %d px wider than the screen: %q", name, wide, webtest.Eval[[]string](t, page,
				`[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).map((e) => e.tagName + "." + e.className).slice(0, 5)`))
		}
	}
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

// testWeight counts what comes before somebody who signs in reads the first page.
func (w *world) testWeight(t *testing.T) {
	page := w.browser.Person(t).Open(t, w.base+"/sign-in", webtest.View{})
	signIn(t, page, address("owner"), password)
	if h := page.Text(t, "h1"); h != "Overview" {
		t.Fatalf("the first page is %q", h)
	}
	const most = 200 << 10
	var sum, charts int64
	for from, n := range page.Bytes() {
		if u, err := url.Parse(from); err == nil && u.Path == "/static/vendored/echarts.js" {
			charts += n
			continue
		}
		sum += n
	}
	if sum == 0 || sum > most {
		t.Errorf("%d bytes without the charts, want at most %d: %v", sum, most, page.Bytes())
	}
	t.Logf("%d bytes, and %d of charts", sum, charts)
}
