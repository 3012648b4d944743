package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// kept is what the API tells an admin.
func kept() map[string]any {
	grant := func(id, client, profile, purpose string, more object) object {
		g := object{
			"grant": id, "client": client, "profile": profile, "purpose": purpose, "datasets": []string{}, "metrics": []string{}, "locations": []string{},
			"granted_by": "operator person pe9", "created_at": "2026-08-01T00:00:00Z", "from": "2026-08-01T00:00:00Z", "until": nil, "revoked_at": nil,
		}
		maps.Copy(g, more)
		return g
	}
	read := func(when, client, person, resource, name string, rows int, more object) object {
		e := object{"at": when, "outcome": "sent", "client": client, "person": person, "viewed_as": "", "resource": resource, "name": name, "profile": "pseudonymous", "grant": "g1", "rows": rows}
		maps.Copy(e, more)
		return e
	}
	return map[string]any{
		"GET /v1/grants": data([]object{
			grant("g1", "partner", "pseudonymous", "analytics", object{"datasets": []string{"patients", "collections_daily"}, "until": "2027-02-01T00:00:00Z", "locations": []string{"L1"}}),
			grant("g2", "billing", "identified", "claims <work>", object{"from": "2026-12-01T00:00:00Z"}),
			grant("g3", "old", "aggregate", "a trial", object{"revoked_at": "2026-10-01T09:00:00Z", "granted_by": "person pe1"}),
		}),
		"GET /v1/datasets": data([]object{{"dataset": "patients"}, {"dataset": "patients@1"}, {"dataset": "collections_daily"}}),
		"GET /v1/metrics":  data([]object{{"metric": "net_collections", "label": "Net collections"}}),
		"GET /v1/keys": data([]object{
			{"key": "k3v7q2m5x4t6n7b2", "client": "17/warehouse", "networks": []string{"203.0.113.0/24"}, "created_at": "2026-08-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z", "used_at": "2026-11-21T07:02:00Z", "revoked_at": nil},
			{"key": "a2b3c4d5e6f7g2h3", "client": "17/old", "networks": []string{}, "created_at": "2025-08-01T00:00:00Z", "expires_at": nil, "used_at": nil, "revoked_at": "2026-01-01T00:00:00Z"},
		}),
		"GET /v1/people": data([]object{
			{"person": "pe1", "name": "ann@example.com", "roles": []object{{"role": "practice_admin", "tenant": "17"}}, "totp": true, "created_at": "2026-08-01T00:00:00Z", "disabled_at": nil},
			{"person": "pe2", "name": "bob@example.com", "roles": []object{{"role": "practice_user", "tenant": "17", "profile": "aggregate"}}, "totp": false, "created_at": "2026-09-01T00:00:00Z", "disabled_at": "2026-11-01T00:00:00Z"},
		}),
		"GET /v1/ledger": data([]object{
			read("2026-11-21T09:02:00Z", "partner", "", "slice", "patients", 1200, nil),
			read("2026-11-21T09:03:00Z", "partner", "", "slice", "patients", 1200, object{"outcome": "cut"}),
			read("2026-11-21T09:01:00Z", "partner", "", "slice", "patients", 0, object{"outcome": "begun"}),
			read("2026-11-20T15:00:00Z", "", "pe1", "metric", "net_collections", 13, object{"grant": "m1", "profile": "identified"}),
			read("2026-11-20T15:01:00Z", "", "pe9", "metric", "net_collections", 13, object{"grant": "m9", "profile": "aggregate", "viewed_as": "practice=17"}),
		}),
	}
}

func TestAdminsPages(t *testing.T) {
	h, _ := pages(t, admin(), kept())
	for name, path := range map[string]string{
		"grants": "/practice/grants", "grants_narrow": "/practice/grants?practice=17&narrow=g1", "grants_revoke": "/practice/grants?practice=17&revoke=g1",
		"ledger": "/practice/ledger", "ledger_week": "/practice/ledger?span=week", "keys": "/practice/keys", "keys_revoke": "/practice/keys?revoke=k3v7q2m5x4t6n7b2", "people": "/practice/people?done=dropped", "people_remove": "/practice/people?remove=pe1",
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, get(t, h, path), http.StatusOK) })
	}
	if w := get(t, h, "/practice/grants?practice=18"); w.Code != http.StatusNotFound {
		t.Errorf("another practice's grants answer %d", w.Code)
	}
	users, _ := pages(t, []object{{"role": "practice_user", "tenant": "17"}}, kept())
	if w := get(t, users, "/practice/grants"); w.Code != http.StatusNotFound {
		t.Errorf("somebody who is no admin is answered %d", w.Code)
	}
	several, _ := pages(t, operatorRoles(), kept())
	if w := get(t, several, "/practice/grants"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/switch") {
		t.Errorf("an operator is led to %s", w.Header().Get("Location"))
	}
}

