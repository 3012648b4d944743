package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/serve/operator"
)

// at is an instant of that night.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 21, hour, minute, 0, 0, time.UTC) }

func succeeded() operator.RunDoc {
	return operator.RunDoc{
		Run: "20261121T013000Z-aaaa", State: archwire.Succeeded, StartedAt: at(1, 30), EndedAt: new(at(2, 14)), Seconds: 2640, Verb: archwire.Publish, AsOf: "2026-11-20", Rows: 1_284_000,
		Publication: "20261121T021400Z-4f9c", Met: []archwire.Event{}, Steps: []operator.StepDoc{
			{Verb: archwire.Extract, Seconds: 900, Count: 1_284_000}, {Verb: archwire.LoadVerb, Seconds: 60, Count: 31}, {Verb: archwire.Refresh, Seconds: 1500, Count: 48}, {Verb: archwire.Verify, Seconds: 90, Count: 80}, {Verb: archwire.Publish, Seconds: 90, Count: 900},
		},
	}
}

func failed() operator.RunDoc {
	return operator.RunDoc{
		Run: "20261120T013000Z-bbbb", State: archwire.Failed, StartedAt: at(1, 30).AddDate(0, 0, -1), EndedAt: new(at(1, 31).AddDate(0, 0, -1)), Seconds: 60, Verb: archwire.Extract, Met: []archwire.Event{archwire.EventDrift},
		Steps: []operator.StepDoc{}, Problem: &operator.RunProblemDoc{Code: archwire.Unavailable, Message: "source rcm refuses the connection", Hint: "See whether its server runs, and RCM_DSN."},
	}
}

func underWay() operator.RunShownDoc {
	r := succeeded()
	r.Run, r.State, r.EndedAt, r.Publication, r.Verb, r.Seconds = "20261121T113000Z-cccc", archwire.Running, nil, "", archwire.Refresh, 1800
	r.StartedAt, r.Steps = at(11, 30), r.Steps[:2]
	return operator.RunShownDoc{RunDoc: r, Process: &operator.ProcessDoc{PID: 4711, Host: "etl-1", Since: at(11, 30)}, Parts: []operator.PartDoc{
		{Verb: archwire.Extract, What: "rcm.ledger_transaction", State: "done", Mode: "cursor", Note: "rows at or after the last cursor", Rows: 1_200_000, Changed: 90_000, Bytes: 92_400_000, Seconds: 600, RowsPerSecond: 2000, UsualSeconds: new(250.0), Slow: true},
		{Verb: archwire.Extract, What: "rcm.payer", State: "skipped", Note: "the source vouches that nothing was committed"},
		{Verb: archwire.Refresh, What: "finance.collections_daily", State: "under_way", Rows: 0, Of: 1, Seconds: 33},
		{Verb: archwire.Refresh, What: "finance.aging", State: "waiting", Of: 1},
	}}
}

// nightsOf is what is told of three nights of some tenants: the first had two bad ones.
func nightsOf(tenants int) operator.NightsDoc {
	doc := operator.NightsDoc{
		Timezone: "America/Denver", Days: []operator.NightDoc{{Day: "2026-11-19"}, {Day: "2026-11-20", Runs: freshness.Failed}, {Day: "2026-11-21", Runs: freshness.InTime}},
		Sources: []operator.OfNightDoc{{Name: "rcm", States: []freshness.State{freshness.Unknown, freshness.Failed, freshness.Late}, Bad: 2}},
		Tenants: []operator.OfNightDoc{{Name: "17", Label: "Maple Street", States: []freshness.State{freshness.Unknown, freshness.Missing, freshness.Late}, Bad: 2}},
	}
	for i := 1; i < tenants; i++ {
		id := strconv.Itoa(100 + i)
		doc.Tenants = append(doc.Tenants, operator.OfNightDoc{Name: id, Label: "Practice " + id, States: []freshness.State{freshness.Unknown, freshness.InTime, freshness.InTime}})
	}
	return doc
}

