package project

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func withHooks(t *testing.T, variables map[string]string) *Project {
	t.Helper()
	p, err := load(fstest.MapFS{configFile: {Data: []byte(`name: x
tenant: {noun: practice, table: rcm.a, key: id, label: id}
freshness: {within: 26h}
notify:
  - {url: "${HOOK_URL}", secret: "${HOOK_SECRET}", on: [failure, late]}
  - url: https://hooks.example.com/all
    secret: ${HOOK_SECRET}
`)}, "sources/rcm.yaml": {Data: []byte("source: rcm\nengine: postgres\ndsn: ${D}\ntables: {a: {columns: {id: int64}}}\n")}}, environment(variables))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestResolveHooksFillsInTheEnvironment(t *testing.T) {
	p := withHooks(t, map[string]string{"HOOK_URL": "http://127.0.0.1:9/a?token=t", "HOOK_SECRET": "0123456789abcdef"})
	hooks, err := p.ResolveHooks()
	if err != nil || len(hooks) != 2 || p.Freshness.Hours() != 26 {
		t.Fatalf("got %v, %v, %v", hooks, err, p.Freshness)
	}
	if got := hooks[0].Endpoint.String(); got != "http://127.0.0.1:9/a?token=t" {
		t.Errorf("got %s", got)
	}
	if diff := cmp.Diff([]archwire.Event{"failure", "late"}, hooks[0].On); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(archwire.Events(), hooks[1].On); diff != "" || string(hooks[1].Key) != "0123456789abcdef" {
		t.Errorf("%s, key %q", diff, hooks[1].Key)
	}
	if a, b := hooks[0].ID(), hooks[1].ID(); a == b || len(a) != 12 {
		t.Errorf("ids %s and %s", a, b)
	}
	if moved := withHooks(t, nil).Hooks[0]; moved.ID() != hooks[0].ID() {
		t.Error("the hook has another id in another environment")
	}
}

func TestResolveHooksComplainsWithoutRepeatingWhatItHolds(t *testing.T) {
	for url, want := range map[string]string{
		"":                                 "archwire.yaml:5: notify[0].url: the environment variable HOOK_URL is not set; set it",
		"http://hooks.example.com/hunter2": "archwire.yaml:5: notify[0].url: is not a URL that begins with https://; http:// is for this machine only",
		"hunter2":                          "archwire.yaml:5: notify[0].url: is not a URL that begins with https://; http:// is for this machine only",
		"https://hunter2\x7f/":             "archwire.yaml:5: notify[0].url: is not a URL that begins with https://; http:// is for this machine only",
	} {
		_, err := withHooks(t, map[string]string{"HOOK_URL": url, "HOOK_SECRET": "0123456789abcdef"}).ResolveHooks()
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", url, err, want)
		}
	}
	_, err := withHooks(t, map[string]string{"HOOK_URL": "https://a/", "HOOK_SECRET": "hunter2"}).ResolveHooks()
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "notify[1].secret: is shorter than 16") {
		t.Errorf("got %v", err)
	}
}
