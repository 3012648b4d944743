package serve_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

func TestOperatorsAreAnsweredAsDescribed(t *testing.T) {
	o := operated(t)
	first := o.published(t, nil)
	second := o.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "('p1', 1,", "('p1', 7,")})
	s := specOf(t, o.bundle, "")
	op := o.session(t, "op@example.com", auth.Operator, "", "")
	key, _, _ := o.key(t, "partner", "p1", archwire.Identified)
	o.get(t, "/v1/datasets/patients/rows", key).want(t, 200)
	detail := archwire.Detail{Verb: archwire.Refresh, What: "finance.daily", Rows: 9, Took: time.Second}
	for i, state := range []archwire.RunState{archwire.Succeeded, archwire.Failed, archwire.Running} {
		must(t, o.state.SaveRun(t.Context(), archwire.Run{
			ID: archwire.RunID(state), State: state, StartedAt: now().Add(time.Duration(i) * time.Second), Error: "x", Hint: "y", Code: archwire.Mismatch,
			Details: []archwire.Detail{detail}, Steps: []archwire.Step{{Verb: archwire.Refresh}}, Events: []archwire.Event{archwire.EventDrift},
		}))
	}
	seen := map[string]bool{}
	for _, c := range []struct {
		method, template, path, body string
		status                       int
	}{
		{"get", "/runs", "/runs?limit=2", "", 200},
		{"get", "/runs", "/runs?limit=0", "", 400},
		{"get", "/runs/{run}", "/runs/running", "", 200},
		{"get", "/runs/{run}", "/runs/nothing", "", 404},
		{"get", "/freshness", "/freshness", "", 200},
		{"get", "/nights", "/nights?days=3", "", 200},
		{"get", "/nights", "/nights?days=32", "", 400},
		{"get", "/models", "/models", "", 200},
		{"get", "/verification", "/verification", "", 200},
		{"get", "/publications", "/publications", "", 200},
		{"get", "/publications/{publication}", "/publications/current", "", 200},
		{"get", "/publications/{publication}", "/publications/" + string(first.ID), "", 400},
		{"get", "/publications/{publication}", "/publications/" + string(first.ID) + "?since=" + string(second.ID), "", 200},
		{"get", "/publications/{publication}", "/publications/20200101T000000Z-0000", "", 404},
		{"post", "/service", "/service", `{"publication":"` + string(first.ID) + `"}`, 200},
		{"post", "/service", "/service", `{"publication":"x"}`, 404},
		{"get", "/tenants", "/tenants", "", 200},
		{"get", "/tenants", "/tenants?practice=p1", "", 400},
		{"get", "/clients", "/clients", "", 200},
		{"get", "/contracts", "/contracts", "", 200},
		{"get", "/storage", "/storage", "", 200},
	} {
		template := "/v1/operator" + c.template
		seen[c.method+template] = true
		r := o.request(t, strings.ToUpper(c.method), "/v1/operator"+c.path, op, c.body)
		if r.status != c.status {
			t.Errorf("%s answers %d, want %d: %s", c.path, r.status, c.status, r.text)
			continue
		}
		kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
		content, _ := s.at("paths", template, c.method, "responses", fmt.Sprint(r.status), "content").(map[string]any)
		media, ok := content[kind].(map[string]any)
		if !ok {
			t.Errorf("%s answers %d of %s, described is %v", c.path, r.status, kind, slices.Collect(maps.Keys(content)))
			continue
		}
		for _, complaint := range s.check(media["schema"], any(r.json(t)), c.path) {
			t.Error(complaint)
		}
	}
	for path, method := range s.operations() {
		if strings.HasPrefix(path, "/v1/operator") && !seen[method+path] {
			t.Errorf("%s %s is described and not asked for here", method, path)
		}
	}
}
