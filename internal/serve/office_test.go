package serve_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

// cheap is what hashing a password takes in tests.
var cheap = signin.Cost{Memory: 64, Passes: 1, Threads: 1}

// office is a server whose keys and people are in a real state.
type office struct {
	*bundle
	state *state.Store
	desk  *signin.Desk
}

func staffed(t *testing.T, change ...func(*serve.Config, *signin.Config)) *office {
	t.Helper()
	st, err := state.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "state.db"), now)
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	secret, err := st.SignInSecret(t.Context())
	must(t, err)
	o := &office{state: st}
	o.bundle = setup(t, func(cfg *serve.Config) {
		desk := signin.Config{People: st, Secret: secret, Project: "orthodontics", Cost: cheap, Now: now}
		keys := auth.NewAuthorizer(st, now)
		keys.Admit(st)
		cfg.Authorizer, cfg.Office = keys, st
		for _, f := range change {
			f(cfg, &desk)
		}
		o.desk, err = signin.New(desk)
		must(t, err)
		cfg.Desk = o.desk
	})
	return o
}

// person lets somebody in, in a role.
func (o *office) person(t *testing.T, name string, role auth.Role, tenant, client string, profile ...archwire.Profile) auth.Person {
	t.Helper()
	r := state.NewRole{Role: role, Tenant: tenant, Client: client, By: "operator"}
	for _, p := range profile {
		r.Profile = p
	}
	p, _, err := o.state.AddPerson(t.Context(), state.NewPerson{Name: name, By: "operator", Roles: []state.NewRole{r}})
	must(t, err)
	return p
}

// session is the secret of a session of somebody new, in a role.
func (o *office) session(t *testing.T, name string, role auth.Role, tenant, client string, profile ...archwire.Profile) string {
	t.Helper()
	secret, _, err := o.state.StartSession(t.Context(), o.person(t, name, role, tenant, client, profile...).ID)
	must(t, err)
	return secret
}

// key makes a key of a client with a grant by a practice.
func (o *office) key(t *testing.T, client, tenant string, profile archwire.Profile) (string, auth.Key, auth.Grant) {
	t.Helper()
	key, k, made, err := o.state.CreateKey(t.Context(), state.NewKey{Client: client, Grants: []state.NewGrant{
		{Tenant: tenant, Profile: profile, Purpose: "tests", By: "operator"},
	}})
	must(t, err)
	return key, k, made[0]
}

