package serve_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/state"
	"archwire/internal/webhook"
)

// withWebhooks gives the server a state, in which the clients partner and other may
// have webhooks.
func withWebhooks(t *testing.T) func(*serve.Config) {
	t.Helper()
	st, err := state.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "state.db"), now)
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	for _, client := range []string{"partner", "other"} {
		_, _, _, err := st.CreateKey(t.Context(), state.NewKey{Client: client, Grants: []state.NewGrant{{
			Tenant: auth.Everyone, Profile: archwire.Aggregate, Purpose: "test", By: state.Operator(""),
		}}})
		must(t, err)
	}
	return func(cfg *serve.Config) {
		cfg.Office, cfg.Webhooks, cfg.WebhookGuard = st, st, webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	}
}

// ask sends a request with a method and, where there is one, a JSON body.
func (b *bundle) ask(t *testing.T, method, path, key, body string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return do(t, r)
}

// partners are a server before its first publication, and keys of two clients.
func partners(t *testing.T) (b *bundle, partner, other string) {
	t.Helper()
	b = setup(t, withWebhooks(t))
	partner = b.keys.Mint(t, auth.Key{Client: "partner"}, authtest.Everything(archwire.Aggregate)...)
	other = b.keys.Mint(t, auth.Key{Client: "other"})
	return b, partner, other
}

const hookBody = `{"url":"https://partner.example.com/hook?token=hunter2"}`

func TestWebhooks_AreTheCallersOwn(t *testing.T) {
	b, partner, other := partners(t)
	made := b.ask(t, "POST", "/v1/webhooks", partner, hookBody).want(t, http.StatusCreated)
	id, secret := made.at(t, "data.webhook").(string), made.at(t, "data.secret").(string)
	if !strings.HasPrefix(secret, "awh_") || made.header.Get("Cache-Control") != "no-store" {
		t.Errorf("secret %q, Cache-Control %q", secret, made.header.Get("Cache-Control"))
	}
	list := b.get(t, "/v1/webhooks", partner).want(t, http.StatusOK)
	if !strings.Contains(list.text, id) || strings.Contains(list.text, secret) {
		t.Errorf("listed: %s", list.text)
	}
	if theirs := b.get(t, "/v1/webhooks", other).want(t, http.StatusOK); strings.TrimSpace(theirs.text) != `{"data":[]}` {
		t.Errorf("the other client sees %s", theirs.text)
	}
	none := "wh_" + strings.Repeat("a", 16)
	for _, what := range [][2]string{{"DELETE", ""}, {"POST", "/test"}, {"GET", "/deliveries"}, {"POST", "/replay?since=x"}} {
		foreign := b.ask(t, what[0], "/v1/webhooks/"+id+what[1], other, "").want(t, http.StatusNotFound)
		missing := b.ask(t, what[0], "/v1/webhooks/"+none+what[1], other, "").want(t, http.StatusNotFound)
		for _, part := range []string{"type", "title", "status", "detail", "hint"} {
			if got, want := fmt.Sprint(foreign.at(t, part)), strings.ReplaceAll(fmt.Sprint(missing.at(t, part)), none, id); got != want {
				t.Errorf("%v: a foreign one is told from a missing one by its %s: %q, %q", what, part, got, want)
			}
		}
	}
	b.ask(t, "DELETE", "/v1/webhooks/"+id, partner, "").want(t, http.StatusNoContent)
	b.ask(t, "DELETE", "/v1/webhooks/"+id, partner, "").want(t, http.StatusNotFound)
	if strings.Contains(b.log.String(), "hunter2") || strings.Contains(b.log.String(), secret) {
		t.Error("a secret is logged")
	}
}

func TestWebhooks_AreAddedOnceForOneIdempotencyKey(t *testing.T) {
	b, partner, other := partners(t)
	const key = "5f0c2d9a-81b3-4e64-9a53-6b1c5a534a0c"
	first := b.request(t, "POST", "/v1/webhooks", partner, hookBody, "Idempotency-Key", key).want(t, http.StatusCreated)
	if again := b.request(t, "POST", "/v1/webhooks", partner, hookBody, "Idempotency-Key", key).want(t, http.StatusCreated); again.text != first.text {
		t.Errorf("told %s, and then %s", first.text, again.text)
	}
	if list := b.get(t, "/v1/webhooks", partner).want(t, 200).at(t, "data").([]any); len(list) != 1 {
		t.Errorf("there are %v", list)
	}
	b.request(t, "POST", "/v1/webhooks", partner, `{"url":"https://partner.example.com/another"}`, "Idempotency-Key", key).want(t, http.StatusUnprocessableEntity)
	b.request(t, "POST", "/v1/webhooks", partner, hookBody, "Idempotency-Key", "short").want(t, http.StatusBadRequest)
	b.request(t, "POST", "/v1/webhooks", partner, hookBody).want(t, http.StatusConflict) // it is there
	b.request(t, "POST", "/v1/webhooks", other, hookBody, "Idempotency-Key", key).want(t, http.StatusCreated)
}

