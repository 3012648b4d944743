package serve_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

// spec is the served OpenAPI document, as JSON.
type spec struct{ doc map[string]any }

// specOf is the document as it is told to a caller.
func specOf(t *testing.T, b *bundle, key string) spec {
	t.Helper()
	return spec{b.get(t, "/openapi.json", key).want(t, 200).json(t)}
}

func (s spec) at(path ...string) any {
	var v any = s.doc
	for _, step := range path {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

// operations are the paths that are described, each with its methods.
func (s spec) operations() iter.Seq2[string, string] {
	return func(yield func(path, method string) bool) {
		for path, item := range s.at("paths").(map[string]any) {
			for method := range item.(map[string]any) {
				if !yield(path, method) {
					return
				}
			}
		}
	}
}

// check complains where a value is not as a schema has it. It knows the words
// of JSON Schema that the document uses, and refuses others.
func (s spec) check(schema, value any, where string) []string {
	m, ok := schema.(map[string]any)
	if !ok {
		return []string{where + ": no schema"}
	}
	var out []string
	for word, arg := range m {
		switch word {
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/components/schemas/")
			out = append(out, s.check(s.at("components", "schemas", name), value, where)...)
		case "type":
			types, many := arg.([]any)
			if !many {
				types = []any{arg}
			}
			kind := typeOf(value)
			if kind == "integer" && slices.Contains(types, any("number")) {
				kind = "number"
			}
			if !slices.Contains(types, any(kind)) {
				out = append(out, fmt.Sprintf("%s: %v is not %v", where, value, arg))
			}
		case "enum":
			if !slices.Contains(arg.([]any), value) {
				out = append(out, fmt.Sprintf("%s: %v is none of %v", where, value, arg))
			}
		case "required":
			object, _ := value.(map[string]any)
			for _, name := range arg.([]any) {
				if _, ok := object[name.(string)]; !ok && object != nil {
					out = append(out, fmt.Sprintf("%s: no %s", where, name))
				}
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				out = append(out, s.check(arg, item, fmt.Sprintf("%s[%d]", where, i))...)
			}
		case "properties":
			object, _ := value.(map[string]any)
			for name, v := range object {
				if sub, ok := arg.(map[string]any)[name]; ok {
					out = append(out, s.check(sub, v, where+"."+name)...)
				}
			}
		case "additionalProperties":
			out = append(out, s.checkFurther(m, arg, value, where)...)
		case "anyOf":
			var why []string
			fits := false
			for _, one := range arg.([]any) {
				complaints := s.check(one, value, where)
				fits = fits || len(complaints) == 0
				why = append(why, complaints...)
			}
			if !fits {
				out = append(out, fmt.Sprintf("%s: fits none: %s", where, why))
			}
		case "allOf":
			for _, one := range arg.([]any) {
				out = append(out, s.check(one, value, where)...)
			}
		case "description", "title", "format", "examples", "default", "minimum", "maximum", "contentEncoding", "x-go-type":
		default:
			out = append(out, where+": the check does not know "+word)
		}
	}
	return out
}

func (s spec) checkFurther(schema map[string]any, arg, value any, where string) []string {
	object, _ := value.(map[string]any)
	known, _ := schema["properties"].(map[string]any)
	var out []string
	for name, v := range object {
		if _, ok := known[name]; ok {
			continue
		}
		if allowed, isBool := arg.(bool); isBool {
			if !allowed {
				out = append(out, where+": "+name+" is not described")
			}
			continue
		}
		out = append(out, s.check(arg, v, where+"."+name)...)
	}
	return out
}

func typeOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(x.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

func TestAnswersAreAsDescribed(t *testing.T) {
	b := setup(t)
	unpublished := b.get(t, "/readyz", "").want(t, 503)
	first := b.published(t, nil)
	b.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "('p1', 1,", "('p1', 7,")})
	key := b.keys.Open(t, archwire.Identified)
	s := specOf(t, b, key)
	seen := map[string]bool{}
	for _, c := range []struct{ template, path string }{
		{"/v1", "/v1"},
		{"/v1/status", "/v1/status"},
		{"/v1/status", "/v1/status?x=1"},
		{"/v1/practices", "/v1/practices"},
		{"/v1/dashboards", "/v1/dashboards"},
		{"/v1/dashboards", "/v1/dashboards?practice=p9"},
		{"/v1/metrics", "/v1/metrics"},
		{"/v1/datasets", "/v1/datasets"},
		{"/v1/metrics/{metric}", "/v1/metrics/net_collections?by=practice,payer_kind&compare=previous_year,previous_period"},
		{"/v1/metrics/{metric}", "/v1/metrics/past_due_share?compare=previous_year&practice=p1"},
		{"/v1/metrics/{metric}", "/v1/metrics/wait?from=2026-01-01"},
		{"/v1/metrics/{metric}", "/v1/metrics/wait?grain=decade"},
		{"/v1/metrics/{metric}", "/v1/metrics/nothing"},
		{"/v1/metrics/{metric}/explain", "/v1/metrics/wait/explain?practice=p1&period=2026-10-01"},
		{"/v1/metrics/{metric}/explain", "/v1/metrics/past_due_share/explain?practice=p2&period=2026-10-01&filter[bucket]=current"},
		{"/v1/metrics/{metric}/explain", "/v1/metrics/wait/explain?practice=p1&period=2026-10-01&from=20200101T000000Z-0000"},
		{"/v1/datasets/{dataset}/rows", "/v1/datasets/patients/rows"},
		{"/v1/datasets/{dataset}/rows", "/v1/datasets/collections/rows?limit=1"},
		{"/v1/datasets/{dataset}/rows", "/v1/datasets/balances/rows?fields=balance"},
		{"/v1/datasets/{dataset}/changes", "/v1/datasets/patients/changes?since=" + string(first.ID)},
		{"/v1/datasets/{dataset}/changes", "/v1/datasets/patients/changes?fields=wait_days&limit=1&since=" + string(first.ID)},
		{"/v1/datasets/{dataset}/changes", "/v1/datasets/patients/changes?since=20200101T000000Z-0000"},
		{"/v1/datasets/{dataset}/export.csv", "/v1/datasets/patients/export.csv"},
		{"/v1/datasets/{dataset}/export.csv", "/v1/datasets/nothing/export.csv"},
		{"/v1/datasets/{dataset}/export.ndjson", "/v1/datasets/patients/export.ndjson?fields=wait_days"},
		{"/v1/datasets/{dataset}/export.arrow", "/v1/datasets/patients/export.arrow?practice=p1"},
		{"/v1/datasets/{dataset}/export.parquet", "/v1/datasets/patients/export.parquet?filter[wait_days]=3"},
		{"/v1/grants", "/v1/grants"},
		{"/v1/grants", "/v1/grants?practice=p1"},
		{"/v1/grants", "/v1/grants?practice=p9"},
		{"/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server"},
		{"/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server?x=1"},
		{"/v1/publications", "/v1/publications"},
		{"/v1/publications", "/v1/publications?x=1"},
		{"/v1/publications/{publication}/manifest", "/v1/publications/current/manifest"},
		{"/v1/publications/{publication}/manifest", "/v1/publications/current/manifest?practice=p1&dataset=patients,balances&limit=1"},
		{"/v1/publications/{publication}/manifest", "/v1/publications/20200101T000000Z-0000/manifest"},
		{"/v1/publications/{publication}/manifest", "/v1/publications/current/manifest?limit=0"},
		{"/v1/slices/{sha256}.parquet", b.slicesOf(t, key, "")[0].URL},
		{"/v1/slices/{sha256}.parquet", "/v1/slices/" + strings.Repeat("0", 64) + ".parquet"},
		{"/openapi.json", "/openapi.json"},
		{"/docs", "/docs"},
		{"/docs", "/docs?x=1"},
		{"/healthz", "/healthz"},
		{"/readyz", "/readyz"},
	} {
		seen[c.template] = true
		r := b.get(t, c.path, key)
		content, ok := s.at("paths", c.template, "get", "responses", fmt.Sprint(r.status), "content").(map[string]any)
		if !ok {
			t.Errorf("%s answers %d, which is not described", c.path, r.status)
			continue
		}
		kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
		media, ok := content[kind].(map[string]any)
		if !ok {
			t.Errorf("%s answers %s, described is %v", c.path, kind, slices.Collect(maps.Keys(content)))
			continue
		}
		if strings.HasSuffix(kind, "json") && kind != "application/x-ndjson" {
			for _, complaint := range s.check(media["schema"], any(r.json(t)), c.path) {
				t.Error(complaint)
			}
			if name, found := strings.CutPrefix(c.path, "/v1/datasets/"); found && r.status == http.StatusOK {
				name, kind, _ := strings.Cut(name, "/")
				kind, _, _ = strings.Cut(kind, "?")
				shape := map[string]string{"rows": "row_", "changes": "change_"}[kind] + name
				for _, row := range r.at(t, "data").([]any) {
					for _, complaint := range s.check(s.at("components", "schemas", shape), row, c.path) {
						t.Error(complaint)
					}
				}
			}
		}
	}
	for _, complaint := range s.check(s.at("paths", "/readyz", "get", "responses", "503", "content", "application/json", "schema"), any(unpublished.json(t)), "not ready") {
		t.Error(complaint)
	}
	for path, method := range s.operations() {
		if method == "get" && !seen[path] && !atTheOffice(path) && !strings.HasPrefix(path, "/v1/webhooks") && !strings.HasPrefix(path, "/v1/operator") { // these: TestWebhookAnswersAreAsDescribed, TestOperatorsAreAnsweredAsDescribed
			t.Errorf("%s is described and not asked for here", path)
		}
	}
}