// Whoever has several roles loses all of them: each by a command of its own, and none in
// another practice.
func TestTakingRolesAway_NamesACommandForEach(t *testing.T) {
	answers := kept()
	answers["GET /v1/people"] = data([]object{{"person": "pe2", "name": "bob@example.com", "created_at": "2026-09-01T00:00:00Z", "roles": []object{
		{"role": "practice_admin", "tenant": "17"}, {"role": "practice_admin", "tenant": "18"}, {"role": "practice_user", "tenant": "17", "profile": "aggregate"},
	}}})
	h, _ := pages(t, admin(), answers)
	page := get(t, h, "/practice/people?remove=pe2").Body.String()
	const begin, end = "<code>archwire person role bob@example.com --role ", " --remove --practice 17</code>"
	if !strings.Contains(page, begin+"practice_admin"+end+", "+begin+"practice_user"+end) || strings.Count(page, begin) != 2 {
		t.Errorf("the page is %s", mainForm.FindString(page))
	}
}

// The ledger calls things as the other pages do.
func TestTheLedger_NamesThingsAsOtherPagesDo(t *testing.T) {
	answers := kept()
	answers["GET /v1/datasets"] = data([]object{{"dataset": "pending_list", "title": "Patients pending"}, {"dataset": "pending_list@1", "title": "Patients pending"}})
	answers["GET /v1/metrics"] = data([]object{{"metric": "pending_list", "label": "Pending, in days"}})
	read := func(resource, name string) object {
		return object{"at": "2026-11-21T09:02:00Z", "outcome": "sent", "client": "partner", "resource": resource, "name": name, "profile": "aggregate", "rows": 1}
	}
	answers["GET /v1/ledger"] = data([]object{read("rows", "pending_list"), read("rows", "pending_list@1"), read("explain", "pending_list"), read("metric", "gone_since"), read("manifest", "")})
	h, _ := pages(t, admin(), answers)
	var names []string
	for _, row := range csvOf(t, h, "/practice/ledger?format=csv")[1:] {
		names = append(names, row[2])
	}
	want := []string{"Gone since, figures", "Patients pending, contract 1, rows", "Patients pending, rows", "Pending, in days, why a figure changed", "several datasets, a list of files"}
	if slices.Sort(names); !slices.Equal(names, want) {
		t.Errorf("it names %q", names)
	}
}

// What a form asks of the API, and where it leads.
func TestAdminsForms(t *testing.T) {
	made := func(v object) map[string]any {
		answers := kept()
		answers["POST /v1/grants"], answers["DELETE /v1/grants/g1"], answers["DELETE /v1/grants/g2"], answers["DELETE /v1/keys/k3v7q2m5x4t6n7b2"], answers["DELETE /v1/people/pe2"] = v, object{}, object{}, object{}, object{}
		return answers
	}
	for name, c := range map[string]struct {
		page, path string
		form       url.Values
		asked      []string
		leads      string
	}{
		"give": {
			"/practice/grants", "/practice/grants?practice=17",
			url.Values{"practice": {"17"}, "client": {" partner "}, "profile": {"aggregate"}, "purpose": {"analytics"}, "what": {"some"}, "datasets": {"patients"}, "locations": {"L1, L2,"}, "until": {"2027-01-31"}},
			[]string{`POST /v1/grants {"client":"partner","datasets":["patients"],"locations":["L1","L2"],"practice":"17","profile":"aggregate","purpose":"analytics","until":"2027-01-31"}`},
			"/practice/grants?done=granted&practice=17",
		},
		"give everything": {
			"/practice/grants", "/practice/grants",
			url.Values{"practice": {"17"}, "client": {"partner"}, "profile": {"aggregate"}, "purpose": {"x"}, "what": {"all"}},
			[]string{`POST /v1/grants {"client":"partner","practice":"17","profile":"aggregate","purpose":"x"}`},
			"/practice/grants?done=granted&practice=17",
		},
		"narrow": {
			"/practice/grants?narrow=g1", "/practice/grants",
			url.Values{
				"practice": {"17"}, "client": {"somebody else"}, "profile": {"aggregate"}, "purpose": {"x"}, "narrows": {"g1"}, "what": {"some"}, "datasets": {"patients"}, "locations": {"L1"}, "until": {"2026-12-31"},
			},
			[]string{`POST /v1/grants {"client":"partner","datasets":["patients"],"locations":["L1"],"practice":"17","profile":"aggregate","purpose":"x","until":"2026-12-31"}`, "DELETE /v1/grants/g1 null"},
			"/practice/grants?done=narrowed&practice=17",
		},
		"narrow what begins later": {
			"/practice/grants?narrow=g2", "/practice/grants",
			url.Values{"practice": {"17"}, "client": {"billing"}, "profile": {"aggregate"}, "purpose": {"x"}, "narrows": {"g2"}, "what": {"all"}},
			[]string{`POST /v1/grants {"client":"billing","from":"2026-12-01T00:00:00Z","practice":"17","profile":"aggregate","purpose":"x"}`, "DELETE /v1/grants/g2 null"},
			"/practice/grants?done=narrowed&practice=17",
		},
		"revoke": {"/practice/grants?revoke=g1", "/practice/grants", url.Values{"practice": {"17"}, "do": {"revoke"}, "grant": {"g1"}}, []string{"DELETE /v1/grants/g1 null"}, "/practice/grants?done=revoked&practice=17"},
		"revoke a key": {
			"/practice/keys", "/practice/keys", url.Values{"practice": {"17"}, "do": {"revoke"}, "key": {"k3v7q2m5x4t6n7b2"}}, []string{"DELETE /v1/keys/k3v7q2m5x4t6n7b2 null"}, "/practice/keys?done=key-revoked&practice=17",
		},
		"remove": {"/practice/people", "/practice/people", url.Values{"practice": {"17"}, "do": {"remove"}, "person": {"pe2"}}, []string{"DELETE /v1/people/pe2 null"}, "/practice/people?done=dropped&practice=17"},
	} {
		t.Run(name, func(t *testing.T) {
			h, api := pages(t, admin(), made(object{"grant": "g9"}))
			w := send(t, h, c.page, c.path, c.form)
			if w.Code != http.StatusSeeOther || w.Header().Get("Location") != c.leads {
				t.Errorf("got %d to %s", w.Code, w.Header().Get("Location"))
			}
			if got := strings.Join(api.asked, "\n"); got != strings.Join(c.asked, "\n") {
				t.Errorf("asked %s", got)
			}
		})
	}
	// A grant in the very words of the one that is to be narrowed stays.
	h, api := pages(t, admin(), made(object{"grant": "g1"}))
	w := send(t, h, "/practice/grants", "/practice/grants", url.Values{"practice": {"17"}, "client": {"partner"}, "profile": {"pseudonymous"}, "purpose": {"x"}, "narrows": {"g1"}, "what": {"some"}, "datasets": {"patients", "collections_daily"}, "locations": {"L1"}, "until": {"2027-01-31"}})
	if w.Code != http.StatusBadRequest || len(api.asked) != 1 {
		t.Errorf("%d, asked %v", w.Code, api.asked)
	}
}

