package project

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// A spec lists the fields of one kind of mapping, bound to the struct that a
// decoding fills. It is the one description of that mapping: the decoder, its
// suggestions, the JSON Schema and the reference are made of it.
type spec struct {
	Name   string // what such a mapping is, for people: "source"
	Doc    string
	Fields []field
}

// A field is one key of a mapping.
type field struct {
	Name     string
	Doc      string
	Required bool
	Default  string // what its absence means, for people and editors; "" when nothing
	Value    value
}

// A value is what a field may hold, bound to where it is put.
type value interface {
	// decode reads n, the value of the field at path, or complains about it.
	decode(d *decoder, n *yaml.Node, path string)
	// schema is the JSON Schema of the value.
	schema() schema
	// words say for people what it is: "a list of texts".
	words() string
}

// innerSpecs lists the specs of the mappings within a value.
func innerSpecs(v value) []spec {
	if n, ok := v.(interface{ inner() []spec }); ok {
		return n.inner()
	}
	return nil
}

// hint says what to write: the words to choose from, or what the field is for.
func (f field) hint() string {
	if c, ok := f.Value.(interface{ texts() []string }); ok {
		return or(c.texts())
	}
	return strings.TrimSuffix(lowerFirst(f.Doc), ".")
}

// names lists the fields' names.
func (s spec) names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// field finds a field by name.
func (s spec) field(name string) (field, bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return field{}, false
}

// object is a mapping with the fields of a spec.
type object struct{ spec spec }

func (o object) words() string { return "a mapping: " + o.spec.Name }

func (o object) inner() []spec { return []spec{o.spec} }

func (o object) decode(d *decoder, n *yaml.Node, path string) {
	written := d.mapping(n, path, func(key string, at, v *yaml.Node) {
		f, ok := o.spec.field(key)
		if !ok {
			d.complain(at, join(path, key), "unknown field%s", unknownField(key, o.spec))
			return
		}
		f.Value.decode(d, v, join(path, key))
	})
	if written == nil {
		return
	}
	for _, f := range o.spec.Fields {
		if _, ok := written[f.Name]; f.Required && !ok {
			d.complain(n, join(path, f.Name), "missing; write %s: %s", f.Name, f.hint())
		}
	}
}

func unknownField(key string, s spec) string {
	if near := Nearest(key, s.names()); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; a " + s.Name + " has " + and(s.names())
}

// optional is a mapping with the fields of a spec, and nil where it is left out.
type optional[T any] struct {
	into **T
	each func(into *T) spec
}

func (v optional[T]) words() string { return object{v.each(new(T))}.words() }

func (v optional[T]) inner() []spec { return []spec{v.each(new(T))} }

func (v optional[T]) schema() schema { return object{v.each(new(T))}.schema() }

func (v optional[T]) decode(d *decoder, n *yaml.Node, path string) {
	*v.into = new(T)
	object{v.each(*v.into)}.decode(d, n, path)
}

// entries is a mapping from names of the writer's choice to values, in the order
// of the file.
type entries[T any] struct {
	into *[]T
	what string // what an entry is: "table"
	name form   // what a name may look like
	each func(name string, into *T) value
}

func (e entries[T]) words() string {
	return "a mapping of names to: " + e.what
}

func (e entries[T]) inner() []spec { return innerSpecs(e.each("", new(T))) }

func (e entries[T]) decode(d *decoder, n *yaml.Node, path string) {
	written := d.mapping(n, path, func(key string, at, v *yaml.Node) {
		if !e.name.ok(key) {
			d.complain(at, join(path, key), "%q does not name a %s; use %s", key, e.what, e.name.says)
			return
		}
		t := new(T)
		e.each(key, t).decode(d, v, join(path, key))
		*e.into = append(*e.into, *t)
	})
	if written != nil && len(n.Content) == 0 {
		d.complain(n, path, "is empty; name at least one %s", e.what)
	}
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func lowerFirst(s string) string {
	if s == "" || len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' { // a word in capitals stays
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
