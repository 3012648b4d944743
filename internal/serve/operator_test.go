package serve_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/operator"
)

// shown is the data of an answer to an operator.
func shown[T any](t *testing.T, o *office, operator, path string) T {
	t.Helper()
	var doc struct{ Data T }
	must(t, json.Unmarshal([]byte(o.get(t, "/v1/operator"+path, operator).want(t, 200).text), &doc))
	return doc.Data
}

func TestOperatorsAlone_AreShownHowTheProductDoes(t *testing.T) {
	o := operated(t)
	m := o.published(t, nil)
	key, _, _ := o.key(t, "partner", "p1", archwire.Identified)
	others := map[string]string{
		"admin": o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", ""), "user": o.session(t, "user@example.com", auth.PracticeUser, "p1", ""),
		"partner": o.session(t, "partner@example.com", auth.Partner, "", "partner"), "key": key,
	}
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	nowhere := o.get(t, "/v1/nothing", key).want(t, 404).at(t, "detail")
	must(t, o.state.SaveRun(t.Context(), archwire.Run{ID: "r1", State: archwire.Succeeded, StartedAt: now(), EndedAt: now()}))
	for _, path := range []string{
		"/runs", "/runs/r1", "/freshness", "/nights", "/models", "/verification", "/publications", "/publications/" + string(m.ID) + "?since=" + string(m.ID), "/tenants", "/clients", "/contracts", "/storage",
	} {
		for who, credential := range others {
			if r := o.get(t, "/v1/operator"+path, credential).want(t, 404); r.at(t, "detail") != nowhere {
				t.Errorf("%s is told of %s: %s", who, path, r.text)
			}
		}
		o.get(t, "/v1/operator"+path, "").want(t, 401)
		o.get(t, "/v1/operator"+path, op).want(t, 200)
	}
	for who, credential := range others {
		if r := o.request(t, "POST", "/v1/operator/service", credential, `{"publication":"`+string(m.ID)+`"}`); r.status != 404 {
			t.Errorf("%s switches: %d %s", who, r.status, r.text)
		}
	}
}