func TestSecretsAreShownOnce(t *testing.T) {
	answers := kept()
	answers["POST /v1/keys"] = object{"secret": "aw_secret", "key": "new", "client": "17/bi"}
	answers["POST /v1/people"] = object{"person": "pe3", "name": "eve@example.com", "invitation": "awi_secret"}
	h, api := pages(t, admin(), answers)
	w := send(t, h, "/practice/keys", "/practice/keys", url.Values{"practice": {"17"}, "client": {"bi"}, "profile": {"aggregate"}, "purpose": {"own"}, "what": {"all"}, "networks": {"203.0.113.0/24"}, "once": {"0123456789abcdef"}})
	golden(t, "madekey", w, http.StatusOK)
	if w.Header().Get("Cache-Control") != "no-store" || api.once != "0123456789abcdef" {
		t.Errorf("kept as %q, asked once as %q", w.Header().Get("Cache-Control"), api.once)
	}
	golden(t, "invited", send(t, h, "/practice/people", "/practice/people", url.Values{"practice": {"17"}, "name": {"eve@example.com"}, "role": {"practice_user"}, "profile": {"aggregate"}}), http.StatusOK)
	want := []string{
		`POST /v1/keys {"client":"bi","grant":{"profile":"aggregate","purpose":"own"},"networks":["203.0.113.0/24"],"practice":"17"}`,
		`POST /v1/people {"name":"eve@example.com","practice":"17","profile":"aggregate","role":"practice_user"}`,
	}
	if strings.Join(api.asked, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked %v", api.asked)
	}
}

func TestRefusedForms_ComeBackAsTheyWereSent(t *testing.T) {
	answers := kept()
	no := refusedBy(http.StatusBadRequest, "The purpose is too long.")
	answers["POST /v1/grants"], answers["POST /v1/keys"], answers["POST /v1/people"] = no, no, refusedBy(http.StatusConflict, "There is somebody of that name already.")
	h, _ := pages(t, admin(), answers)
	form := url.Values{"practice": {"17"}, "client": {"partner"}, "profile": {"identified"}, "purpose": {"for \"us\""}, "what": {"some"}, "datasets": {"patients"}, "locations": {"L1"}, "until": {"2027-01-31"}}
	golden(t, "grants_refused", send(t, h, "/practice/grants", "/practice/grants", form), http.StatusBadRequest)
	golden(t, "keys_refused", send(t, h, "/practice/keys", "/practice/keys", form), http.StatusBadRequest)
	golden(t, "people_refused", send(t, h, "/practice/people", "/practice/people", url.Values{"practice": {"17"}, "name": {"bob@example.com"}, "role": {"practice_admin"}, "profile": {"aggregate"}}), http.StatusConflict)
}