// operated is what the API tells operators.
func operated() map[string]any {
	m := operator.PartDoc{Verb: archwire.Refresh, What: "finance.collections_daily", State: "done", Mode: "tenants", Note: "3 of 550 practices changed", Rows: 4200, Seconds: 1.5, UsualSeconds: new(1.4)}
	return map[string]any{
		"GET /v1/operator/runs":                       data([]operator.RunDoc{succeeded(), failed()}),
		"GET /v1/operator/runs/20261121T113000Z-cccc": data(underWay()),
		"GET /v1/operator/runs/20261120T013000Z-bbbb": data(operator.RunShownDoc{RunDoc: failed(), Parts: []operator.PartDoc{}}),
		"GET /v1/operator/freshness": data(operator.FreshnessDoc{
			At: noon, WithinSeconds: new(int64(36_000)), Publication: "20261121T021400Z-4f9c", AsOf: "2026-11-20", DataThrough: new(at(1, 30)), Late: true, NextRun: new(at(8, 30).AddDate(0, 0, 1)),
			Tables:  []operator.FreshDoc{{Name: "rcm.payer", DataThrough: at(11, 30), AgeSeconds: 1800}, {Name: "rcm.account", DataThrough: at(1, 30), AgeSeconds: 37_800, Late: true}},
			Tenants: []operator.FreshDoc{{Name: "17", Label: "Maple Street", DataThrough: at(1, 30), AgeSeconds: 37_800, Late: true}}, LastRun: new(succeeded()), LastSuccess: new(succeeded()),
		}),
		"GET /v1/operator/nights": data(nightsOf(120)),
		"GET /v1/operator/models": data([]operator.ModelDoc{
			{Model: "finance.collections_daily", Description: "Money received per practice and day.", File: "models/finance/collections_daily.sql", Reads: []string{"rcm.ledger_transaction", "rcm.account"}, ByTenant: true, Reason: "every relation is joined by practice_id", Refreshed: &m, Run: "20261121T013000Z-aaaa"},
			{Model: "finance.benchmarks", Description: "Quartiles.", File: "models/finance/benchmarks.sql", Reads: []string{"finance.collections_daily"}, Reason: "line 9 compares practices <with> each other"},
		}),
		"GET /v1/operator/verification": data(operator.VerificationDoc{
			Publication: "20261121T021400Z-4f9c", Method: "fingerprint", At: new(at(2, 10)), Checks: 12, Rows: 5_300_000, Tables: []operator.VerifiedTableDoc{
				{Table: "rcm.account", At: at(1, 30), SourceRows: 120_000, WarehouseRows: 120_000, Mode: "cursor", Parts: 4, PrintedRows: 30_000, CoveredSince: new(at(1, 30).AddDate(0, 0, -12))},
				{Table: "rcm.payer", At: at(1, 30), SourceRows: 40, WarehouseRows: 40, Mode: "full", Vouched: true},
			},
		}),
		"GET /v1/operator/publications": data([]operator.PublicationDoc{
			{Publication: "20261121T021400Z-4f9c", InService: true, AsOf: "2026-11-20", CreatedAt: new(at(2, 14)), Run: "20261121T013000Z-aaaa", Previous: "20261120T021400Z-1a2b", Slices: 900, Rows: 5_300_000, Entered: []operator.EnteredDoc{{At: at(9, 5), By: "hand", Who: "ann@example.com"}, {At: at(5, 40), By: "hand", Who: "operator:kim"}, {At: at(5, 35), By: "hand", Who: "operator"}, {At: at(5, 34), By: "hand", Who: "operator@example.com"}, {At: at(5, 30), By: "hand"}, {At: at(2, 14), By: "run"}}},
			{Publication: "20261120T021400Z-1a2b", AsOf: "2026-11-19", CreatedAt: new(at(2, 14).AddDate(0, 0, -1)), Run: "20261120T013000Z-dddd", Slices: 898, Rows: 5_290_000, Entered: []operator.EnteredDoc{}},
			{Publication: "20261119T021400Z-3c4d", Problem: "the manifest of publication 20261119T021400Z-3c4d is not readable JSON", Entered: []operator.EnteredDoc{}},
		}),
		"GET /v1/operator/publications/20261121T021400Z-4f9c": data(operator.ComparedDoc{
			Publication: "20261121T021400Z-4f9c", Since: "20261120T021400Z-1a2b", AsOf: "2026-11-20", SinceAsOf: "2026-11-19", ProjectChanged: true, Unchanged: 17,
			TenantsAdded: []operator.TenantNameDoc{{ID: "18", Label: "Oak & Pine"}}, TenantsRemoved: []operator.TenantNameDoc{},
			Datasets: []operator.DatasetMovedDoc{{Dataset: "patients", State: "changed", Defined: true, Changed: []string{"17"}, Added: []string{"18"}, Removed: []string{}, RowsBefore: 100, Rows: 140, Bytes: 9000}},
			Metrics:  []operator.MetricMovedDoc{{Metric: "net_collections", State: "changed", What: []string{"numerator", "version"}}}, Breaks: []string{"dataset patients has no column name any more"},
		}),
		"GET /v1/operator/tenants": data([]operator.OperatedTenantDoc{
			{ID: "17", Label: "Maple Street", Timezone: "America/Denver", Rows: 12_000, Bytes: 1_540_000, DisclosedAt: new(at(7, 2)), People: 3, Admins: 1, Clients: []string{"partner"}},
			{ID: "18", Label: "Oak & Pine", Timezone: "America/New_York", Rows: 9, Bytes: 870, People: 1, Clients: []string{}},
		}),
		"GET /v1/operator/clients": data([]operator.ClientDoc{{
			Client: "partner", CreatedAt: at(0, 0).AddDate(0, -3, 0), UsedAt: new(at(7, 2)), Keys: []operator.ClientKeyDoc{
				{Key: "k3v7q2m5x4t6n7b2", Networks: []string{"203.0.113.0/24"}, CreatedAt: at(0, 0).AddDate(0, -3, 0), UsedAt: new(at(7, 2))},
				{Key: "a2b3c4d5e6f7g2h3", Public: true, Networks: []string{}, CreatedAt: at(0, 0).AddDate(-1, 0, 0), RevokedAt: new(at(0, 0).AddDate(0, -3, 0))},
			}, Grants: []operator.ClientGrantDoc{{Tenant: "17", Profile: archwire.Pseudonymous, Purpose: "analytics"}},
		}}),
		"GET /v1/operator/contracts": data(operator.ContractsDoc{Days: 90, Contracts: []operator.ContractDoc{
			{Kind: "dataset", Name: "patients", Contract: 1, Served: true, Sunset: "2027-01-31", Users: []operator.UserDoc{{Client: "partner", Profile: archwire.Identified, All: true, Answers: 90, Last: at(7, 2)}, {Person: "ann@example.com", Answers: 2, Last: at(6, 0)}}},
			{Kind: "metric", Name: "net_collections", Contract: 1, Served: true, Users: []operator.UserDoc{}},
		}}),
		"GET /v1/operator/storage": data(operator.StorageDoc{
			Places:   []operator.PlaceDoc{{Kind: "slices", Where: "store", Objects: 4000, Bytes: 12_340_000_000}, {Kind: "warehouse", Where: "machine", Objects: 1, Bytes: 990_000_000}},
			Datasets: []operator.StoredDatasetDoc{{Dataset: "patients", Slices: 550, Rows: 500_000, Bytes: 45_000_000}}, Bytes: 12_340_000_000, Cost: &operator.CostDoc{Amount: "0.28", Currency: "USD", PerGB: "0.023"},
			Warehouse: &operator.WarehouseDoc{
				Place: "cluster analytics in us-east-1", Size: "6 nodes of ra3.large", SeenAt: new(at(1, 40)), Load: "6 nodes", Serve: "3 nodes",
				Lease: &operator.WarehouseLeaseDoc{Holder: "20261121T013000Z-cccc", Phase: "held", Since: at(1, 30)}, Currency: "USD",
				Months: []operator.WarehouseCostDoc{{Of: "2026-10", Amount: "1238.04"}, {Of: "2026-11", Amount: "801.50"}}, Runs: []operator.WarehouseCostDoc{{Of: "20261120T013000Z-bbbb", Amount: "1.63"}},
			},
		}),
	}
}

