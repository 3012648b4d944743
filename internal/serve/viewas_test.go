package serve_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

const viewAs = "Archwire-View-As"

// as asks as an operator who looks at things as somebody else.
func (o *office) as(t *testing.T, operator, whom, path string) reply {
	t.Helper()
	return o.request(t, http.MethodGet, path, operator, "", viewAs, whom)
}

// ids are the members of that name of the things that an answer lists.
func ids(t *testing.T, r reply, name string) []string {
	t.Helper()
	var doc struct{ Data []map[string]any }
	must(t, json.Unmarshal([]byte(r.want(t, 200).text), &doc))
	out := []string{}
	for _, one := range doc.Data {
		out = append(out, one[name].(string))
	}
	return out
}

func TestViewAs_ShowsWhatTheOtherSees(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	_, _, g := o.key(t, "partner", "p2", archwire.Identified)
	o.session(t, "ann@example.com", auth.PracticeUser, "p1", "")
	o.session(t, "bob@example.com", auth.PracticeUser, "p2", "")

	for whom, want := range map[string][]string{"practice=p1": {"p1"}, "practice=p1;role=practice_user": {"p1"}, "client=partner": {"p2"}} {
		r := o.as(t, op, whom, "/v1/practices")
		if diff := cmp.Diff(want, ids(t, r, "id")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", whom, diff)
		}
		if got := r.header.Get("Archwire-Viewing-As"); got != whom {
			t.Errorf("%s is marked %q", whom, got)
		}
	}
	if r := o.get(t, "/v1/practices", op); len(ids(t, r, "id")) != 3 || r.header.Get("Archwire-Viewing-As") != "" {
		t.Errorf("as oneself: %s", r.text)
	}
	// Each is another, whatever was answered before to the same session.
	for range 2 {
		o.as(t, op, "practice=p1", "/v1/metrics/net_collections?practice=p2").want(t, 404)
		o.as(t, op, "client=partner", "/v1/metrics/net_collections?practice=p2").want(t, 200)
		o.get(t, "/v1/metrics/net_collections?practice=p1", op).want(t, 200)
		o.as(t, op, "client=partner", "/v1/metrics/net_collections?practice=p1").want(t, 404)
	}
	if diff := cmp.Diff([]string{"ann@example.com"}, ids(t, o.as(t, op, "practice=p1", "/v1/people"), "name")); diff != "" {
		t.Errorf("people of an admin (-want +got):\n%s", diff)
	}
	o.as(t, op, "practice=p1;role=practice_user", "/v1/people").want(t, 403)
	o.as(t, op, "practice=p1", "/v1/people?practice=p2").want(t, 404)
	if diff := cmp.Diff([]string{g.ID}, ids(t, o.as(t, op, "client=partner", "/v1/grants"), "grant")); diff != "" {
		t.Errorf("grants of a client (-want +got):\n%s", diff)
	}
	for _, path := range []string{"/v1/operator/runs", "/v1/operator/tenants", "/v1/webhooks"} {
		o.as(t, op, "practice=p1", path).want(t, 404)
		o.as(t, op, "client=partner", path).want(t, 404)
	}
}

// What a practice and a partner see of persons stays closed to an operator whose own
// role does not open it.
func TestViewAs_OpensNoMoreThanTheOperatorsRole(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	o.key(t, "partner", "p1", archwire.Identified)
	for name, c := range map[string]struct {
		opens archwire.Profile
		sees  bool
	}{"narrow": {"", false}, "pseudonymous": {archwire.Pseudonymous, false}, "wide": {archwire.Identified, true}} {
		op := o.session(t, name+"@example.com", auth.Operator, "", "", c.opens)
		for _, whom := range []string{"practice=p1", "client=partner"} {
			r := o.as(t, op, whom, "/v1/datasets")
			own := o.get(t, "/v1/datasets", op).want(t, 200)
			if got, open := strings.Contains(r.want(t, 200).text, `"identified"`), strings.Contains(own.text, `"identified"`); got != c.sees || open != c.sees {
				t.Errorf("%s as %s sees identified columns: %t, as themselves %t, want %t", name, whom, got, open, c.sees)
			}
		}
	}
}

