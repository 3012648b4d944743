package describe

import (
	"strings"

	"archwire/internal/serve/catalogue"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
)

// named puts a schema among the components, so that programs that are generated from
// the document give its type that name, and refers to it.
func (d *describer) named(name string, s *huma.Schema) *huma.Schema {
	d.registry.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// answerName is what the answer of an operation is called.
func answerName(operation string) string {
	return strings.ToUpper(operation[:1]) + operation[1:] + "Answer"
}

// fromCatalogue is a name that the catalogue tells: metrics and datasets come and go
// without another version of the API, so it is no enumeration.
func fromCatalogue(names []string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	if len(names) > 0 {
		s.Examples = []any{names[0]}
	}
	return s
}

func datasetNames(e *catalogue.Edition) (names []string) {
	for _, ds := range e.Manifest.Datasets {
		names = append(names, e.Contracts.Public[ds.Name])
	}
	return names
}

func metricNames(m archwire.Manifest) (names []string) {
	for _, metric := range m.Metrics {
		names = append(names, metric.Name)
	}
	return names
}

// decimal marks a number that is not to become a float: generators for Go take it as
// it is written.
func decimal(s *huma.Schema) *huma.Schema {
	s.Extensions = map[string]any{"x-go-type": "json.Number"}
	return s
}

// anyValue is any value, which generators for Go leave as it is written.
func anyValue(about string) *huma.Schema {
	return &huma.Schema{Description: about, Extensions: map[string]any{"x-go-type": "json.RawMessage"}}
}

// row is the schema of a row of any dataset. The columns of each one have a schema of
// their own among the components, row_ and the dataset's name: a choice between all
// of them is one that generated programs make by the first that fits, which all do.
func (d *describer) row() *huma.Schema {
	for _, ds := range d.e.Manifest.Datasets {
		d.named("row_"+componentName(ds), d.rowOf(ds))
	}
	return d.named("Row", &huma.Schema{
		Type: huma.TypeObject, Description: "A row: its columns are those of the dataset. A dataset's own are the component row_ and its name.",
		AdditionalProperties: anyValue("A column."),
	})
}

// componentName is the name of a dataset as components may have it. No dataset has a
// - in its name.
func componentName(ds archwire.Dataset) string { return strings.ReplaceAll(ds.Name, "@", "-") }

// ending describes the headers of an answer from what has a sunset.
func ending(op *huma.Operation) *huma.Operation {
	text := &huma.Schema{Type: huma.TypeString}
	head := op.Responses["200"].Headers
	head["Deprecation"] = &huma.Param{Description: "If it ends: since when that is known (RFC 9745).", Schema: text}
	head["Sunset"] = &huma.Param{Description: "If it ends: when (RFC 8594).", Schema: text}
	head["Link"] = &huma.Param{Description: "If it ends and another contract follows: that one, as successor-version.", Schema: text}
	return op
}