func TestOperatorsPages(t *testing.T) {
	h, _ := pages(t, operatorRoles(), operated())
	for name, path := range map[string]string{
		"runs": "/operator/runs", "run": "/operator/runs/20261121T113000Z-cccc", "run_failed": "/operator/runs/20261120T013000Z-bbbb", "freshness": "/operator/freshness?q=street", "freshness_paged": "/operator/freshness?page=3",
		"models": "/operator/models", "verification": "/operator/verification", "publications": "/operator/publications", "compared": "/operator/publications/20261121T021400Z-4f9c",
		"switching": "/operator/publications?serve=20261120T021400Z-1a2b", "tenants": "/operator/tenants", "clients": "/operator/clients", "contracts": "/operator/contracts", "storage": "/operator/storage",
		"viewas_tenant": "/operator/view-as?tenant=17", "viewas_client": "/operator/view-as?client=partner",
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, get(t, h, path), http.StatusOK) })
	}
}

// Many models are shown by their folders; of one of them what it reads and what reads it.
func TestManyModels_AreShownByFoldersAndOneByOne(t *testing.T) {
	answers := operated()
	list := []operator.ModelDoc{}
	for i := range 20 {
		list = append(list, operator.ModelDoc{Model: fmt.Sprintf("stage.m%02d", i), Reads: []string{"rcm.account"}})
	}
	list = append(list, operator.ModelDoc{Model: "finance.aging", Description: "Ages.", Reads: []string{"stage.m03", "stage.m04", "rcm.payer"}}, operator.ModelDoc{Model: "finance.past_due", Reads: []string{"finance.aging", "stage.m01"}})
	answers["GET /v1/operator/models"] = data(list)
	h, _ := pages(t, operatorRoles(), answers)
	folders := get(t, h, "/operator/models").Body.String()
	picture := folders[strings.Index(folders, "<svg"):strings.Index(folders, "</svg>")]
	if !strings.Contains(picture, ">stage (20)<") || !strings.Contains(picture, ">finance (2)<") || strings.Contains(picture, "stage.m03") || !strings.Contains(folders, `<a href="/operator/models?graph=all"`) {
		t.Errorf("folders are drawn as %s", picture)
	}
	all := get(t, h, "/operator/models?graph=all").Body.String()
	if n := strings.Count(all[:strings.Index(all, "</svg>")], "<rect"); n != 22+2 {
		t.Errorf("all models are drawn as %d boxes", n)
	}
	golden(t, "model", get(t, h, "/operator/models?model=finance.aging"), http.StatusOK)
	if one := get(t, h, "/operator/models?model=rcm.payer").Body.String(); !strings.Contains(one, `<a href="/operator/models?model=finance.aging">finance.aging</a>`) {
		t.Error("what reads a table is not said")
	}
	if w := get(t, h, "/operator/models?model=nothing"); w.Code != http.StatusNotFound {
		t.Errorf("no model answers %d", w.Code)
	}
}

