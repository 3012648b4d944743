package browsertest

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/webtest"
)

// testRowsAsFiles takes rows of people as CSV and as a workbook, and reads both.
func (w *world) testRowsAsFiles(t *testing.T) {
	var want [][]string
	for _, row := range w.all(t, "/v1/datasets/pending_list/rows", url.Values{"practice": {own}, "filter[days_waiting]": {"gt:90"}, "fields": {"patient_id,days_waiting,last_name"}}) {
		want = append(want, []string{fmt.Sprint(row["patient_id"]), fmt.Sprint(row["days_waiting"]), fmt.Sprint(row["last_name"])})
	}
	if len(want) == 0 {
		t.Fatal("nobody waits")
	}
	page := w.as(t, "owner", "/rows/pending_list?practice="+own+"&filter%5Bdays_waiting%5D=gt:90&fields=patient_id&fields=days_waiting&fields=last_name", webtest.View{})
	for _, format := range []string{"CSV", "XLSX"} {
		page.Click(t, webtest.Link(format, "main .tools"))
		name, content := w.people["owner"].Saved(t)
		if !strings.HasSuffix(name, "."+strings.ToLower(format)) {
			t.Errorf("%s is saved as %q", format, name)
		}
		read := csvOf
		if format == "XLSX" {
			read = xlsxOf
		}
		got := columnsOf(t, read(t, content), 3)
		if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
			t.Errorf("%s differs from the API (-API +file):\n%s", format, diff)
		}
	}
}

// testTileAsFile takes what a tile shows.
func (w *world) testTileAsFile(t *testing.T) {
	page := w.as(t, "owner", "/metrics/net_collections?practice="+own+"&period=last_month&compare=none", webtest.View{})
	page.Click(t, `document.querySelectorAll(".tile")[1].querySelector(".links a[download]")`)
	_, content := w.people["owner"].Saved(t)
	rows := csvOf(t, content)
	var got []string
	for _, row := range rows[1:] {
		got = append(got, row[len(row)-1])
	}
	var want []string
	for _, row := range w.api(t, "/v1/metrics/net_collections", url.Values{"practice": {own}, "grain": {"month"}, "from": {"2024-10-01"}, "to": {"2026-10-31"}}).Data {
		want = append(want, fmt.Sprint(row["value"]))
	}
	got = slices.DeleteFunc(got, func(s string) bool { return s == "" })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the history differs from the API (-API +file):\n%s", diff)
	}
}

// all asks for rows page by page.
func (w *world) all(t *testing.T, path string, q url.Values) (rows []map[string]any) {
	t.Helper()
	q.Set("limit", "1000")
	for {
		a := w.api(t, path, q)
		rows = append(rows, a.Data...)
		if a.Page.Next == nil {
			return rows
		}
		q.Set("cursor", *a.Page.Next)
	}
}

func csvOf(t *testing.T, content []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("not CSV with rows: %v: %.200q", err, content)
	}
	return rows
}

// xlsxOf reads the first sheet of a workbook.
func xlsxOf(t *testing.T, content []byte) (rows [][]string) {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatalf("not a workbook: %v", err)
	}
	f, err := book.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Value  string `xml:"v"`
				Inline string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal(text, &sheet); err != nil {
		t.Fatal(err)
	}
	for _, r := range sheet.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, c.Value+c.Inline)
		}
		rows = append(rows, row)
	}
	return rows
}

// columnsOf is what stands under the head of a table of so many columns.
func columnsOf(t *testing.T, rows [][]string, n int) [][]string {
	t.Helper()
	head := slices.IndexFunc(rows, func(r []string) bool {
		return len(r) >= n && (r[0] == "patient_id" || r[0] == "Patient" || r[0] == "practice_id")
	})
	if head < 0 {
		t.Fatalf("no head among %q", rows[:min(len(rows), 6)])
	}
	var out [][]string
	for _, r := range rows[head+1:] {
		out = append(out, r[len(r)-n:])
	}
	return out
}

func sorted(rows [][]string) [][]string {
	out := slices.Clone(rows)
	slices.SortFunc(out, slices.Compare)
	return out
}

// testPicture takes a chart as a PNG, and what is drawn without one.
func (w *world) testPicture(t *testing.T) {
	page := w.as(t, "owner", "/dashboards/overview", webtest.View{})
	drawn := tileOf(t, page, "Past due by age")
	page.Click(t, webtest.Link("PNG", drawn))
	w.pictured(t, "past-due-by-age")
	tile := tileOf(t, page, "Produced and collected")
	webtest.Eval[bool](t, page, `(document.querySelector("`+tile+`").scrollIntoView(), true)`)
	page.Wait(t, `!!document.querySelector("`+tile+` canvas")`)
	page.Wait(t, `!!(`+webtest.Link("PNG", tile)+`)`)
	page.Click(t, webtest.Link("PNG", tile))
	w.pictured(t, "produced-and-collected")
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

// pictured takes the picture that was saved: of that name, and with something on it.
func (w *world) pictured(t *testing.T, of string) {
	t.Helper()
	name, content := w.people["owner"].Saved(t)
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil || !strings.HasPrefix(name, of) {
		t.Fatalf("%s is no picture: %v", name, err)
	}
	colours := map[[4]uint32]bool{}
	for x := range picture.Bounds().Dx() {
		for y := range picture.Bounds().Dy() {
			r, g, b, a := picture.At(x, y).RGBA()
			colours[[4]uint32{r, g, b, a}] = true
		}
	}
	if len(colours) < 10 {
		t.Errorf("the picture of %v has %d colours", picture.Bounds(), len(colours))
	}
}

// testPaper prints: the tables are there, with script and without, and what one clicks
// is not.
func (w *world) testPaper(t *testing.T) {
	for name, view := range map[string]webtest.View{"script": {Print: true}, "no script": {Print: true, NoScript: true}} {
		page := w.as(t, "owner", "/dashboards/overview?practice="+own, view)
		if name == "script" {
			webtest.Eval[bool](t, page, `dispatchEvent(new Event("beforeprint"))`)
		}
		seen := func(selector string) int {
			return webtest.Eval[int](t, page, `[...document.querySelectorAll("`+selector+`")].filter((e) => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && e.getClientRects().length).length`)
		}
		tables := webtest.Eval[int](t, page, `document.querySelectorAll(".tile table").length`)
		if got := seen(".tile table"); tables == 0 || got != tables {
			t.Errorf("%s: %d of %d tables are on paper", name, got, tables)
		}
		for _, gone := range []string{".side", ".top", ".view", ".links"} {
			if n := seen(gone); n > 0 {
				t.Errorf("%s: %d %s are on paper", name, n, gone)
			}
		}
		if pdf := page.PDF(t); !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 10_000 {
			t.Errorf("%s: %d bytes, no PDF", name, len(pdf))
		}
	}
}