func TestWebhooks_RefuseWhatTheyCannotTell(t *testing.T) {
	b, partner, _ := partners(t)
	for body, want := range map[string][2]any{
		`{"url":"http://partner.example.com/"}`:         {400, "url"},
		`{"url":"https://u:hunter2@p.example.com/"}`:    {400, "url"},
		`{"url":"https://169.254.169.254/latest"}`:      {400, "url"},
		`{"url":"https://127.0.0.1/"}`:                  {400, "url"},
		`{"url":7}`:                                     {400, "url"},
		`{}`:                                            {400, "url"},
		`{"url":"https://p.example.com/","client":"x"}`: {400, "client"},
		`[]`: {400, nil},
	} {
		r := b.ask(t, "POST", "/v1/webhooks", partner, body)
		if r.status != want[0] || r.json(t)["field"] != want[1] || strings.Contains(r.text, "hunter2") {
			t.Errorf("%s: %d %s", body, r.status, r.text)
		}
	}
	b.ask(t, "POST", "/v1/webhooks", "", hookBody).want(t, http.StatusUnauthorized)
	b.ask(t, "POST", "/v1/webhooks", partner, `{"url":"https://10.0.0.7/hook"}`).want(t, http.StatusCreated) // as the project allows
	b.ask(t, "POST", "/v1/webhooks", partner, hookBody).want(t, http.StatusCreated)
	b.ask(t, "POST", "/v1/webhooks", partner, hookBody).want(t, http.StatusConflict)
	if got := b.ask(t, "PUT", "/v1/webhooks", partner, hookBody).want(t, http.StatusMethodNotAllowed).header.Get("Allow"); got != "GET, POST, HEAD" {
		t.Errorf("Allow: %s", got)
	}
}

func TestWebhookAnswersAreAsDescribed(t *testing.T) {
	b, partner, _ := partners(t)
	id := b.ask(t, "POST", "/v1/webhooks", partner, hookBody).at(t, "data.webhook").(string)
	type asking struct{ method, template, query, body string }
	one := "/v1/webhooks/{webhook}"
	askings := []asking{
		{"POST", "/v1/webhooks", "", `{"url":"https://partner.example.com/2"}`},
		{"POST", "/v1/webhooks", "", `{"url":"https://partner.example.com/2"}`},
		{"POST", "/v1/webhooks", "", `{"url":7}`},
		{"GET", "/v1/webhooks", "", ""},
		{"POST", one + "/test", "", ""},
		{"GET", one + "/deliveries", "?limit=5", ""},
		{"GET", one + "/deliveries", "?limit=0", ""},
		{"POST", one + "/replay", "", ""},
		{"POST", one + "/replay", "?since=x", ""},
		{"DELETE", one, "", ""},
		{"DELETE", one, "", ""},
	}
	replies := make([]reply, len(askings))
	for i, a := range askings { // nothing is published: webhooks need no publication
		replies[i] = b.ask(t, a.method, strings.ReplaceAll(a.template, "{webhook}", id)+a.query, partner, a.body)
	}
	b.published(t, nil)
	s := specOf(t, b, "")
	seen := map[string]bool{}
	for i, a := range askings {
		seen[a.method+a.template] = true
		s.checkReply(t, a.method, a.template, replies[i])
	}
	for path, item := range s.at("paths").(map[string]any) {
		for method := range item.(map[string]any) {
			if strings.HasPrefix(path, "/v1/webhooks") && !seen[strings.ToUpper(method)+path] {
				t.Errorf("%s %s is described and not asked for here", method, path)
			}
		}
	}
}

// checkReply complains where an answer is not as the path's method is described.
func (s spec) checkReply(t *testing.T, method, path string, r reply) {
	t.Helper()
	described, ok := s.at("paths", path, strings.ToLower(method), "responses", fmt.Sprint(r.status)).(map[string]any)
	if !ok {
		t.Errorf("%s %s answers %d, which is not described", method, path, r.status)
		return
	}
	content, _ := described["content"].(map[string]any)
	if len(content) == 0 && r.text == "" {
		return
	}
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	media, ok := content[kind].(map[string]any)
	if !ok {
		t.Errorf("%s %s answers %s, described is %v", method, path, kind, slices.Collect(maps.Keys(content)))
		return
	}
	for _, complaint := range s.check(media["schema"], any(r.json(t)), method+" "+path) {
		t.Error(complaint)
	}
}