func TestOperatorsPages_AreThereForOperatorsAlone(t *testing.T) {
	h, _ := pages(t, admin(), operated())
	for _, path := range []string{"/operator/runs", "/operator/tenants", "/operator/view-as?tenant=17", "/operator/publications"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
	if page := get(t, h, "/practice/people").Body.String(); strings.Contains(page, "/operator/") {
		t.Error("an admin's navigation leads to the operator's pages")
	}
}

func TestServingAnotherPublication(t *testing.T) {
	h, api := pages(t, operatorRoles(), operated())
	form := url.Values{"publication": {"20261120T021400Z-1a2b"}}
	w := send(t, h, "/operator/publications?serve=20261120T021400Z-1a2b", "/operator/publications", form)
	golden(t, "switching_refused", w, http.StatusNotFound) // as the API has no such answer yet
	api.answers["POST /v1/operator/service"] = data(object{"publication": "20261120T021400Z-1a2b"})
	w = send(t, h, "/operator/publications?serve=20261120T021400Z-1a2b", "/operator/publications", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/operator/publications?done=switched" {
		t.Fatalf("got %d to %s", w.Code, w.Header().Get("Location"))
	}
	if got := api.asked[len(api.asked)-1]; got != `POST /v1/operator/service {"publication":"20261120T021400Z-1a2b"}` {
		t.Errorf("asked %s", got)
	}
	if page := get(t, h, "/operator/publications?done=switched").Body.String(); !strings.Contains(page, "Another publication is in service.") {
		t.Error("the page does not say what was done")
	}
}

func TestViewingAsSomebodyElse(t *testing.T) {
	answers := operated()
	answers["GET /v1/grants"], answers["GET /v1/people"] = data([]object{}), data([]object{})
	h, api := pages(t, operatorRoles(), answers)
	w := send(t, h, "/operator/view-as?tenant=17", "/view-as", url.Values{"as": {"practice=17"}})
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly {
		t.Fatalf("got %d, cookies %v", w.Code, cookies)
	}
	page := get(t, h, "/practice/people", cookies...)
	if text := page.Body.String(); page.Code != http.StatusOK || api.as != "practice=17" || !strings.Contains(text, "You look at things as <strong>Maple Street, as its admin</strong>") ||
		strings.Contains(text, "/operator/runs") || strings.Contains(text, `id="invite"`) {
		t.Errorf("as the practice, %d, asked as %q: %s", page.Code, api.as, text)
	}
	if w := get(t, h, "/operator/runs", cookies...); w.Code != http.StatusNotFound {
		t.Errorf("the operator's pages answer %d", w.Code)
	}
	get(t, h, "/operator/runs", &http.Cookie{Name: cookies[0].Name, Value: cookies[0].Value + "x"})
	if api.as != "" {
		t.Errorf("asked as %q by a cookie that is not ours", api.as)
	}
	ended := send(t, h, "/practice/people", "/view-as", url.Values{"as": {""}}, cookies...)
	if c := ended.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("after it was ended: %v", c)
	}
	get(t, h, "/practice/people?practice=17")
	if api.as != "" {
		t.Errorf("asked as %q without a cookie", api.as)
	}
}

