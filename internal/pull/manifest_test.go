package pull

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// FuzzManifest reads any page that a server may send: what is taken leads nowhere but
// below the folder, and stands there once.
func FuzzManifest(f *testing.F) {
	good, err := json.Marshal(map[string]any{
		"data": map[string]any{
			"publication": "20261121T021400Z-4f9c",
			"datasets": []any{map[string]any{
				"dataset": "visit", "tenant": "practice_id", "key": []string{"id"}, "profile": "aggregate",
				"columns": []any{map[string]any{"name": "id", "type": "int64", "class": "public"}},
			}},
			"slices": []any{map[string]any{
				"dataset": "visit", "practice": "1", "profile": "aggregate", "sha256": strings.Repeat("a", 64), "rows": 1, "bytes": 10, "url": "/v1/slices/a.parquet",
			}},
		},
		"meta": map[string]any{"as_of": "2026-11-20", "data_through": "2026-11-21T01:30:00Z"},
		"page": map[string]any{"next": nil},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(strings.Replace(string(good), `"visit"`, `"../visit"`, 1)))
	f.Add([]byte(strings.Replace(string(good), `"1"`, `"../../1\u0000"`, 1)))
	f.Fuzz(func(t *testing.T, body []byte) {
		var served service
		served.Tenant.Noun = "practice"
		l := newListing(served)
		if _, err := l.add(body); err != nil {
			return
		}
		w, err := checked(l.Whole)
		if err != nil {
			return
		}
		files := map[string]bool{}
		for _, s := range w.Slices {
			path := fileOf(s.Place)
			if !filepath.IsLocal(path) || strings.Count(path, "/") != 1 || files[path] || !hashForm.MatchString(s.SHA256) {
				t.Errorf("%+v lies at %s", s, path)
			}
			files[path] = true
			if s.Bytes <= 0 || s.Bytes > mostSliceBytes || s.Rows < 0 || len(s.Tenant) > longestTenant || strings.ContainsAny(s.Tenant, "\x00\x1b\n") {
				t.Errorf("%+v is taken", s)
			}
		}
		for _, table := range w.Tables {
			if table.Columns[0].Name != table.Tenant || !filepath.IsLocal(table.Name) {
				t.Errorf("table %+v", table)
			}
		}
	})
}

func TestFileName_TellsIDsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, other := rapid.String().Draw(t, "one"), rapid.String().Draw(t, "other")
		if one != other && fileName(one) == fileName(other) {
			t.Fatalf("%q and %q are both %s", one, other, fileName(one))
		}
		if name := fileName(one) + ".parquet"; !filepath.IsLocal(name) || strings.ContainsAny(name, "/\\\x00") || len(name) > 255 || strings.HasPrefix(name, ".") && one != "" {
			t.Fatalf("%q is %q", one, name)
		}
	})
}