func TestRuns_SayWhatIsSlow(t *testing.T) {
	o := operated(t)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	begun := now().Add(-time.Hour).UTC().Truncate(time.Second)
	run := func(id archwire.RunID, at time.Duration, state archwire.RunState, details ...archwire.Detail) archwire.Run {
		r := archwire.Run{ID: id, State: state, StartedAt: begun.Add(at), Verb: archwire.Refresh, Details: details, Steps: []archwire.Step{{Verb: archwire.Extract, Took: 4 * time.Second, Count: 10}}}
		if state != archwire.Running {
			r.EndedAt = r.StartedAt.Add(90 * time.Second)
		}
		must(t, o.state.SaveRun(t.Context(), r))
		return r
	}
	model := func(name string, took time.Duration) archwire.Detail {
		return archwire.Detail{Verb: archwire.Refresh, What: name, Mode: "all", Rows: 1000, Took: took}
	}
	run("first", 0, archwire.Succeeded, model("a", 2*time.Second), model("b", 2*time.Second), model("c", 10*time.Millisecond))
	failed := run("second", time.Minute, archwire.Failed, model("a", 30*time.Second))
	failed.Error, failed.Hint, failed.Code = "table x is gone", "Run archwire discover.", archwire.Mismatch
	must(t, o.state.SaveRun(t.Context(), failed))
	under := model("d", time.Second)
	under.State, under.Of = archwire.UnderWay, 4000
	skipped := archwire.Detail{Verb: archwire.Refresh, What: "e", Skipped: true, Note: "nothing it reads has changed"}
	run("third", 2*time.Minute, archwire.Running, model("b", 3900*time.Millisecond), model("a", 4*time.Second), model("c", 900*time.Millisecond), under, skipped,
		archwire.Detail{Verb: archwire.Extract, What: "rcm.payer", Mode: "full", Rows: 500, Took: 250 * time.Millisecond})

	got := shown[operator.RunShownDoc](t, o, op, "/runs/third")
	var parts []string
	for _, p := range got.Parts {
		parts = append(parts, fmt.Sprintf("%s %s %s %d of %d, %d/s, slow %t", p.Verb, p.What, p.State, p.Rows, p.Of, p.RowsPerSecond, p.Slow))
	}
	want := []string{
		"extract rcm.payer done 500 of 0, 2000/s, slow false",
		"refresh a done 1000 of 0, 250/s, slow true", // twice the two seconds of the first run
		"refresh b done 1000 of 0, 256/s, slow false",
		"refresh d under_way 1000 of 4000, 1000/s, slow false",
		"refresh c done 1000 of 0, 1111/s, slow false", // less than a second
		"refresh e skipped 0 of 0, 0/s, slow false",
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if got.EndedAt != nil || got.Seconds < 3000 || got.Process != nil {
		t.Errorf("the run under way is %+v", got.RunDoc)
	}
	list := shown[[]operator.RunDoc](t, o, op, "/runs?limit=2")
	if len(list) != 2 || list[0].Run != "third" || list[1].Problem == nil || *list[1].Problem != (operator.RunProblemDoc{Code: archwire.Mismatch, Message: "table x is gone", Hint: "Run archwire discover."}) {
		t.Errorf("runs are %+v", list)
	}
	if list[1].Seconds != 90 || !slices.Equal(list[1].Steps, []operator.StepDoc{{Verb: archwire.Extract, Seconds: 4, Count: 10}}) {
		t.Errorf("the failed run is %+v", list[1])
	}
	o.get(t, "/v1/operator/runs/none", op).want(t, 404)
	models := shown[[]operator.ModelDoc](t, o, op, "/models")
	if len(models) != 2 || models[0].Refreshed != nil || models[1].Reads[0] != "finance.daily" {
		t.Errorf("models are %+v", models)
	}
	_, unlock, err := o.state.Lock(t.Context(), "third")
	must(t, err)
	defer unlock() //nolint:errcheck // the test is over
	if got := shown[operator.RunShownDoc](t, o, op, "/runs/third"); got.Process == nil || got.Process.PID == 0 {
		t.Error("nobody says that it runs the third run")
	}
}

func TestSwitch_PutsAnotherPublicationIntoService(t *testing.T) {
	o := operated(t)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	first := o.published(t, nil)
	must(t, o.state.Entered(t.Context(), o.publisher.Store.Current))
	second := o.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "('p1', 1,", "('p1', 7,")})
	must(t, o.state.Entered(t.Context(), o.publisher.Store.Current))

	moved := shown[operator.ComparedDoc](t, o, op, "/publications/"+string(second.ID))
	if moved.Since != first.ID || len(moved.Datasets) != 1 || moved.Datasets[0].Dataset != "patients" || !slices.Equal(moved.Datasets[0].Changed, []string{"p1"}) ||
		moved.Unchanged != len(second.Datasets)-1 || len(moved.Metrics)+len(moved.Breaks)+len(moved.TenantsAdded) > 0 {
		t.Errorf("what changed is %+v", moved)
	}
	switchTo := func(id archwire.PublicationID) reply {
		return o.request(t, "POST", "/v1/operator/service", op, `{"publication":"`+string(id)+`"}`)
	}
	for range 2 { // to ask twice is to ask once
		switchTo(first.ID).want(t, 200)
		if m, err := o.publisher.Store.Current(t.Context()); err != nil || m.ID != first.ID {
			t.Fatalf("in service is %s, %v", m.ID, err)
		}
	}
	n := shown[operator.NightsDoc](t, o, op, "/nights?days=2")
	if len(n.Days) != 2 || len(n.Tenants) != 3 || len(n.Tenants[0].States) != 2 || (n.Tenants[0].States[1] == freshness.Late) != shown[operator.FreshnessDoc](t, o, op, "/freshness").Tenants[0].Late {
		t.Errorf("nights are %+v", n)
	}
	list := shown[[]operator.PublicationDoc](t, o, op, "/publications")
	if len(list) != 2 || list[0].InService || !list[1].InService {
		t.Fatalf("publications are %+v", list)
	}
	var by []string
	for _, e := range append(list[1].Entered, list[0].Entered...) {
		by = append(by, strings.TrimSpace(e.By+" "+e.Who))
	}
	if diff := cmp.Diff([]string{"hand op@example.com", "run", "run"}, by); diff != "" {
		t.Errorf("who switched (-want +got):\n%s", diff)
	}
	switchTo("20200101T000000Z-ffff").want(t, 404)
	switchTo("").want(t, 400)
	o.request(t, "POST", "/v1/operator/service", op, `{"id":"x"}`).want(t, 400)
	_, unlock, err := o.state.Lock(t.Context(), "a run")
	must(t, err)
	defer unlock() //nolint:errcheck // the test is over
	switchTo(second.ID).want(t, 409)
	switchTo(first.ID).want(t, 200) // which it is already
}