// request sends one with a key or a session, and a body of JSON unless it is "".
func (b *bundle) request(t *testing.T, method, path, key, body string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	must(t, err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return do(t, r)
}

// grantBody asks for a grant.
func grantBody(tenant, client string, profile archwire.Profile) string {
	return fmt.Sprintf(`{"practice":%q,"client":%q,"profile":%q,"purpose":"analytics"}`, tenant, client, profile)
}

// TestRolesMayDoWhatTheDocumentationSays is the table of docs/reference/people.md:
// every role, every action, on the own practice and on another.
func TestRolesMayDoWhatTheDocumentationSays(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.key(t, "other", "p3", archwire.Aggregate)
	partnerKey, _, _ := o.key(t, "partner", "p1", archwire.Aggregate)
	callers := map[string]string{
		"operator": o.session(t, "op@example.com", auth.Operator, "", ""),
		"admin":    o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", ""),
		"user":     o.session(t, "user@example.com", auth.PracticeUser, "p1", ""),
		"partner":  o.session(t, "partner@example.com", auth.Partner, "", "partner"),
		"key":      partnerKey,
		"nobody":   "",
	}
	n := 0
	// Each action makes what it is about anew, in the practice, and does it.
	actions := map[string]func(key, tenant string) reply{
		"sees rows of patients": func(key, tenant string) reply {
			return o.get(t, "/v1/datasets/patients/rows?practice="+tenant, key)
		},
		"sees a metric": func(key, tenant string) reply {
			return o.get(t, "/v1/metrics/net_collections?practice="+tenant, key)
		},
		"grants": func(key, tenant string) reply {
			return o.request(t, "POST", "/v1/grants", key, grantBody(tenant, "other", archwire.Aggregate))
		},
		"grants everything of all": func(key, _ string) reply {
			return o.request(t, "POST", "/v1/grants", key, grantBody("*", "other", archwire.Aggregate))
		},
		"lists grants": func(key, tenant string) reply { return o.get(t, "/v1/grants?practice="+tenant, key) },
		"takes a grant back": func(key, tenant string) reply {
			n++
			made, err := o.state.Grant(t.Context(), "other", []state.NewGrant{{Tenant: tenant, Profile: archwire.Aggregate, Purpose: fmt.Sprint(n), By: "operator"}})
			must(t, err)
			return o.request(t, "DELETE", "/v1/grants/"+made[0].ID, key, "")
		},
		"makes a key": func(key, tenant string) reply {
			n++
			return o.request(t, "POST", "/v1/keys", key, fmt.Sprintf(`{"practice":%q,"client":"bi%d","grant":{"profile":"identified","purpose":"our own"}}`, tenant, n))
		},
		"lists keys": func(key, tenant string) reply { return o.get(t, "/v1/keys?practice="+tenant, key) },
		"revokes a key": func(key, tenant string) reply {
			n++
			_, k, _, err := o.state.CreateKey(t.Context(), state.NewKey{
				Client: fmt.Sprintf("%s/own%d", tenant, n), Tenant: tenant, Grants: []state.NewGrant{{Tenant: tenant, Profile: archwire.Aggregate, Purpose: "x", By: "operator"}},
			})
			must(t, err)
			return o.request(t, "DELETE", "/v1/keys/"+k.ID, key, "")
		},
		"invites a user": func(key, tenant string) reply {
			n++
			return o.request(t, "POST", "/v1/people", key, fmt.Sprintf(`{"practice":%q,"name":"new%d@example.com","role":"practice_user"}`, tenant, n))
		},
		"invites an operator": func(key, _ string) reply {
			n++
			return o.request(t, "POST", "/v1/people", key, fmt.Sprintf(`{"name":"op%d@example.com","role":"operator"}`, n))
		},
		"lists people": func(key, tenant string) reply { return o.get(t, "/v1/people?practice="+tenant, key) },
		"removes a user": func(key, tenant string) reply {
			n++
			p := o.person(t, fmt.Sprintf("old%d@example.com", n), auth.PracticeUser, tenant, "")
			return o.request(t, "DELETE", "/v1/people/"+p.ID, key, "")
		},
		"reads the ledger": func(key, tenant string) reply { return o.get(t, "/v1/ledger?practice="+tenant, key) },
	}
	for action, want := range map[string]map[string][2]int{ // on p1, the callers' own, and on p2
		"sees rows of patients":    {"operator": {404, 404}, "admin": {200, 404}, "user": {200, 404}, "partner": {404, 404}, "key": {404, 404}},
		"sees a metric":            {"operator": {200, 200}, "admin": {200, 404}, "user": {200, 404}, "partner": {200, 404}, "key": {200, 404}},
		"grants":                   {"operator": {201, 201}, "admin": {200, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
		"grants everything of all": {"operator": {201, 200}, "admin": {404, 404}, "user": {404, 404}, "partner": {404, 404}, "key": {404, 404}},
		"lists grants":             {"operator": {200, 200}, "admin": {200, 404}, "user": {200, 404}, "partner": {200, 404}, "key": {200, 404}},
		"takes a grant back":       {"operator": {204, 204}, "admin": {204, 404}, "user": {404, 404}, "partner": {404, 404}, "key": {404, 404}},
		"makes a key":              {"operator": {201, 201}, "admin": {201, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
		"lists keys":               {"operator": {200, 200}, "admin": {200, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
		"revokes a key":            {"operator": {204, 204}, "admin": {204, 404}, "user": {404, 404}, "partner": {404, 404}, "key": {404, 404}},
		"invites a user":           {"operator": {201, 201}, "admin": {201, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
		"invites an operator":      {"operator": {201, 201}, "admin": {403, 403}, "user": {403, 403}, "partner": {403, 403}, "key": {403, 403}},
		"lists people":             {"operator": {200, 200}, "admin": {200, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
		"removes a user":           {"operator": {204, 204}, "admin": {204, 404}, "user": {403, 403}, "partner": {403, 403}, "key": {403, 403}},
		"reads the ledger":         {"operator": {200, 200}, "admin": {200, 404}, "user": {403, 404}, "partner": {403, 404}, "key": {403, 404}},
	} {
		want["nobody"] = [2]int{401, 401}
		for _, who := range []string{"operator", "admin", "user", "partner", "key", "nobody"} {
			for i, tenant := range []string{"p1", "p2"} {
				if got := actions[action](callers[who], tenant); got.status != want[who][i] {
					t.Errorf("%s %s in %s: %d, want %d: %s", who, action, tenant, got.status, want[who][i], got.text)
				}
			}
		}
	}
}