func TestTheDescriptionIsComplete(t *testing.T) {
	b := operated(t, func(cfg *serve.Config, _ *signin.Config) { withWebhooks(t)(cfg) })
	b.published(t, nil)
	operator := b.session(t, "op@example.com", auth.Operator, "", "")
	s := specOf(t, b.bundle, operator)
	partner, _, _ := b.key(t, "partner", "p1", archwire.Identified)
	for path, item := range s.at("paths").(map[string]any) {
		for method, op := range item.(map[string]any) {
			key := operator
			if strings.HasPrefix(path, "/v1/webhooks") { // which are a client's
				key = partner
			}
			s.checkOperation(t, b.bundle, key, method, path, op.(map[string]any))
		}
	}
	if s.at("openapi") != "3.1.0" || s.at("components", "securitySchemes", "bearer") == nil {
		t.Error("no OpenAPI 3.1 document with a bearer scheme")
	}
	refs := map[string]bool{}
	text, err := json.Marshal(s.doc)
	must(t, err)
	for part := range strings.SplitSeq(string(text), `"$ref":"#/components/schemas/`) {
		name, _, _ := strings.Cut(part, `"`)
		refs[name] = true
	}
	for name := range s.at("components", "schemas").(map[string]any) {
		if !refs[name] && !strings.HasPrefix(name, "row_") && !strings.HasPrefix(name, "change_") {
			t.Errorf("schema %s is used nowhere", name)
		}
	}
}

