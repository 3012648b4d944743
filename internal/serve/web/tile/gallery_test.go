package tile

import (
	"bytes"
	"flag"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/webtest"
)

var gallery = flag.String("gallery", "", "a folder that the gallery of tiles and its pictures are written to")

// policy is what pages are sent with.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"

var galleryPage = template.Must(template.New("gallery").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Gallery of tiles</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/pages.css"><script src="/static/pictures.js" defer></script><script src="/static/charts.js" defer data-library="{{.Library}}"></script></head>
<body><main><h1>Gallery of tiles</h1><div class="tiles">
{{range .Tiles}}{{.}}{{end}}</div></main></body></html>
`))

// serveGallery serves every tile on one page, as pages are served. Without a
// library its charts are tables.
func serveGallery(t *testing.T, library string) string {
	t.Helper()
	var page struct {
		Library string
		Tiles   []template.HTML
	}
	page.Library = library
	for _, c := range canned() {
		page.Tiles = append(page.Tiles, render(t, format.Format{}, c))
	}
	var out bytes.Buffer
	if err := galleryPage.Execute(&out, page); err != nil {
		t.Fatal(err)
	}
	style := styles(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(out.Bytes())
	})
	mux.HandleFunc("GET /pages.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		_, _ = w.Write(style)
	})
	mux.Handle("GET /static/", http.StripPrefix("/static", http.FileServer(http.Dir("../static"))))
	mux.Handle("GET /vendored/", http.StripPrefix("/vendored", http.FileServer(http.Dir("../vendored"))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	if *gallery != "" {
		if err := os.WriteFile(filepath.Join(*gallery, "gallery.html"), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return server.URL
}

// styles is the style sheet of pages.
func styles(t *testing.T) []byte {
	t.Helper()
	paths, err := filepath.Glob("../styles/*.css")
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text...)
	}
	return out
}

const library = "/vendored/echarts.js"

func TestGallery(t *testing.T) {
	if _, err := os.Stat(".." + library); err != nil {
		t.Fatalf("the chart library is missing, make web installs it: %v", err)
	}
	browser := webtest.Start(t)
	for name, view := range map[string]webtest.View{
		"light": {}, "dark": {Dark: true}, "phone": {Width: 390, Height: 844}, "phone-dark": {Width: 390, Height: 844, Dark: true},
	} {
		t.Run(name, func(t *testing.T) {
			page := browser.Open(t, serveGallery(t, library), view)
			drawAll(t, page)
			wholeInWidth(t, page)
			if found := page.Inaccessible(t); len(found) > 0 {
				t.Errorf("axe-core: %q", found)
			}
			picture(t, page, name)
			if faults := page.Faults(); len(faults) > 0 {
				t.Errorf("faults: %q", faults)
			}
		})
	}
	t.Run("no script", func(t *testing.T) {
		page := browser.Open(t, serveGallery(t, library), webtest.View{NoScript: true})
		picture(t, page, "no-script")
		if faults := page.Faults(); len(faults) > 0 {
			t.Errorf("faults: %q", faults)
		}
	})
	t.Run("no library", func(t *testing.T) {
		page := browser.Open(t, serveGallery(t, ""), webtest.View{})
		open := webtest.Eval[int](t, page, `document.querySelectorAll("figure.chart[hidden] ~ details.data[open]").length`)
		charts := webtest.Eval[int](t, page, `document.querySelectorAll("figure.chart").length`)
		if charts == 0 || open != charts {
			t.Errorf("%d of %d charts are replaced by their tables", open, charts)
		}
	})
}

func picture(t *testing.T, page *webtest.Page, name string) {
	t.Helper()
	if *gallery != "" {
		page.Picture(t, filepath.Join(*gallery, name+".png"))
	}
}

// drawAll brings every chart into view and waits until it is drawn.
func drawAll(t *testing.T, page *webtest.Page) {
	t.Helper()
	page.Wait(t, `[...document.querySelectorAll("figure.chart")].every((f) => { f.scrollIntoView(); return f.querySelector("canvas"); })`)
	webtest.Eval[chromedp.Void](t, page, `scrollTo(0, 0)`)
}

// wholeInWidth fails where the page is wider than the screen, or a chart is not
// as wide as its tile.
func wholeInWidth(t *testing.T, page *webtest.Page) {
	t.Helper()
	over := webtest.Eval[[]string](t, page, `[...document.querySelectorAll("body, .tile, .tile > *, .canvas canvas")]
		.filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => (e.closest("[id]")?.id ?? "") + " " + e.tagName)`)
	if len(over) > 0 {
		t.Errorf("wider than the screen: %q", over)
	}
	if wide := webtest.Eval[int](t, page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("the page is %d px wider than the screen", wide)
	}
}

// Pointing at a chart shows the exact value; its button hands out a picture. Both
// hold to the page's policy.
func TestChartsAreUsed(t *testing.T) {
	page := webtest.Start(t).Open(t, serveGallery(t, library), webtest.View{})
	drawAll(t, page)
	webtest.Eval[chromedp.Void](t, page, `(() => {
		globalThis.texts = [];
		const fill = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { texts.push(text); return fill.call(this, text, ...rest); };
		document.querySelector("#line figure").scrollIntoView({block: "center", behavior: "instant"});
	})()`)
	may := webtest.Eval[[]float64](t, page, `(() => {
		const canvas = document.querySelector("#line .canvas"), b = canvas.getBoundingClientRect();
		return [b.x + echarts.getInstanceByDom(canvas).convertToPixel({xAxisIndex: 0}, 6), b.y + b.height / 2];
	})()`)
	page.Do(t, chromedp.MouseEvent(chromedp.MouseMoved, may[0], may[1]))
	page.Wait(t, `texts.some((t) => t.includes("May 2026")) && texts.some((t) => t.includes("$61,003.00"))`)
	picture(t, page, "tooltip")
	saved := webtest.Eval[string](t, page, `(() => {
		let saved = "";
		HTMLAnchorElement.prototype.click = function () { saved = this.download + " " + this.href.slice(0, 22); };
		document.querySelector("#line .links button").click();
		return saved;
	})()`)
	if want := "collected-and-starts.png data:image/png;base64,"; saved != want {
		t.Errorf("the button saves %q, want %q", saved, want)
	}
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

// On paper there are the charts in the colours of paper, and their tables.
func TestPaperHasTheTables(t *testing.T) {
	page := webtest.Start(t).Open(t, serveGallery(t, library), webtest.View{Dark: true})
	drawAll(t, page)
	webtest.Eval[chromedp.Void](t, page, `dispatchEvent(new Event("beforeprint"))`)
	if closed := webtest.Eval[int](t, page, `document.querySelectorAll("details.data:not([open])").length`); closed > 0 {
		t.Errorf("%d tables are closed on paper", closed)
	}
	if got := webtest.Eval[string](t, page, `getComputedStyle(document.body).backgroundColor`); got != "rgb(246, 247, 248)" {
		t.Errorf("paper is %s", got)
	}
	picture(t, page, "paper")
	webtest.Eval[chromedp.Void](t, page, `dispatchEvent(new Event("afterprint"))`)
	if open := webtest.Eval[int](t, page, `document.querySelectorAll("details.data[open]").length`); open > 0 {
		t.Errorf("%d tables stay open", open)
	}
}
