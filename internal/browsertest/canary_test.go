package browsertest

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	hrefForm = regexp.MustCompile(`(?:href|src|action)="([^"]+)"`)
	h1Form   = regexp.MustCompile(`<h1[ >]`)
)

// mostPages bounds how far links are followed.
const mostPages = 200

// testCanaries follows the links of everybody in practice 1 and looks in all that comes,
// pages and files, for names of the other one, and of people where they do not open.
func (w *world) testCanaries(t *testing.T) {
	for visitor, identified := range map[string]bool{"owner": true, "staff": true, "partner": false} {
		t.Run(visitor, func(t *testing.T) {
			cookie := w.cookie(t, visitor)
			queue, seen, files, names := []string{"/"}, map[string]bool{}, 0, 0
			for n := 0; len(queue) > 0 && n < mostPages; n++ {
				path := queue[0]
				queue = queue[1:]
				body, kind := w.fetch(t, path, "Cookie", cookie, "Accept", "text/html")
				if strings.Contains(kind, "spreadsheet") {
					body = unzipped(t, body)
				}
				for _, found := range canaryForm.FindAllStringSubmatch(body, -1) {
					if names++; found[2] != own {
						t.Fatalf("%s holds a name of practice %s", path, found[2])
					}
					if found[1] == "identified" && !identified {
						t.Fatalf("%s holds the name of a person", path)
					}
				}
				if !strings.HasPrefix(kind, "text/html") {
					files++
					continue
				}
				if n := len(h1Form.FindAllString(body, -1)); n != 1 {
					t.Errorf("%s has %d headings of the first order", path, n)
				}
				queue = append(queue, links(t, path, body, seen)...)
			}
			if len(seen) < 100 || files == 0 || names == 0 {
				t.Errorf("%d addresses, %d files and %d names were seen: too few to say anything", len(seen), files, names)
			}
			t.Logf("%d addresses, %d files, %d names; %d not followed", len(seen), files, names, len(queue))
		})
	}
}

// links are the addresses of this server that a page leads to and that were not seen.
// Of those that differ in their parameters only, a few are followed.
func links(t *testing.T, from, body string, seen map[string]bool) (out []string) {
	t.Helper()
	base, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range hrefForm.FindAllStringSubmatch(body, -1) {
		to, err := base.Parse(html.UnescapeString(m[1]))
		if err != nil || to.Host != "" || to.Scheme != "" || slices.Contains([]string{"/sign-out", "/theme", "/view-as"}, to.Path) || strings.HasPrefix(to.Path, "/static/") {
			continue
		}
		to.Fragment = ""
		address := to.RequestURI()
		if seen[address] {
			continue
		}
		seen[address] = true
		alike := 0
		for s := range seen {
			if path, _, _ := strings.Cut(s, "?"); path == to.Path {
				alike++
			}
		}
		if alike <= 3 {
			out = append(out, address)
		}
	}
	return out
}

// unzipped is all that a workbook holds.
func unzipped(t *testing.T, content string) string {
	t.Helper()
	book, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range book.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