// checkOperation complains where an operation says too little, where an example is
// not as it is described, and where a parameter is described and not read.
func (s spec) checkOperation(t *testing.T, b *bundle, key, method, path string, op map[string]any) {
	t.Helper()
	for _, word := range []string{"summary", "operationId", "responses", "security"} {
		if _, ok := op[word]; !ok {
			t.Errorf("%s %s has no %s", method, path, word)
		}
	}
	for status := range op["responses"].(map[string]any) {
		answer, _ := s.at("paths", path, method, "responses", status, "content", "application/json").(map[string]any)
		if example, ok := answer["example"]; ok {
			for _, complaint := range s.check(answer["schema"], example, "the example of "+method+" "+path) {
				t.Error(complaint)
			}
		}
	}
	params, _ := op["parameters"].([]any)
	ask := strings.NewReplacer("{metric}", "net_collections", "{dataset}", "collections", "{webhook}", "wh_k3v7q2m5x4t6n7b2", "{publication}", "current", "{sha256}", strings.Repeat("0", 64)).Replace(path)
	for _, p := range params {
		param := p.(map[string]any)
		if param["description"] == nil || param["schema"] == nil {
			t.Errorf("%s: parameter %v says too little", path, param["name"])
		}
		if param["in"] != "query" {
			continue
		}
		// A parameter that is described is read: its value is refused, not its name.
		name := param["name"].(string)
		if name == "filter" {
			name = "filter[payer_kind]"
		}
		r := b.ask(t, strings.ToUpper(method), ask+"?"+name+"=%00", key, "").want(t, http.StatusBadRequest)
		if got := r.at(t, "detail"); got != name+" is not text." {
			t.Errorf("%s %s: parameter %s: %v", method, path, name, got)
		}
	}
}
