package isolationtest

import (
	"fmt"
	"strings"

	"archwire/internal/serve/auth"
)

// A body is the members of a request's body.
type body map[string]any

// A change is what a request that changes something is tried with.
type change struct {
	may    func(caller) bool            // who may do it, to what is their own
	tables []string                     // that it changes
	body   func(own things, n int) body // that is right
	query  string                       // that is right
}

func admins(c caller) bool  { return c.admin != "" || c.operates }
func clients(c caller) bool { return c.client != "" && !c.refused }
func anybody(caller) bool   { return true }

// changes are all that the API changes, as docs/reference says it: a request that is
// described and not here fails the test.
func (w *world) changes() map[string]change {
	grant := body{"profile": "aggregate", "purpose": "our own"}
	since := "since=" + string(w.manifests[0].ID)
	return map[string]change{
		"POST /v1/grants": {may: admins, tables: []string{"access_grant"}, body: func(own things, n int) body {
			return body{"practice": own["practice"], "client": "grantee", "profile": "aggregate", "purpose": fmt.Sprint("purpose ", n)}
		}},
		"DELETE /v1/grants/{grant}": {may: func(c caller) bool { return admins(c) || clients(c) }, tables: []string{"access_grant"}},
		"POST /v1/keys": {may: admins, tables: []string{"api_key", "client", "access_grant"}, body: func(own things, n int) body {
			return body{"practice": own["practice"], "client": fmt.Sprint("bi", n), "grant": grant}
		}},
		"DELETE /v1/keys/{key}": {may: admins, tables: []string{"api_key"}},
		"POST /v1/people": {may: admins, tables: []string{"person", "membership", "invitation"}, body: func(own things, n int) body {
			return body{"practice": own["practice"], "name": fmt.Sprintf("new%d@example.com", n), "role": "practice_user", "profile": "aggregate"}
		}},
		"DELETE /v1/people/{person}": {may: admins, tables: []string{"person", "membership", "invitation", "session"}},
		"POST /v1/webhooks": {may: clients, tables: []string{"webhook"}, body: func(_ things, n int) body {
			return body{"url": fmt.Sprintf("https://example.com/new%d", n)}
		}},
		"DELETE /v1/webhooks/{webhook}":      {may: clients, tables: []string{"webhook", "notification"}},
		"POST /v1/webhooks/{webhook}/test":   {may: clients, tables: []string{"notification"}},
		"POST /v1/webhooks/{webhook}/replay": {may: clients, tables: []string{"webhook", "notification"}, query: since},
		"POST /v1/operator/service": {may: func(c caller) bool { return c.operates }, body: func(_ things, n int) body {
			return body{"publication": w.manifests[n%2].ID}
		}},
		"POST /auth/sign-in": {may: anybody, tables: []string{"session"}, body: func(own things, _ int) body {
			return body{"name": own["name"], "password": passwordOf(own["name"])}
		}},
		"POST /auth/sign-out": {may: anybody, tables: []string{"session"}},
		"POST /auth/accept": {may: anybody, tables: []string{"invitation", "person_password", "session"}, body: func(own things, _ int) body {
			return body{"invitation": own["invitation"], "password": passwordOf(own["name"])}
		}},
		"POST /oauth/token": {may: anybody, body: func(own things, _ int) body {
			return body{"grant_type": "client_credentials", "client_id": own["key"], "client_secret": own["secret"]}
		}},
	}
}

// A pair is what a caller may not see and what never was, of one place in a request.
type pair struct{ foreign, never any }