func TestViewAs_ChangesNothing(t *testing.T) {
	o := operated(t)
	m := o.published(t, nil)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	_, k, g := o.key(t, "partner", "p1", archwire.Identified)
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/v1/grants", grantBody("p1", "partner", archwire.Aggregate)},
		{"DELETE", "/v1/grants/" + g.ID, ""},
		{"DELETE", "/v1/keys/" + k.ID, ""},
		{"POST", "/v1/people", `{"practice":"p1","name":"a@example.com","role":"practice_user"}`},
		{"POST", "/v1/operator/service", `{"publication":"` + string(m.ID) + `"}`},
		{"POST", "/v1/webhooks", `{"url":"https://example.com/x"}`},
	} {
		for _, whom := range []string{"practice=p1", "client=partner"} {
			if r := o.request(t, c.method, c.path, op, c.body, viewAs, whom); r.status != 403 {
				t.Errorf("%s %s as %s: %d %s", c.method, c.path, whom, r.status, r.text)
			}
		}
	}
}

func TestViewAs_IsForOperatorsAndForThoseThatThereAre(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	key, _, _ := o.key(t, "partner", "p1", archwire.Identified)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	unknown := o.request(t, "GET", "/v1/practices", op, "", viewAs, "client=nobody", "X-Request-Id", "r").want(t, 404)
	for _, credential := range []string{key, admin} {
		for _, whom := range []string{"practice=p1", "practice=p2", "client=partner", "client=nobody"} {
			if r := o.request(t, "GET", "/v1/practices", credential, "", viewAs, whom, "X-Request-Id", "r"); r.text != unknown.text {
				t.Errorf("%s: %d %s", whom, r.status, r.text)
			}
		}
	}
	o.as(t, "", "practice=p1", "/v1/practices").want(t, 401)
	for _, whom := range []string{"practice=p9", "tenant=p1", "client=partners"} {
		o.as(t, op, whom, "/v1/practices").want(t, 404)
	}
	for _, whom := range []string{"", "p1", "practice=", "practice=*", "client=partner;role=practice_user", "practice=p1;role=operator", "practice=p1;x"} {
		o.as(t, op, whom, "/v1/practices").want(t, 400)
	}
}

func TestViewAs_IsWrittenDown(t *testing.T) {
	o := operated(t)
	o.published(t, nil)
	op := o.person(t, "op@example.com", auth.Operator, "", "")
	session, _, err := o.state.StartSession(t.Context(), op.ID)
	must(t, err)
	o.key(t, "partner", "p1", archwire.Aggregate)
	o.as(t, session, "practice=p1", "/v1/metrics/net_collections").want(t, 200)
	o.as(t, session, "client=partner", "/v1/datasets/collections/export.csv").want(t, 200)
	type line struct{ As, Person, Client, Name, Tenant string }
	var got []line
	for r, err := range (&ledger.Archive{Dir: o.ledgerDir, Store: o.objects}).Records(t.Context()) {
		must(t, err)
		if r.Outcome == ledger.Sent {
			got = append(got, line{r.ViewedAs, r.Person, r.Client, r.Name, r.Parts[0].Tenant})
		}
	}
	want := []line{{"practice=p1", op.ID, "", "net_collections", "p1"}, {"client=partner", op.ID, "", "collections", "p1"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the ledger (-want +got):\n%s", diff)
	}
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	if diff := cmp.Diff([]string{"practice=p1", "client=partner", "client=partner"}, ids(t, o.get(t, "/v1/ledger", admin), "viewed_as")); diff != "" {
		t.Errorf("what the practice is told (-want +got):\n%s", diff)
	}
}