// Each whom an operator can view pages as, through the cookie as browsers keep it
// (docs/reference/operator.md).
func TestViewingAs_IsAsWhoWasChosen(t *testing.T) {
	for as, banner := range map[string]string{
		"practice=17": "Maple Street, as its admin", "practice=17;role=practice_user": "Maple Street, as somebody who works there", `client=Zahn "Süd", GmbH`: "client Zahn &#34;Süd&#34;, GmbH",
	} {
		h, api := pages(t, operatorRoles(), operated())
		w := send(t, h, "/operator/view-as?tenant=17", "/view-as", url.Values{"as": {as}})
		page := get(t, h, "/", w.Result().Cookies()...)
		if api.as != as || !strings.Contains(page.Body.String(), "You look at things as <strong>"+banner+"</strong>") {
			t.Errorf("as %q asked as %q", as, api.as)
		}
	}
	answers := operated()
	h, api := pages(t, operatorRoles(), answers)
	page := get(t, h, "/operator/view-as?client=nobody")
	if page.Code != http.StatusOK {
		t.Fatal(page.Code)
	}
	api.nobody = "client=nobody"
	if w := send(t, h, "/operator/view-as?client=nobody", "/view-as", url.Values{"as": {"client=nobody"}}); w.Code != http.StatusNotFound || len(w.Result().Cookies()) != 0 {
		t.Errorf("as nobody: %d, %v", w.Code, w.Result().Cookies())
	}
}

// Whoever signs in or out looks at things as themselves, however they do (docs/reference/operator.md).
func TestSigningInEndsViewing(t *testing.T) {
	answers := operated()
	answers["POST /auth/sign-in"], answers["POST /auth/sign-out"], answers["GET /auth/oidc/entra/callback"] = object{}, object{}, object{}
	h, _ := pages(t, operatorRoles(), answers)
	viewing := send(t, h, "/operator/view-as?tenant=17", "/view-as", url.Values{"as": {"practice=17"}}).Result().Cookies()
	for name, w := range map[string]*httptest.ResponseRecorder{
		"password": send(t, h, "/sign-in", "/sign-in", url.Values{"name": {"a"}, "password": {"b"}}, viewing...),
		"issuer":   get(t, h, "/auth/oidc/entra/callback?code=x", viewing...),
		"out":      send(t, h, "/sign-in", "/sign-out", url.Values{}, viewing...),
	} {
		if c := w.Result().Cookies(); len(c) != 1 || c[0].Name != viewing[0].Name || c[0].MaxAge >= 0 {
			t.Errorf("%s: %d, %v", name, w.Code, c)
		}
	}
}

// A file of rows is asked for as the pages are, and safe in a spreadsheet (docs/reference/pages.md).
func TestRowsLeaveAsWhoeverIsViewed(t *testing.T) {
	answers := operated()
	answers["GET /v1/datasets"] = data([]object{{"dataset": "patients", "tenant": "practice_id", "columns": []object{{"name": "memo", "type": "text"}}}})
	answers["GET /v1/metrics"] = data([]object{})
	answers["GET /v1/status"] = data(object{"late": false})
	answers["GET /v1/datasets/patients/export.csv"] = "=1+1"
	h, api := pages(t, operatorRoles(), answers)
	viewing := send(t, h, "/operator/view-as?tenant=17", "/view-as", url.Values{"as": {"practice=17"}}).Result().Cookies()
	w := get(t, h, "/rows/patients?practice=17&format=csv", viewing...)
	if w.Code != http.StatusOK || api.as != "practice=17" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.HasPrefix(w.Body.String(), "\"'=1+1\"") {
		t.Errorf("%d as %q: %q", w.Code, api.as, w.Body.String())
	}
	answers["GET /v1/datasets/patients/export.csv"] = refusedBy(http.StatusNotFound, "There is no such dataset.")
	h, _ = pages(t, operatorRoles(), answers)
	if w := get(t, h, "/rows/patients?practice=17&format=csv"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "There is no such dataset.") {
		t.Errorf("a refused file answers %d", w.Code)
	}
}