// pairs are those of a request about things of others, by the name of a member of the
// body, a parameter or a variable. A name that has none hides nothing.
func (w *world) pairs(c caller, op operation, theirs things) map[string]pair {
	id := strings.Repeat("a", 16)
	out := map[string]pair{
		"client":     {theirs["client"], theirs["practice"] + "/nobody"},
		"invitation": {strings.Join([]string{"awi", strings.Split(theirs["invitation"], "_")[1], "x"}, "_"), "awi_" + id + "_x"},
		"client_id":  {theirs["key"], id},
		"url":        {theirs["url"], "https://example.com/none"},
		"grant":      {theirs["grant"], id}, "key": {theirs["key"], id}, "person": {theirs["person"], id}, "webhook": {theirs["webhook"], "wh_" + id},
	}
	if op.media != "" {
		delete(out, "grant") // of a body it is what is to be granted
	}
	if c.operates { // nothing of a practice is hidden from operators
		delete(out, "grant")
		delete(out, "key")
		delete(out, "person")
		delete(out, "client")
	}
	if !c.may(canary{theirs["practice"], "tenants", "public", ""}) {
		out["practice"] = pair{theirs["practice"], "p9"}
	}
	if c.admin != "" && !c.may(canary{c.admin, "accounts", "pseudonymous", "l1"}) {
		out["datasets"] = pair{[]string{"accounts"}, []string{"accountz"}}
		out["metrics"] = pair{[]string{"opened"}, []string{"openez"}}
	}
	if op.path == "/auth/sign-in" { // an admin is told who is there already
		out["name"] = pair{theirs["name"], "nobody@example.com"}
	}
	return out
}

// wild are values to be tried, by the name of a member or a parameter.
func (w *world) wild(op operation, theirs things) map[string][]any {
	grants := []any{nil, "x", body{}, body{"profile": "identified", "purpose": "x"}, body{"profile": "identified", "purpose": "x", "practice": theirs["practice"]}}
	moments := []any{nil, "2020-01-01", "2999-12-31", "2999-12-31T00:00:00Z", "x", 7}
	names := []any{nil, "", "x", 7, []string{"x"}, strings.Repeat("x", 5000), "a\x00b", "' or '1'='1"}
	taken := theirs["name"]
	if op.path == "/auth/sign-in" {
		taken = "" // a name is tried so often from everywhere, and its pair needs tries
	}
	with := func(more ...any) []any { return append(more, names...) }
	return map[string][]any{
		"practice": with(theirs["practice"], auth.Everyone, "P1", []string{"p1", theirs["practice"]}),
		"client":   with(theirs["client"], "vendor", "nobody", theirs["practice"]+"/x"),
		"profile":  with("identified", "pseudonymous", "aggregate"), "purpose": names,
		"datasets": {nil, []string{}, []string{""}, []string{"accounts"}, []string{"accountz"}, []string{"visits@1"}, []any{nil}, "accounts", []string{"visits", "visits"}},
		"metrics":  {nil, []string{}, []string{""}, []string{"opened"}, []string{"openez"}, []any{nil}, "opened"},
		"locations": {
			nil, []string{}, []string{""}, []string{"l2"}, []string{"l9"}, "l1",
		},
		"from": moments, "until": moments, "expires": moments, "grant": grants,
		"networks": {nil, []string{}, []string{"203.0.113.0/24"}, []string{"x"}, "x"},
		"name":     with(taken, "NEW@example.com"),
		"role":     with(auth.Operator, auth.PracticeAdmin, auth.Partner),
		"url":      with(theirs["url"], "http://127.0.0.1/", "https://10.0.0.1/", "https://u:p@example.com/"),
		"password": names, "code": names, "totp": {nil, true, "x"}, "invitation": with("awi_x_y"), // that of another is tried so often from everywhere, and its pair needs tries

		"grant_type": with("password"), "client_id": with(theirs["key"]), "client_secret": names, "client_assertion": with("a.b.c"),
		"client_assertion_type": with("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		"publication":           with(string(w.manifests[0].ID), "current"),
		"since":                 with(string(w.manifests[1].ID)),
	}
}

// office says whether a canary is of what is kept about a practice: not rows, which
// grants open, but what its admins and operators see.
func office(c canary) bool {
	return c.dataset == "people" || c.dataset == "clients" || c.dataset == "grants"
}
