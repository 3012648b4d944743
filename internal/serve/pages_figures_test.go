package serve_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

// pagesOfOne are pages with the figures of practice p1, or of none.
var pagesOfOne = []string{
	"/metrics", "/metrics/net_collections", "/metrics/net_collections?period=last_month", "/metrics/receivables?period=last_3_months", "/metrics/wait", "/rows",
	"/rows/collections", "/rows/patients?order=-wait_days", "/dashboards/overview", "/dashboards/people?filter%5Bfull_name%5D=Lin", "/metrics/net_collections/2.csv?period=last_month", "/switch",
}

func TestAPageNeverHoldsAnothersFigures(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	for name, role := range map[string]auth.Role{"admin@example.com": auth.PracticeAdmin, "user@example.com": auth.PracticeUser} {
		b := o.signedIn(t, name, role, "p1")
		for _, path := range pagesOfOne {
			if r := o.send(t, b, "GET", path, "", "Accept", "text/html"); strings.Contains(r.text, "CANARY") || r.status >= 500 {
				t.Errorf("%s of %s: %d %s", path, name, r.status, r.text)
			}
		}
		for _, path := range []string{"/metrics/net_collections?practice=p2", "/rows/patients?practice=p2", "/dashboards/overview?practice=p2", "/practice/nothing", "/operator/nothing"} {
			if r := o.send(t, b, "GET", path, "", "Accept", "text/html"); r.status != 404 || strings.Contains(r.text, "CANARY") {
				t.Errorf("%s of %s: %d", path, name, r.status)
			}
		}
	}
}

// The figures of the page are those of the rows of setup_test: in October p1 received
// 1284.50 and gave 0.05 back.
func TestAMetricsPageTellsTheFigure(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := o.signedIn(t, "ann@example.com", auth.PracticeAdmin, "p1")
	r := o.send(t, b, "GET", "/metrics/net_collections?period=last_month", "").want(t, 200)
	for _, want := range []string{"$1,284</p>", "Payments received.", "Maple Orthodontics", "Data through Fri Nov 20 (Denver)", "2 tables, 3 checks", "rose by $1,184.45, from $100.00 in Sep 2026 to $1,284.45 in Oct 2026"} {
		if !strings.Contains(r.text, want) {
			t.Errorf("there is no %q in %s", want, r.text)
		}
	}
	export := o.send(t, b, "GET", "/metrics/net_collections/2.csv?period=last_month", "").want(t, 200)
	rows, err := csv.NewReader(strings.NewReader(export.text)).ReadAll()
	must(t, err)
	last := rows[len(rows)-1]
	if diff := cmp.Diff([]string{"2026-10-01", "1284.45"}, last); diff != "" {
		t.Error(diff)
	}
	if kind := export.header.Get("Content-Disposition"); !strings.Contains(kind, `filename="history-2026-11-20.csv"`) {
		t.Errorf("the file is %s", kind)
	}
}

// What a page shows is in the ledger as any other answer is.
func TestWhatAPageShowsIsInTheLedger(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := o.signedIn(t, "ann@example.com", auth.PracticeAdmin, "p1")
	o.send(t, b, "GET", "/rows/patients", "").want(t, 200)
	found := false
	for _, e := range o.disclosed(t, ledger.Filter{}) {
		found = found || e.Name == "patients" && e.Person != ""
	}
	if !found {
		t.Error("the ledger has nothing of the rows that a page showed")
	}
}

func TestRowsAreSortedFilteredAndTaken(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	b := o.signedIn(t, "ann@example.com", auth.PracticeAdmin, "p1")
	r := o.send(t, b, "GET", "/rows/collections?order=-amount&fields=business_date&fields=amount&filter[payer_kind]=patient", "").want(t, 200)
	first, second := strings.Index(r.text, "$100.00"), strings.Index(r.text, "$10.10")
	if first < 0 || second < first || strings.Contains(r.text, "1,284") || strings.Contains(r.text, "order=payments") {
		t.Errorf("the rows are %s", r.text)
	}
	if !strings.Contains(r.text, "$110.05") { // 100.00 + 10.10 - 0.05
		t.Errorf("the rows have no total: %s", r.text)
	}
	added := o.send(t, b, "GET", "/rows/collections?column=payer_kind&is=ne&value=patient", "").want(t, 303)
	to, err := url.Parse(added.header.Get("Location"))
	must(t, err)
	if got := to.Query().Get("filter[payer_kind]"); got != "ne:patient" || to.Query().Has("column") {
		t.Errorf("a filter leads to %s", to)
	}
	book := o.send(t, b, "GET", "/rows/collections?format=xlsx", "").want(t, 200)
	if !strings.HasPrefix(book.text, "PK") {
		t.Error("a workbook is no archive")
	}
	all := o.send(t, b, "GET", "/v1/datasets/collections/export.csv?filter%5Bpayer_kind%5D=patient", "").want(t, 200)
	if !strings.Contains(all.text, "-0.05") {
		t.Errorf("the file has %s", all.text)
	}
	wrong := o.send(t, b, "GET", "/rows/collections?filter[payer_kind]=in:patient", "", "Accept", "text/html").want(t, http.StatusBadRequest)
	if !strings.Contains(wrong.text, "operator that there is not") {
		t.Errorf("a wrong filter is answered with %s", wrong.text)
	}
}
