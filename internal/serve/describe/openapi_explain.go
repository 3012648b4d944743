package describe

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// explain describes the explanation of a metric's change.
func (d *describer) explain() *huma.Operation {
	n := d.noun()
	id := &huma.Schema{Type: huma.TypeString}
	return &huma.Operation{
		Method: http.MethodGet, Path: ExplainPath, OperationID: "explain", Summary: "Why a figure has changed",
		Description: "One figure (a metric of one " + n.Singular + " in one period, with filters) in two publications that are kept: both values, the difference, and its parts. " +
			"The parts follow each other: the old rows without those that left; with those that changed in their new form; with those that entered; and these, the new rows, " +
			"under the new definition instead of the old one. value is the figure after each step, change what the step did to it. " +
			"Parts are exact differences of the values as they are served, a ratio's of ratios rounded to 6 digits, and where there is no value it counts as 0: so the parts always come to " +
			"the difference, to the last digit. A row is behind the figure when it is in the period, in its last snapshot where the metric is a state, and passes the filters; it has changed when a column that the metric " +
			"is computed from has. rows shows them, where their dataset is opened to your key and not the metric alone; else it is null. " +
			"Where the old definition cannot be applied to the new rows, definition is the only part.",
		Parameters: append([]*huma.Param{
			inPath("metric", "The metric's name.", metricNames(d.e.Manifest)),
			query(n.Singular, "The id of the "+n.Singular+"; not needed where only one opens the metric to your key.", id),
			{Name: "period", In: "query", Required: true, Description: "A day of the period.", Schema: date()},
			query("grain", "How long the period is; weeks begin on Monday.", choice("month", "day", "week", "month", "quarter", "year")),
			query("from", "The publication to begin with; by default the one before to.", id),
			query("to", "The publication to end with; by default the one in service.", id),
			query("limit", "How many rows are shown at most.",
				&huma.Schema{Type: huma.TypeInteger, Minimum: number64(0), Maximum: number64(MaxExplained), Default: DefaultExplained}),
			filterParam("Values that dimensions must have: filter[dimension]=value; see filters."),
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(d.envelope("explain", explainSchema()), nil),
	}
}

func explainSchema() *huma.Schema {
	figure := func(further map[string]*huma.Schema, required ...string) *huma.Schema {
		s := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Required: append(required, "value"), Properties: measureSchemas()}
		maps.Copy(s.Properties, further)
		return s
	}
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	definition, version := text("What is counted, in words; null where the metric is not opened."), &huma.Schema{Type: huma.TypeInteger, Nullable: true, Description: "The version of the definition."}
	definition.Nullable = true
	in := func() *huma.Schema {
		return figure(map[string]*huma.Schema{
			"publication": text("The publication."), "as_of": {Type: huma.TypeString, Format: "date", Description: "Its business date."},
			"period": {Type: huma.TypeString, Format: "date", Description: "The first day of the period."}, "definition": definition, "version": version,
		}, "publication", "as_of", "period", "definition", "version")
	}
	part := choice(nil, "left", "changed", "entered", "definition")
	row := &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"part", "old", "new"}, Properties: map[string]*huma.Schema{
			"part": choice(nil, "left", "changed", "entered"),
			"old":  {Type: huma.TypeObject, Nullable: true, Description: "The key and the columns that the metric is computed from, as they were."},
			"new":  {Type: huma.TypeObject, Nullable: true, Description: "The same as they are."},
		},
	}
	rows := arrayOf(row)
	rows.Nullable = true
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"from", "to", "difference", "parts", "rows"}, Properties: map[string]*huma.Schema{
			"from": in(), "to": in(),
			"difference": decimal(&huma.Schema{Type: huma.TypeNumber, Description: "The value in to less the one in from."}),
			"parts": arrayOf(figure(map[string]*huma.Schema{
				"part": part, "rows": {Type: huma.TypeInteger, Description: "How many rows."},
				"change": decimal(&huma.Schema{Type: huma.TypeNumber, Description: "What the step did to the value."}),
			}, "part", "rows", "change")),
			"rows": rows,
		},
	}
}

// exampleExplained is an explanation as it might be.
func exampleExplained() map[string]any {
	version := func(publication, day, value string) map[string]any {
		return map[string]any{
			"publication": publication, "as_of": day, "period": "2026-11-01", "value": exactly(value),
			"definition": "Payments received.", "version": 1,
		}
	}
	part := func(name string, rows int, change, value string) map[string]any {
		return map[string]any{"part": name, "rows": rows, "change": exactly(change), "value": exactly(value)}
	}
	return map[string]any{
		"from": version("20261120T021400Z-83d1", "2026-11-19", "1200.00"), "to": version("20261121T021400Z-4f9c", "2026-11-20", "1284.50"), "difference": exactly("84.50"),
		"parts": []any{
			part("left", 1, "-100.00", "1100.00"), part("changed", 2, "-15.50", "1084.50"), part("entered", 3, "200.00", "1284.50"), part("definition", 0, "0.00", "1284.50"),
		},
		"rows": nil,
	}
}

func exactly(digits string) json.RawMessage { return json.RawMessage(digits) }
