package print_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/print"
)

func TestWithoutABrowserSomebodyIsToldWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := print.Find("")
	if archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(archwire.HintOf(err), "install chromium") {
		t.Errorf("told %v and %q", err, archwire.HintOf(err))
	}
	if _, err := print.Find("/nowhere/chromium"); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("of a program that there is not: %v", err)
	}
}

// A document prints, with its title and its language; nothing in it reaches a server, and no
// script of it runs.
func TestPDF(t *testing.T) {
	path, err := print.Find("")
	if err != nil {
		t.Fatalf("Chromium is missing: make setup installs it (on Debian the package chromium): %v", err)
	}
	asked := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	html := `<!doctype html><html lang="de"><head><title>October</title></head><body><h1>October</h1>
<img src="` + server.URL + `/picture"><script>document.title = "changed"; fetch("` + server.URL + `/script")</script></body></html>`
	for _, letter := range []bool{true, false} {
		pdf, err := print.PDF(t.Context(), path, []byte(html), letter)
		if err != nil {
			t.Fatal(err)
		}
		size := map[bool]string{true: `/MediaBox \[0 0 612 792\]`, false: `/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]`}[letter] // points
		for _, want := range []string{`^%PDF-`, `/Title \(October\)`, `/Lang \(de\)`, `/Count 1\b`, size} {
			if !regexp.MustCompile(want).Match(pdf) {
				t.Errorf("letter %t: %s is not in it; its size is %q", letter, want, regexp.MustCompile(`/MediaBox[^/]*`).Find(pdf))
			}
		}
	}
	select {
	case path := <-asked:
		t.Errorf("the browser asked for %s", path)
	default:
	}
}
