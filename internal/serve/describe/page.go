package describe

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/door"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

//go:embed docs.html
var docsHTML string

// CSS is the style of the page.
//
//go:embed docs.css
var CSS string

// docsModel is what the documentation page shows.
type docsModel struct {
	Style    template.CSS
	Project  string
	Noun     archwire.Noun
	Example  string // a tenant's id in examples; never one that exists
	Manifest archwire.Manifest
	Tables   int
	Checks   int
	Version  string
	Paths    []docsPath
	Metrics  []docsMetrics
	Datasets []archwire.Dataset
	Values   [][2]string
	Problems []problem.Kind
}

type docsPath struct {
	Anchor, Method, Path, Summary, About string
	Parameters                           []docsParameter
	Curl                                 string
	Answer                               string
}

type docsParameter struct{ Name, In, Takes, About string }

// docsMetrics are the metrics of one dataset.
type docsMetrics struct {
	Dataset string
	Metrics []archwire.Metric
}

// Page writes the documentation of an edition, as its reader sees it, from the same
// description that /openapi.json gives. It tells definitions and no data.
func Page(e *catalogue.Edition) ([]byte, error) {
	page, err := template.New("docs").Funcs(template.FuncMap{
		"join": func(list []string) string { return strings.Join(list, ", ") },
		"says": additivitySays, "basis": basisSays,
	}).Parse(docsHTML)
	if err != nil {
		return nil, fmt.Errorf("reading the documentation's template: %w", err)
	}
	m := e.Manifest
	model := docsModel{
		Style:   template.CSS(CSS), //nolint:gosec // our own file
		Project: m.Project, Noun: m.Noun, Manifest: m, Tables: len(m.Verification.Tables), Checks: m.Verification.Checks,
		Version: Version, Values: valueForms(), Problems: problem.Kinds(), Metrics: byDataset(m.Metrics), Datasets: slices.Clone(m.Datasets),
	}
	slices.SortFunc(model.Datasets, func(a, b archwire.Dataset) int { return strings.Compare(a.Name, b.Name) })
	doc := Document(e)
	for _, path := range docsOrder(m.Noun) {
		operations := Operations(doc.Paths[path])
		if len(operations) == 0 {
			return nil, fmt.Errorf("path %s is not described", path)
		}
		for _, op := range operations {
			p, err := docsPathOf(e, path, op)
			if err != nil {
				return nil, err
			}
			model.Paths = append(model.Paths, p)
		}
	}
	var out bytes.Buffer
	if err := page.Execute(&out, model); err != nil {
		return nil, fmt.Errorf("writing the documentation: %w", err)
	}
	return out.Bytes(), nil
}

func docsOrder(n archwire.Noun) []string {
	paths := []string{
		"/v1", catalogue.StatusPath, "/v1/" + n.Plural, catalogue.DashboardsPath, "/v1/metrics", "/v1/metrics/{metric}", ExplainPath, "/v1/datasets", "/v1/datasets/{dataset}/rows",
	}
	for _, f := range encode.Formats() {
		paths = append(paths, ExportPath(f))
	}
	paths = append(paths, ChangesPath)
	paths = append(paths, PublicationsPath, ManifestPath, SlicePath, "/v1/grants", "/v1/grants/{grant}", "/v1/keys", "/v1/keys/{key}", "/v1/people", "/v1/people/{person}", "/v1/ledger")
	paths = append(paths, "/v1/webhooks", "/v1/webhooks/{webhook}", "/v1/webhooks/{webhook}/test", "/v1/webhooks/{webhook}/deliveries", "/v1/webhooks/{webhook}/replay")
	for _, path := range []string{"/runs", "/runs/{run}", "/freshness", "/nights", "/models", "/verification", "/publications", "/publications/{publication}", "/service", "/tenants", "/clients", "/contracts", "/storage"} {
		paths = append(paths, OperatorPath+path)
	}
	paths = append(paths, "/auth/sign-in", "/auth/sign-out", "/auth/me", "/auth/accept", "/auth/oidc/{issuer}/start", "/auth/oidc/{issuer}/callback")
	return append(paths, door.TokenPath, door.MetadataPath, "/openapi.json", "/healthz", "/readyz")
}

func docsPathOf(e *catalogue.Edition, path string, op *huma.Operation) (docsPath, error) {
	p := docsPath{
		Anchor: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, About: op.Description, Curl: docsCurl(e, path, op),
	}
	for _, q := range op.Parameters {
		if q.In == "header" {
			continue
		}
		name := q.Name
		if q.Style == "deepObject" {
			name += "[...]"
		}
		p.Parameters = append(p.Parameters, docsParameter{Name: name, In: q.In, Takes: takes(q.Schema), About: q.Description})
	}
	p.Parameters = append(p.Parameters, docsMembers(op)...)
	text, err := answerOf(op)
	if err != nil {
		return docsPath{}, fmt.Errorf("writing the example of %s: %w", path, err)
	}
	p.Answer = text
	return p, nil
}

// docsMembers are the members of the body that an operation takes.
func docsMembers(op *huma.Operation) (members []docsParameter) {
	if op.RequestBody == nil {
		return nil
	}
	for _, media := range op.RequestBody.Content {
		for _, name := range slices.Sorted(maps.Keys(media.Schema.Properties)) {
			s := media.Schema.Properties[name]
			members = append(members, docsParameter{Name: name, In: "body", Takes: takes(s), About: s.Description})
		}
	}
	return members
}

// Operations are what a path takes, reading before changing.
func Operations(item *huma.PathItem) []*huma.Operation {
	if item == nil {
		return nil
	}
	return slices.DeleteFunc([]*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete}, func(op *huma.Operation) bool { return op == nil })
}

// answerOf is an example of what an operation answers when all is well; "" is
// none.
func answerOf(op *huma.Operation) (string, error) {
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		example := op.Responses[status].Content[request.JSON]
		if strings.HasPrefix(status, "2") && example != nil && example.Example != nil {
			text, err := json.MarshalIndent(example.Example, "", "  ")
			return string(text), err
		}
	}
	return "", nil
}

// takes says in words what a parameter takes.
func takes(s *huma.Schema) string {
	if s.Items != nil {
		s = s.Items
	}
	switch {
	case len(s.Enum) > 0 && len(s.Enum) <= 8:
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			words[i] = fmt.Sprint(v)
		}
		return strings.Join(words, " | ")
	case len(s.Examples) > 0:
		return "a name from the catalogue"
	case s.Format == "date":
		return "a date: 2026-11-20"
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%v to %v", *s.Minimum, *s.Maximum)
	case s.Type == huma.TypeObject:
		return "see filters"
	}
	return "text"
}

func byDataset(metrics []archwire.Metric) []docsMetrics {
	var out []docsMetrics
	for _, m := range metrics {
		i := slices.IndexFunc(out, func(g docsMetrics) bool { return g.Dataset == m.Dataset })
		if i < 0 {
			i = len(out)
			out = append(out, docsMetrics{Dataset: m.Dataset})
		}
		out[i].Metrics = append(out[i].Metrics, m)
	}
	return out
}
