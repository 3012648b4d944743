package project

import (
	"encoding/json"

	"archwire"
)

// A schema is a JSON Schema.
type schema map[string]any

// specs lists the specs of all kinds of files, bound to nothing.
func specs() []spec {
	return []spec{
		projectSpec(defaults()), sourceSpec(new(Source)), modelSpec(new(archwire.Model)),
		checkSpec(new(archwire.Check)), datasetSpec(new(archwire.Dataset)), metricSpec(new(archwire.Metric)), dashboardSpec(new(archwire.Dashboard)),
	}
}

// Schema is one JSON Schema (draft 2020-12) for the YAML of a project. Each kind
// of file is a definition: #/$defs/dataset.
func Schema() ([]byte, error) {
	defs, kinds := schema{}, []schema{}
	for _, s := range specs() {
		defs[s.Name] = object{s}.schema()
		kinds = append(kinds, schema{"$ref": "#/$defs/" + s.Name})
	}
	return json.MarshalIndent(schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Files of an Archwire project",
		"$defs":   defs,
		"anyOf":   kinds,
	}, "", "  ")
}

func (o object) schema() schema {
	properties, required := schema{}, []string{}
	for _, f := range o.spec.Fields {
		p := f.Value.schema()
		p["description"] = f.Doc
		if f.Default != "" {
			p["description"] = f.Doc + " Default: " + f.Default + "."
		}
		properties[f.Name] = p
		if f.Required {
			required = append(required, f.Name)
		}
	}
	s := schema{"type": "object", "description": o.spec.Doc, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func (e entries[T]) schema() schema {
	s := schema{"type": "object", "minProperties": 1, "additionalProperties": e.each("", new(T)).schema()}
	if e.name.pattern != "" {
		s["propertyNames"] = schema{"pattern": e.name.pattern}
	}
	return s
}

func (v text) schema() schema {
	s := schema{"type": "string", "minLength": 1}
	if v.form.pattern != "" {
		s["pattern"] = v.form.pattern
	}
	return s
}

func (v choice[T]) schema() schema { return schema{"enum": v.texts()} }

func (v integer) schema() schema { return schema{"type": "integer", "minimum": v.min} }

func (v boolean) schema() schema { return schema{"type": "boolean"} }

func (v duration) schema() schema {
	return schema{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$`}
}

func (v day) schema() schema {
	return schema{"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
}

func (v gentleness) schema() schema { return schema{"enum": v.texts()} }
func (v isolation) schema() schema  { return schema{"enum": v.texts()} }

func (v percent) schema() schema {
	return schema{"type": "string", "pattern": `^([0-9]|[1-9][0-9]|100)%$`}
}

func (v overlap) schema() schema {
	return schema{"anyOf": []schema{{"type": "integer", "minimum": 0}, duration{}.schema()}}
}

func (v list) schema() schema {
	return schema{"type": "array", "items": schema{"type": "string", "minLength": 1}, "uniqueItems": true}
}

func (v timezone) schema() schema { return schema{"type": "string", "minLength": 1} }

func (v cron) schema() schema {
	return schema{"type": "string", "pattern": `^\s*([0-9*,/-]+\s+){4}[0-9*,/-]+\s*$`}
}

func (v location) schema() schema { return schema{"type": "string", "minLength": 1} }

func (v origin) schema() schema { return schema{"type": "string", "pattern": `.\..`} }

func (v columns) schema() schema {
	return schema{"type": "object", "minProperties": 1, "additionalProperties": columnType{new(declared)}.schema()}
}

func (v columnType) schema() schema {
	return schema{"anyOf": []schema{
		{"type": "string", "pattern": `^(bool|int16|int32|int64|float32|float64|decimal\([0-9]{1,2}, ?[0-9]{1,2}\)|` +
			`text|json|uuid|bytes|date|time|timestamp|timestamptz)$`},
		object{columnSpec(new(declared))}.schema(),
	}}
}
