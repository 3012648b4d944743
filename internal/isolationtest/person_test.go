package isolationtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// at narrows what may be held to a location. What has none is not opened, but for
// the name of the practice.
func at(may func(canary) bool, location string) func(canary) bool {
	return func(c canary) bool { return may(c) && (c.location == location || c.dataset == "tenants") }
}

// token is a client that shows a token in place of its key.
func (w *world) token(t *testing.T, name string, callers []caller) caller {
	t.Helper()
	c := callers[slices.IndexFunc(callers, func(c caller) bool { return c.name == name })]
	form := url.Values{"grant_type": {"client_credentials"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/oauth/token", strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(strings.Split(c.secret, "_")[1], c.secret)
	var answer struct {
		Token string `json:"access_token"`
	}
	got := send(t, http.DefaultTransport, r)
	must(t, json.Unmarshal([]byte(got.text), &answer))
	if answer.Token == "" {
		t.Fatalf("no token: %d %s", got.status, got.text)
	}
	return caller{name: name + ", by token", like: name, client: c.client, secret: answer.Token, may: c.may}
}

// people are persons of each role, and people of p3 whom nobody else may see. Admins
// see the people of their practice.
func (w *world) people(t *testing.T) []caller {
	t.Helper()
	person := func(role state.NewRole, may func(canary) bool) caller {
		w.made++
		name := fmt.Sprintf("canary-%s-people@%s%d.example.com", role.Tenant, role.Role, w.made)
		p, _, err := w.state.AddPerson(t.Context(), state.NewPerson{Name: name, By: byTest, Roles: []state.NewRole{role}})
		must(t, err)
		secret, _, err := w.state.StartSession(t.Context(), p.ID)
		must(t, err)
		c := caller{name: string(role.Role) + " " + role.Tenant, secret: secret, cookie: true, may: may, client: role.Client, operates: role.Role == auth.Operator}
		if role.Role == auth.PracticeAdmin {
			c.admin = role.Tenant
		}
		return c
	}
	own := func(may func(canary) bool, practice string) func(canary) bool {
		return either(may, func(c canary) bool { return c.dataset == "people" && c.practice == practice })
	}
	kept := func(may func(canary) bool, practice string) func(canary) bool {
		return either(may, func(c canary) bool { return office(c) && c.practice == practice })
	}
	viewer := func(whom string, may func(canary) bool) caller {
		c := person(state.NewRole{Role: auth.Operator, Tenant: ""}, may)
		c.name, c.as, c.operates = "operator as "+whom, whom, false
		return c
	}
	all := practices()
	return []caller{
		person(state.NewRole{Role: auth.PracticeAdmin, Tenant: "p1"}, kept(of(archwire.Identified, "p1"), "p1")),
		person(state.NewRole{Role: auth.PracticeUser, Tenant: "p1"}, own(of(archwire.Identified, "p1"), "p1")),
		person(state.NewRole{Role: auth.PracticeUser, Tenant: "p2", Profile: archwire.Aggregate}, own(of(archwire.Aggregate, "p2"), "p2")),
		person(state.NewRole{Role: auth.PracticeAdmin, Tenant: "p3"}, kept(of(archwire.Identified, "p3"), "p3")),
		person(state.NewRole{Role: auth.PracticeAdmin, Tenant: "p2", Profile: archwire.Aggregate}, kept(of(archwire.Aggregate, "p2"), "p2")),
		person(state.NewRole{Role: auth.Partner, Client: "partner"}, of(archwire.Pseudonymous, "p1")),
		person(state.NewRole{Role: auth.Operator}, either(of(archwire.Aggregate, all...), office)),
		viewer("practice=p1", kept(of(archwire.Aggregate, "p1"), "p1")),
		viewer("practice=p2;role=practice_user", own(of(archwire.Aggregate, "p2"), "p2")),
		viewer("client=partner", of(archwire.Aggregate, "p1")),
	}
}

// webhooks are those of two clients.
func (w *world) webhooks(t *testing.T) (ids []string) {
	t.Helper()
	for _, client := range []string{"partner", "mixed"} {
		ids = append(ids, w.webhook(t, client, "https://"+client+".example.com/told").ID)
	}
	return ids
}
