package isolationtest

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// An operation is one of the API's description.
type operation struct {
	method     string
	path       string
	parameters []string // of the query
	variable   string   // of the path; "" is none
	keyed      bool     // it takes an Idempotency-Key
	media      string   // of its body; "" is none
	members    []string // of its body
}

// String is how people write it: POST /v1/grants.
func (o operation) String() string { return o.method + " " + o.path }

// described is what is read of the description.
type described struct {
	Paths      map[string]map[string]describedOperation
	Components struct{ Schemas map[string]schema }
}

type describedOperation struct {
	Parameters  []struct{ Name, In string }
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Properties map[string]json.RawMessage
}

// operations reads the description that the server gives of itself.
func (w *world) operations(t *testing.T) (out []operation) {
	t.Helper()
	var doc described
	must(t, json.Unmarshal([]byte(w.get(t, caller{}, ask{path: "/openapi.json"}).text), &doc))
	for path, methods := range doc.Paths {
		for method, said := range methods {
			out = append(out, doc.operation(strings.ToUpper(method), path, said))
		}
	}
	slices.SortFunc(out, func(a, b operation) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	return out
}

func (d described) operation(method, path string, said describedOperation) operation {
	op := operation{method: method, path: path}
	for _, p := range said.Parameters {
		switch {
		case p.In == "path":
			op.variable = p.Name
		case p.In == "query":
			op.parameters = append(op.parameters, p.Name)
		case http.CanonicalHeaderKey(p.Name) == "Idempotency-Key":
			op.keyed = true
		}
	}
	slices.Sort(op.parameters)
	for media, content := range said.RequestBody.Content {
		body := content.Schema
		if name, ok := strings.CutPrefix(body.Ref, "#/components/schemas/"); ok {
			body = d.Components.Schemas[name]
		}
		op.media, op.members = media, slices.Sorted(maps.Keys(body.Properties))
	}
	return op
}
