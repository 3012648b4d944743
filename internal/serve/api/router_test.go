package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/describe"
)

// TestEveryRouteIsDescribed holds the description to the routes, both ways: what is
// not described is asked for by no test that is made from the description.
func TestEveryRouteIsDescribed(t *testing.T) {
	e, err := newEdition(archwire.Manifest{AsOf: "2026-11-20", Noun: archwire.Noun{Singular: "practice", Plural: "practices"}})
	if err != nil {
		t.Fatal(err)
	}
	routes, described := map[string]bool{}, map[string]bool{}
	for _, r := range slices.Concat(newRouter(e).routes, alone(true).routes) {
		routes[r.method+" "+r.pattern] = true
	}
	for path, item := range describe.Document(e.Edition).Paths {
		for _, op := range describe.Operations(item) {
			if strings.HasPrefix(path, "/healthz") || strings.HasPrefix(path, "/readyz") {
				continue // the server answers them itself
			}
			described[op.Method+" "+path] = true
		}
	}
	for name := range routes {
		if !described[name] {
			t.Errorf("%s is not described", name)
		}
	}
	for name := range described {
		if !routes[name] {
			t.Errorf("%s is described, and there is no such path", name)
		}
	}
	if n := len(slices.Collect(maps.Keys(routes))); n < 20 || !routes[http.MethodGet+" /v1"] {
		t.Errorf("there are %d routes", n)
	}
}
