package project

import "go.yaml.in/yaml/v3"

// labels are what values of a column are called, by the value.
type labels struct{ into *map[string]string }

func (v labels) words() string { return "a mapping of values to what they are called" }

func (v labels) schema() schema {
	return schema{"type": "object", "minProperties": 1, "additionalProperties": text{form: anyText()}.schema()}
}

func (v labels) decode(d *decoder, n *yaml.Node, path string) {
	out := map[string]string{}
	written := d.mapping(n, path, func(key string, _, value *yaml.Node) {
		if s, ok := d.text(value, join(path, key)); ok {
			out[key] = s
		}
	})
	if written != nil && len(n.Content) == 0 {
		d.complain(n, path, "is empty; say what the values are called, or leave it out")
	}
	*v.into = out
}