func TestTenantsClientsAndContracts_SayWhoUsesWhat(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	o.session(t, "user@example.com", auth.PracticeUser, "p1", "")
	key, k, g := o.key(t, "partner", "p1", archwire.Identified)
	rows := len(o.get(t, "/v1/datasets/patients/rows", key).want(t, 200).at(t, "data").([]any))

	tenants := shown[[]operator.OperatedTenantDoc](t, o, op, "/tenants")
	if len(tenants) != 3 || tenants[0].ID != "p1" || tenants[0].People != 2 || tenants[0].Admins != 1 || !slices.Equal(tenants[0].Clients, []string{"partner"}) ||
		tenants[0].DisclosedAt == nil || tenants[1].DisclosedAt != nil || tenants[1].People != 0 || tenants[0].Bytes == 0 || tenants[0].Rows < int64(rows) {
		t.Errorf("tenants are %+v", tenants)
	}
	clients := shown[[]operator.ClientDoc](t, o, op, "/clients")
	if len(clients) != 1 || clients[0].Client != "partner" || clients[0].Keys[0].Key != k.ID || clients[0].Grants[0].Grant != g.ID || strings.Contains(fmt.Sprint(clients), key) {
		t.Errorf("clients are %+v", clients)
	}
	used := func() (out []string) {
		for _, c := range shown[operator.ContractsDoc](t, o, op, "/contracts").Contracts {
			for _, u := range c.Users {
				out = append(out, fmt.Sprintf("%s %s %d %t: %s%s %d", c.Kind, c.Name, c.Contract, c.Served, u.Client, u.Person, u.Answers))
			}
		}
		return out
	}
	if diff := cmp.Diff([]string{"dataset patients 1 true: partner 1"}, used()); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	o.get(t, "/v1/metrics/net_collections", op).want(t, 200)
	if diff := cmp.Diff([]string{"dataset patients 1 true: partner 1", "metric net_collections 1 true: op@example.com 1"}, used()); diff != "" {
		t.Errorf("uses with a person's (-want +got):\n%s", diff)
	}
	stored := shown[operator.StorageDoc](t, o, op, "/storage")
	var sum int64
	for _, d := range stored.Datasets {
		sum += d.Bytes
	}
	var kinds []string
	for _, p := range stored.Places {
		kinds = append(kinds, p.Kind)
	}
	if stored.Cost == nil || stored.Cost.PerGB != "0.023" || stored.Cost.Amount != "0.00" || sum == 0 || stored.Bytes < sum || !slices.Contains(kinds, "slices") {
		t.Errorf("stored is %+v", stored)
	}
	if v := shown[operator.VerificationDoc](t, o, op, "/verification"); v.Publication == "" || v.Checks != o.input.Verification.Checks {
		t.Errorf("verified is %+v", v)
	}
	if f := shown[operator.FreshnessDoc](t, o, op, "/freshness"); f.Publication == "" || f.WithinSeconds == nil || *f.WithinSeconds != 3600 || len(f.Tenants) != 3 {
		t.Errorf("freshness is %+v", f)
	}
}
