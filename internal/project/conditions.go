package project

import "go.yaml.in/yaml/v3"

// conditions are filters as the API takes them, by the name of what they are on: a
// value, or an operator and a value.
type conditions struct{ into *map[string]string }

func (v conditions) words() string { return "a mapping of names to values" }

func (v conditions) schema() schema {
	return schema{"type": "object", "minProperties": 1, "additionalProperties": schema{"type": []string{"string", "integer", "boolean"}}}
}

func (v conditions) decode(d *decoder, n *yaml.Node, path string) {
	out := map[string]string{}
	written := d.mapping(n, path, func(key string, _, value *yaml.Node) {
		switch tag := value.ShortTag(); {
		case value.Kind == yaml.ScalarNode && (tag == "!!int" || tag == "!!bool"):
			out[key] = value.Value
		default:
			if s, ok := d.text(value, join(path, key)); ok {
				out[key] = s
			}
		}
	})
	if written != nil && len(n.Content) == 0 {
		d.complain(n, path, "is empty; name what to filter by, or leave it out")
	}
	*v.into = out
}
