package serve_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

// Pages of operators and admins, over the API as it is.
func TestOperatorsAndAdminsFindTheirPages(t *testing.T) {
	o := operated(t)
	m := o.published(t, nil)
	second := o.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "('p1', 1,", "('p1', 7,")})
	must(t, o.state.SaveRun(t.Context(), archwire.Run{ID: "r1", State: archwire.Succeeded, StartedAt: now(), EndedAt: now(), Details: []archwire.Detail{{Verb: archwire.Refresh, What: "finance.daily", Rows: 3}}}))
	o.key(t, "partner", "p1", archwire.Aggregate)
	op := o.signedIn(t, "op@example.com", auth.Operator, "")
	for _, path := range []string{
		"/operator/runs", "/operator/runs/r1", "/operator/freshness", "/operator/models", "/operator/verification", "/operator/publications", "/operator/publications/" + string(second.ID),
		"/operator/publications?serve=" + string(m.ID), "/operator/tenants", "/operator/clients", "/operator/contracts", "/operator/storage", "/operator/view-as?tenant=p1",
		"/practice/grants?practice=p1", "/practice/ledger?practice=p1", "/practice/keys?practice=p1", "/practice/people?practice=p1",
	} {
		if r := o.send(t, op, "GET", path, "", "Accept", "text/html"); r.status != 200 {
			t.Errorf("%s answers %d", path, r.status)
		}
	}
	admin := o.signedIn(t, "admin@example.com", auth.PracticeAdmin, "p1")
	for _, path := range []string{"/practice/grants", "/practice/ledger", "/practice/keys", "/practice/people"} {
		if r := o.send(t, admin, "GET", path, "", "Accept", "text/html").want(t, 200); strings.Contains(r.text, "op@example.com") {
			t.Errorf("%s names an operator", path)
		}
		o.send(t, admin, "GET", path+"?practice=p2", "", "Accept", "text/html").want(t, 404)
	}
	o.send(t, admin, "GET", "/operator/runs", "", "Accept", "text/html").want(t, 404)

	page := o.send(t, admin, "GET", "/practice/grants", "", "Accept", "text/html")
	form := url.Values{"token": {token(t, page)}, "practice": {"p1"}, "client": {"partner"}, "profile": {"aggregate"}, "purpose": {"the figures"}, "what": {"some"}, "metrics": {"net_collections"}}
	if r := o.post(t, admin, "/practice/grants", form, "Accept", "text/html").want(t, http.StatusSeeOther); !strings.Contains(r.header.Get("Location"), "done=granted") {
		t.Errorf("giving a grant leads to %s", r.header.Get("Location"))
	}
	if r := o.send(t, admin, "GET", "/practice/grants", "", "Accept", "text/html"); !strings.Contains(r.text, "the figures") {
		t.Error("what was granted is not listed")
	}
	form.Set("token", token(t, page))
	form.Set("client", "nobody")
	o.post(t, admin, "/practice/grants", form, "Accept", "text/html").want(t, 404)
}

// An operator who views the pages as a practice is written down, and changes nothing.
func TestOperatorsViewPagesAsAPractice(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	op := o.signedIn(t, "op@example.com", auth.Operator, "")
	page := o.send(t, op, "GET", "/operator/view-as?tenant=p1", "", "Accept", "text/html").want(t, 200)
	o.post(t, op, "/view-as", url.Values{"token": {token(t, page)}, "as": {"practice=p1"}}).want(t, http.StatusSeeOther)
	r := o.send(t, op, "GET", "/metrics/net_collections", "", "Accept", "text/html").want(t, 200)
	if !strings.Contains(r.text, "You look at things as") {
		t.Error("the page does not say as whom it is looked at")
	}
	o.send(t, op, "GET", "/operator/runs", "", "Accept", "text/html").want(t, 404)
	o.send(t, op, "GET", "/metrics/net_collections?practice=p2", "", "Accept", "text/html").want(t, 404)
	o.post(t, op, "/practice/people", url.Values{"token": {token(t, r)}, "practice": {"p1"}, "name": {"x@example.com"}, "role": {"practice_user"}, "profile": {"aggregate"}}, "Accept", "text/html").want(t, 403)
	seen := 0
	for e, err := range (&ledger.Archive{Dir: o.ledgerDir, Store: o.objects}).Records(t.Context()) {
		must(t, err)
		if e.ViewedAs != "practice=p1" || e.Parts[0].Tenant != "p1" || len(e.Parts) != 1 {
			t.Errorf("the ledger has %+v", e)
		}
		seen++
	}
	if seen == 0 {
		t.Error("nothing was written down")
	}
	o.post(t, op, "/view-as", url.Values{"token": {token(t, r)}, "as": {""}}).want(t, http.StatusSeeOther)
	o.send(t, op, "GET", "/operator/runs", "", "Accept", "text/html").want(t, 200)
}

// Nothing published, and what is published unreadable: operators find their pages, and
// on each what is missing and the command to run.
func TestOperatorsFindTheirPagesWhileNothingIsInService(t *testing.T) {
	o := operated(t)
	op := o.signedIn(t, "op@example.com", auth.Operator, "")
	if to := o.send(t, op, "GET", "/", "", "Accept", "text/html").want(t, http.StatusSeeOther).header.Get("Location"); to != "/operator/runs" {
		t.Errorf("led to %s", to)
	}
	for _, page := range []string{"runs", "freshness", "models", "verification", "publications", "tenants", "clients", "contracts", "storage"} {
		r := o.send(t, op, "GET", "/operator/"+page, "", "Accept", "text/html").want(t, 200)
		if !strings.Contains(r.text, "archwire run makes the first publication.") || !strings.Contains(r.text, ">Practices</a>") {
			t.Errorf("%s says %s", page, r.text)
		}
	}
	admin := o.signedIn(t, "admin@example.com", auth.PracticeAdmin, "p1")
	if r := o.send(t, admin, "GET", "/practice/people", "", "Accept", "text/html").want(t, 503); strings.Contains(r.text, "archwire run") {
		t.Errorf("an admin is told %s", r.text)
	}

	// A server that had seen the manifest whole would answer from it.
	const broken = "20261121T021400Z-4f9c"
	must(t, os.MkdirAll(filepath.Join(o.store, "publications", broken), 0o700))
	must(t, os.WriteFile(filepath.Join(o.store, "publications", broken, "manifest.json"), []byte("{"), 0o600))
	must(t, os.WriteFile(filepath.Join(o.store, "CURRENT"), []byte(broken+"\n"), 0o600))
	for page, status := range map[string]int{"runs": 200, "freshness": 503, "models": 200, "verification": 503, "publications": 200, "tenants": 503, "clients": 200, "contracts": 503, "storage": 503} {
		r := o.send(t, op, "GET", "/operator/"+page, "", "Accept", "text/html").want(t, status)
		if !strings.Contains(r.text, "The publication in service cannot be read: ") || !strings.Contains(r.text, "archwire rollback PUBLICATION") {
			t.Errorf("%s says %s", page, r.text)
		}
	}
}
