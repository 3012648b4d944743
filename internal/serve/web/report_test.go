package web

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/view"
)

const cannedReconcile = `{"dataset":"reconcile","description":"Why figures differ.","tenant":"practice_id","key":["month","location_id","comparison","cause"],"contract":1,"columns":[
{"name":"month","type":"date","class":"public"},{"name":"location_id","type":"int64","class":"public"},{"name":"comparison","type":"text","class":"public"},{"name":"comparison_label","type":"text","class":"public"},
{"name":"cause","type":"text","class":"public"},{"name":"cause_label","type":"text","class":"public"},{"name":"position","type":"int64","class":"public"},
{"name":"count","type":"int64","class":"public","unit":"count"},{"name":"amount","type":"decimal(14,2)","class":"public","unit":"usd"}]}`

// cannedCauses are of two locations: of money that adds up, and of counts that do not.
const cannedCauses = `[
{"location_id":3,"comparison":"a","comparison_label":"Production and ledger","cause":"from","cause_label":"Production","position":0,"count":null,"amount":100.10},
{"location_id":3,"comparison":"a","comparison_label":"Production and ledger","cause":"late","cause_label":"Posted later","position":1,"count":null,"amount":-20.05},
{"location_id":3,"comparison":"a","comparison_label":"Production and ledger","cause":"none","cause_label":"Made nothing of it","position":2,"count":null,"amount":0.00},
{"location_id":3,"comparison":"a","comparison_label":"Production and ledger","cause":"to","cause_label":"Ledger","position":9,"count":null,"amount":80.05},
{"location_id":4,"comparison":"a","comparison_label":"Production and ledger","cause":"to","cause_label":"Ledger","position":9,"count":null,"amount":200.01},
{"location_id":4,"comparison":"a","comparison_label":"Production and ledger","cause":"from","cause_label":"Production","position":0,"count":null,"amount":200.02},
{"location_id":4,"comparison":"a","comparison_label":"Production and ledger","cause":"late","cause_label":"Posted later","position":1,"count":null,"amount":-0.01},
{"location_id":3,"comparison":"b","comparison_label":"Starts and contracts","cause":"from","cause_label":"Starts","position":0,"count":12,"amount":null},
{"location_id":3,"comparison":"b","comparison_label":"Starts and contracts","cause":"open","cause_label":"Not signed","position":1,"count":-3,"amount":null},
{"location_id":3,"comparison":"b","comparison_label":"Starts and contracts","cause":"to","cause_label":"Contracts","position":2,"count":10,"amount":null}]`

// reconciled answers as canned does, and has the reconcile report of October.
type reconciled struct{ canned }

func (c reconciled) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var text string
	switch r.URL.Path {
	case "/v1/datasets":
		text = strings.TrimSuffix(cannedDatasets, "]") + "," + cannedReconcile + "]"
	case "/v1/datasets/reconcile/rows":
		if text = "[]"; r.URL.Query().Get("filter[month]") == "2026-10-01" && r.URL.Query().Get("practice") == "1" {
			text = cannedCauses
		}
	default:
		c.canned.ServeHTTP(w, r)
		return
	}
	w.Write([]byte(`{"data":` + text + `,` + cannedMeta)) //nolint:errcheck // a recorder takes all
}

// reported is a report of the canned practice.
func reported(t *testing.T, o ReportOrder) *Report {
	t.Helper()
	h := handler(t, canned{})
	h.API = reconciled{canned{roles: owner, tenants: 1, dashboard: cannedDashboards}}
	out, err := h.Report(httptest.NewRequest(http.MethodGet, "/", nil), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReport(t *testing.T) {
	got := reported(t, ReportOrder{Tenant: "1"})
	if got.Month != "2026-10" || !got.Complete || got.Publication != "20261121T021400Z-4f9c" {
		t.Errorf("the last complete month before Nov 20 is %s of %s, complete: %t", got.Month, got.Publication, got.Complete)
	}
	text := string(got.Text)
	begin, end := strings.Index(text, "<style>"), strings.Index(text, "</style>")
	if begin < 0 || !strings.Contains(text[begin:end], ".tile") {
		t.Fatal("its styles are not in it")
	}
	golden(t, filepath.Join("testdata", "golden", "report.html"), text[:begin+len("<style>")]+"X"+text[end:])
	for _, out := range []string{"<script", "<link", "href=", "src=", "data-chart", "url("} {
		if strings.Contains(text, out) {
			t.Errorf("it has %s", out)
		}
	}
}

// 100.10 + 200.02 are 300.12; less 20.05 and 0.01 they are 280.06, the sum of both ledgers.
func TestCausesAreAddedUpOverLocations(t *testing.T) {
	text := string(reported(t, ReportOrder{Tenant: "1"}).Text)
	for _, want := range []string{"$300.12", "−$20.06", "$280.06", "These causes do not add up"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in it", want)
		}
	}
	if n := strings.Count(text, "do not add up to the difference"); n != 1 {
		t.Errorf("%d comparisons do not add up, want that of contracts alone", n)
	}
	if strings.Contains(text, "Made nothing of it") {
		t.Error("a cause of nothing is in it")
	}
}

// What is mailed says that it is not what the last night should have made.
func TestAReportAfterAFailedRunSaysSo(t *testing.T) {
	h := handler(t, canned{})
	h.API = reconciled{canned{roles: owner, tenants: 1, dashboard: cannedDashboards, status: `{"within_seconds":5400,"late":true,"last_run":{"state":"failed","started_at":"2026-11-22T08:25:00Z","verb":"publish"}}`}}
	out, err := h.Report(httptest.NewRequest(http.MethodGet, "/", nil), ReportOrder{Tenant: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"These are not the latest figures: the run of Nov 22, 2026, 01:25 failed before it could publish, so this is the publication before it.",
		"The data are late: the sources were last read 3 h 30 min ago, the promise is 1 h 30 min.",
	} {
		if !strings.Contains(strings.ReplaceAll(string(out.Text), "\u00a0", " "), want) {
			t.Errorf("%q is not in it", want)
		}
	}
}

func TestReportOfAMonthThatIsNotOverSaysSo(t *testing.T) {
	got := reported(t, ReportOrder{Tenant: "1", Month: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Compare: view.None, URL: "https://pages.example.com"})
	text := string(got.Text)
	if got.Complete || !strings.Contains(text, "This month is not complete") {
		t.Error("November seems to be over on the 20th")
	}
	if !strings.Contains(text, `href="https://pages.example.com/metrics/net_collections?`) || strings.Contains(text, `href="/`) {
		t.Error("its links do not lead to the pages")
	}
	if strings.Contains(text, "Why two figures differ") {
		t.Error("there are causes of a month without any")
	}
}

func TestReportsThatThereAreNot(t *testing.T) {
	h := handler(t, canned{roles: owner, tenants: 1, dashboard: cannedDashboards})
	for name, test := range map[string]struct {
		order  ReportOrder
		status int
	}{
		"another practice":      {ReportOrder{Tenant: "2"}, 404},
		"an unknown dashboard":  {ReportOrder{Tenant: "1", Dashboards: []string{"overview", "nothing"}}, 404},
		"a month that will be":  {ReportOrder{Tenant: "1", Month: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}, 400},
		"no practice in itself": {ReportOrder{}, 404},
	} {
		if out, err := h.Report(httptest.NewRequest(http.MethodGet, "/", nil), test.order); ask.StatusOf(err) != test.status {
			t.Errorf("%s: %v with %v, want status %d", name, out, err, test.status)
		}
	}
}
