package serve_test

import (
	"fmt"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

// atTheOffice says whether a path is one of those that people use, which
// TestTheOfficeAnswersAsDescribed asks for.
func atTheOffice(path string) bool {
	for _, prefix := range []string{"/auth/", "/v1/keys", "/v1/people", "/v1/ledger", "/v1/grants/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func TestTheOfficeAnswersAsDescribed(t *testing.T) {
	o := staffed(t, func(_ *serve.Config, desk *signin.Config) {
		desk.Issuers = map[string]signin.Issuer{"idp": {URL: "http://127.0.0.1:1", ClientID: "archwire", Secret: "x", Domains: []string{signin.AnyDomain}}}
	})
	o.published(t, nil)
	s := specOf(t, o.bundle, "")
	o.admitted(t, "ann@example.com", auth.PracticeAdmin, "p1", false)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	key, k, g := o.key(t, "partner", "p1", archwire.Identified)
	o.get(t, "/v1/metrics/net_collections", key).want(t, 200)
	p := o.person(t, "old@example.com", auth.PracticeUser, "p1", "")
	keyBody := `{"client":"bi","networks":["127.0.0.0/8"],"expires":"2999-01-01T00:00:00Z","grant":{"profile":"identified","purpose":"our own","datasets":["patients"]}}`
	seen := map[string]bool{}
	for _, c := range []struct {
		method, template, path, key, body string
		status                            int
	}{
		{"post", "/v1/grants", "/v1/grants", admin, grantBody("p1", "partner", archwire.Aggregate), 201},
		{"post", "/v1/grants", "/v1/grants", admin, grantBody("p1", "partner", archwire.Aggregate), 200},
		{"post", "/v1/grants", "/v1/grants", admin, "{", 400},
		{"post", "/v1/grants", "/v1/grants", "", "{}", 401},
		{"post", "/v1/grants", "/v1/grants", key, grantBody("p1", "partner", archwire.Aggregate), 403},
		{"get", "/v1/grants", "/v1/grants?practice=p1", admin, "", 200},
		{"delete", "/v1/grants/{grant}", "/v1/grants/" + g.ID, admin, "", 204},
		{"delete", "/v1/grants/{grant}", "/v1/grants/nothing", admin, "", 404},
		{"post", "/v1/keys", "/v1/keys", admin, keyBody, 201},
		{"post", "/v1/keys", "/v1/keys", admin, strings.Repeat(" ", 70_000), 413},
		{"get", "/v1/keys", "/v1/keys", admin, "", 200},
		{"delete", "/v1/keys/{key}", "/v1/keys/" + k.ID, admin, "", 404},
		{"post", "/v1/people", "/v1/people", admin, `{"name":"new@example.com","role":"practice_user","profile":"aggregate"}`, 201},
		{"post", "/v1/people", "/v1/people", admin, `{"name":"new@example.com","role":"practice_user"}`, 409},
		{"get", "/v1/people", "/v1/people", admin, "", 200},
		{"delete", "/v1/people/{person}", "/v1/people/" + p.ID + "?practice=p1", admin, "", 204},
		{"get", "/v1/ledger", "/v1/ledger?limit=1", admin, "", 200},
		{"get", "/v1/ledger", "/v1/ledger?limit=0", admin, "", 400},
		{"get", "/v1/ledger", "/v1/ledger?practice=p2", admin, "", 404},
		{"post", "/auth/sign-in", "/auth/sign-in", "", signInBody("ann@example.com", password, ""), 200},
		{"post", "/auth/sign-in", "/auth/sign-in", "", signInBody("ann@example.com", "x", ""), 401},
		{"get", "/auth/me", "/auth/me", admin, "", 200},
		{"get", "/auth/me", "/auth/me", "", "", 401},
		{"post", "/auth/accept", "/auth/accept", "", `{"invitation":"awi_a_b","password":"correct horse battery"}`, 404},
		{"post", "/auth/accept", "/auth/accept", "", `{"invitation":"awi_a_b","password":"short"}`, 400},
		{"get", "/auth/oidc/{issuer}/start", "/auth/oidc/nobody/start", "", "", 404},
		{"get", "/auth/oidc/{issuer}/start", "/auth/oidc/idp/start", "", "", 503},
		{"get", "/auth/oidc/{issuer}/callback", "/auth/oidc/idp/callback", "", "", 401},
		{"post", "/auth/sign-out", "/auth/sign-out", admin, "", 204},
	} {
		seen[c.method+c.template] = true
		r := o.request(t, strings.ToUpper(c.method), c.path, c.key, c.body, "Content-Type", "application/json")
		if r.status != c.status {
			t.Errorf("%s %s answers %d, want %d: %s", c.method, c.path, r.status, c.status, r.text)
			continue
		}
		described, ok := s.at("paths", c.template, c.method, "responses", fmt.Sprint(r.status)).(map[string]any)
		if !ok {
			t.Errorf("%s %s answers %d, which is not described", c.method, c.path, r.status)
			continue
		}
		if r.text == "" {
			continue
		}
		content, _ := described["content"].(map[string]any)
		media, ok := content[r.header.Get("Content-Type")].(map[string]any)
		if !ok {
			t.Errorf("%s %s answers %s, described is %v", c.method, c.path, r.header.Get("Content-Type"), content)
			continue
		}
		for _, complaint := range s.check(media["schema"], any(r.json(t)), c.method+" "+c.path) {
			t.Error(complaint)
		}
	}
	for path, method := range s.operations() {
		if atTheOffice(path) && !seen[method+path] {
			t.Errorf("%s %s is described and not asked for here", method, path)
		}
	}
}
