package project

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSchemaAndReferenceAreAsReviewed(t *testing.T) {
	s, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/schema.json", string(s)+"\n")
	golden(t, "testdata/reference.md", string(Reference()))
}

// definitions is the schema as an editor reads it.
func definitions(t *testing.T) map[string]any {
	t.Helper()
	s, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(s, &root); err != nil {
		t.Fatal(err)
	}
	return root.Defs
}

func TestSchemaHasEveryFieldOfEverySpec(t *testing.T) {
	defs := definitions(t)
	for _, s := range specs() {
		properties, _ := defs[s.Name].(map[string]any)["properties"].(map[string]any)
		for _, f := range s.Fields {
			if _, ok := properties[f.Name]; !ok {
				t.Errorf("%s has no %s", s.Name, f.Name)
			}
		}
		if len(properties) != len(s.Fields) {
			t.Errorf("%s has %d properties for %d fields", s.Name, len(properties), len(s.Fields))
		}
	}
}

// yamlFiles maps the YAML files of a project to their kinds.
func yamlFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	kinds := map[string]string{filepath.Join(dir, configFile): KindProject}
	for folder, kind := range map[string]string{"sources": KindSource, "datasets": KindDataset, "metrics": KindMetric, "dashboards": KindDashboard} {
		files, err := filepath.Glob(filepath.Join(dir, folder, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			kinds[f] = kind
		}
	}
	return kinds
}

func TestSchemaAdmitsWhatLoads(t *testing.T) {
	defs := definitions(t)
	for _, dir := range []string{"testdata/valid", "../../examples/orthodontics"} {
		for file, kind := range yamlFiles(t, dir) {
			for i, doc := range decodeAll(t, file) {
				if wrong := violations(defs[kind].(map[string]any), doc, ""); len(wrong) > 0 {
					t.Errorf("%s, document %d: %s", file, i+1, strings.Join(wrong, "; "))
				}
			}
		}
	}
}

func TestSchemaRefusesWhatIsComplainedAbout(t *testing.T) {
	defs := definitions(t)
	for kind, text := range map[string]string{
		KindProject:   "nmae: x",
		KindSource:    "source: rcm\nengine: oracle\ndsn: x\ntables: {}",
		KindDataset:   "dataset: Daily\nfrom: x\ntenant: t\nkey: a\ncolumns: {a: {class: secret}}\ncontract: 0",
		KindMetric:    "metric: a",
		KindDashboard: "dashboard: a\ntitle: A\nposition: 1\ntiles: [{tile: number, metrics: [a], width: 13}]",
		KindModel:     "description: x",
		KindCheck:     "description: 5",
	} {
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if wrong := violations(defs[kind].(map[string]any), doc, ""); len(wrong) == 0 {
			t.Errorf("%s: the schema admits %q", kind, text)
		}
	}
}

func decodeAll(t *testing.T, file string) []any {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	d := yaml.NewDecoder(strings.NewReader(string(content)))
	for {
		var doc any
		if err := d.Decode(&doc); err != nil {
			return out
		}
		if list, ok := doc.([]any); ok {
			out = append(out, list...)
		} else if doc != nil {
			out = append(out, doc)
		}
	}
}

// violations validates v as JSON Schema says, for the keywords that Schema uses.
func violations(s map[string]any, v any, at string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	for keyword, rule := range s {
		switch keyword {
		case "description":
		case "type":
			if !isOf(v, rule) {
				say("is %s, not %v", typeOf(v), rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), v) {
				say("%v is not one of %v", v, rule)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(text) {
				say("%q does not match %s", text, rule)
			}
		case "minLength":
			if text, ok := v.(string); ok && float64(len(text)) < rule.(float64) {
				say("is too short")
			}
		case "minimum":
			if n, ok := v.(int); ok && float64(n) < rule.(float64) {
				say("%d is less than %v", n, rule)
			}
		case "maximum":
			if n, ok := v.(int); ok && float64(n) > rule.(float64) {
				say("%d is more than %v", n, rule)
			}
		case "uniqueItems", "items":
			list, _ := v.([]any)
			for i, e := range list {
				if keyword == "items" {
					wrong = append(wrong, violations(rule.(map[string]any), e, fmt.Sprintf("%s[%d]", at, i))...)
				} else if slices.Contains(list[:i], e) {
					say("%v is there twice", e)
				}
			}
		case "anyOf":
			if !slices.ContainsFunc(rule.([]any), func(o any) bool { return len(violations(o.(map[string]any), v, at)) == 0 }) {
				say("matches none of %v", rule)
			}
		case "properties", "required", "additionalProperties", "propertyNames", "minProperties":
			if m, ok := v.(map[string]any); ok {
				wrong = append(wrong, mappingViolations(keyword, rule, s, m, at)...)
			}
		default:
			say("the schema uses %s, which this test does not know", keyword)
		}
	}
	return wrong
}

func mappingViolations(keyword string, rule any, s, m map[string]any, at string) []string {
	var wrong []string
	properties, _ := s["properties"].(map[string]any)
	if keyword == "minProperties" && float64(len(m)) < rule.(float64) {
		wrong = append(wrong, at+": is empty")
	}
	if keyword == "required" {
		for _, name := range rule.([]any) {
			if _, ok := m[name.(string)]; !ok {
				wrong = append(wrong, at+": "+name.(string)+" is missing")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		p, known := properties[name].(map[string]any)
		other, open := s["additionalProperties"].(map[string]any)
		switch {
		case keyword == "properties" && known:
			wrong = append(wrong, violations(p, m[name], at+"."+name)...)
		case keyword == "additionalProperties" && !known && open:
			wrong = append(wrong, violations(other, m[name], at+"."+name)...)
		case keyword == "additionalProperties" && !known:
			wrong = append(wrong, at+": "+name+" is unknown")
		case keyword == "propertyNames":
			wrong = append(wrong, violations(rule.(map[string]any), name, at+"."+name)...)
		}
	}
	return wrong
}

// isOf says whether v is of a type, or of one of several.
func isOf(v, rule any) bool {
	if several, ok := rule.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return isOf(v, one) })
	}
	return typeOf(v) == rule || rule == "number" && typeOf(v) == "integer"
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case int:
		return "integer"
	case float64:
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}
