package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/operator"
)

// csvOf is a table of a page as a file.
func csvOf(t *testing.T, h http.Handler, path string) [][]string {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; ") {
		t.Fatalf("%s answers %d of %s", path, w.Code, w.Header())
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Tables of operators and admins leave as files: the values themselves, all rows of all
// pages, and nothing that a spreadsheet would take for a formula (docs/reference/pages.md).
func TestTablesOfTheOfficeLeaveAsFiles(t *testing.T) {
	answers := operated()
	answers["GET /v1/operator/tenants"] = data([]operator.OperatedTenantDoc{
		{ID: "17", Label: "=HYPERLINK(1)", Timezone: "UTC", Rows: 1_234_567, Bytes: 1_540_000, DisclosedAt: new(at(7, 2)), People: 3, Admins: 1, Clients: []string{"a", "b", "c", "d", "e", "f", "g"}},
	})
	h, _ := pages(t, operatorRoles(), answers)
	if diff := cmp.Diff([][]string{
		{"Practice", "Rows", "Size", "Last read", "People", "Clients with a grant"},
		{"'=HYPERLINK(1), 17 · UTC", "1234567", "1540000", "2026-11-21T07:02:00Z", "3", "a, b, c, d, e, f, g"},
	}, csvOf(t, h, "/operator/tenants?format=csv")); diff != "" {
		t.Errorf("tenants (-want +got):\n%s", diff)
	}
	if rows := csvOf(t, h, "/operator/freshness?format=csv&table=2&page=3"); len(rows) != 1+120 || rows[1][2] != "missing" {
		t.Errorf("the nights of practices are %d rows", len(rows))
	}
	runs := csvOf(t, h, "/operator/runs?format=csv&table=1")
	if runs[1][0] != "2026-11-21T01:30:00Z" || runs[1][1] != "20261121T013000Z-aaaa" || runs[1][3] != "2026-11-20" || runs[1][4] != "1284000" || runs[1][5] != "2640" {
		t.Errorf("runs are %v", runs)
	}
	w := get(t, h, "/operator/tenants?format=xlsx&table=1")
	book, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	part, err := book.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil || !strings.Contains(string(text), "<v>1234567</v>") || !strings.Contains(string(text), "=HYPERLINK(1), 17") {
		t.Errorf("the workbook has %s, %v", text, err)
	}
	for _, path := range []string{"/operator/tenants?format=pdf", "/operator/tenants?format=csv&table=2", "/operator/tenants?format=csv&table=x"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
	admins, _ := pages(t, admin(), kept())
	if rows := csvOf(t, admins, "/practice/people?format=csv"); len(rows) != 3 || rows[1][0] != "ann@example.com" {
		t.Errorf("people are %v", rows)
	}
	if w := get(t, admins, "/operator/tenants?format=csv"); w.Code != http.StatusNotFound {
		t.Errorf("an admin is answered %d", w.Code)
	}
}
