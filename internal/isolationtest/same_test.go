package isolationtest

import (
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archwire"
)

// TestWhatIsAnothersIsAsIfItWereNot compares, for each thing that has a name, the
// answer about one that the caller may not see with the answer about one that never
// was: the same status, headers and body but for the name, and the same work, so
// that time tells nothing either. Neither opens a slice.
func TestWhatIsAnothersIsAsIfItWereNot(t *testing.T) {
	w := newWorld(t)
	callers := w.callers(t)
	at := slices.IndexFunc(callers, func(c caller) bool { return c.name == "reader" })
	values := w.values(t)
	pairs := map[string][2]string{ // what the reader of p1 may not see, and what is not there, of one length
		"practice": {"p3", "p9"},
		"dataset":  {"accounts", "accountz"},
		"metric":   {"opened", "openez"},
		"sha256":   {w.foreign(t), strings.Repeat("0", 64)},
		"fields":   {"name", "namz"},
		"by":       {"note", "notz"},
		"order":    {"name", "namz"},
		"filter":   {"name=x", "namz=x"},
	}
	compared := 0
	for _, op := range w.operations(t) {
		if op.method != http.MethodGet {
			continue
		}
		names := slices.Clone(op.parameters)
		if op.variable != "" {
			names = append(names, op.variable)
		}
		for _, name := range names {
			pair, ok := pairs[name]
			if !ok {
				continue
			}
			path := strings.Replace(op.path, "{"+op.variable+"}", harmless(values, op.variable), 1)
			paths := [2]string{}
			for i, value := range pair {
				if name == op.variable {
					paths[i] = strings.Replace(op.path, "{"+name+"}", value, 1)
				} else {
					paths[i] = path + "?" + spell(name, value)
				}
			}
			w.same(t, callers[at], paths, pair)
			compared++
		}
	}
	if compared < 20 {
		t.Errorf("only %d pairs were compared", compared)
	}
}

func harmless(v values, name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return v[name][0]
}

// foreign is the hash of a slice that the reader of p1 may not see: of p3's accounts.
func (w *world) foreign(t *testing.T) string {
	t.Helper()
	index := filepath.Join(w.dir, "store", "publications", string(w.manifests[1].ID), "index.parquet")
	ask := archwire.Query{SQL: "select slice from slice where dataset = 'accounts' and tenant = 'p3' and \"rows\" > 0"}
	for batch, err := range w.engine.QuerySlices(t.Context(), []archwire.SliceFile{{Path: index, SHA256: w.manifests[1].IndexSHA256}}, ask) {
		must(t, err)
		return strings.Clone(batch.Column(0).ValueStr(0))
	}
	t.Fatal("there is no such slice")
	return ""
}

var ownForm = regexp.MustCompile(`"request_id":"[^"]*"|X-Request-Id:\[[^\]]*\]|Date:\[[^\]]*\]|Ratelimit-Remaining:\[[^\]]*\]`)

// same asks for what is hidden and what is missing.
func (w *world) same(t *testing.T, c caller, paths, names [2]string) {
	t.Helper()
	var texts [2]string
	for i, path := range paths {
		before := w.engine.queries.Load()
		r := w.get(t, c, ask{path: path})
		if n := w.engine.queries.Load() - before; n > 0 {
			t.Errorf("%s opens %d slices", path, n)
		}
		if r.status != 404 && r.status != 400 {
			t.Errorf("%s answers %d", path, r.status)
		}
		name, _, _ := strings.Cut(names[i], "=")
		texts[i] = ownForm.ReplaceAllString(strings.ReplaceAll(r.all(), name, "NAME"), "")
	}
	if texts[0] != texts[1] {
		t.Errorf("%s says %s\n%s says %s", paths[0], texts[0], paths[1], texts[1])
	}
}
