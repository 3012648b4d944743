package project

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// bounded is a whole number from min to most.
type bounded struct {
	into      *int
	min, most int
}

func (v bounded) words() string { return fmt.Sprintf("a whole number from %d to %d", v.min, v.most) }

func (v bounded) schema() schema {
	return schema{"type": "integer", "minimum": v.min, "maximum": v.most}
}

func (v bounded) decode(d *decoder, n *yaml.Node, path string) {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < v.min || i > v.most {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = i
}

// decimalForm is a number with all its digits, as JSON writes one without an exponent.
var decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$`)

// exact is a number that is kept as it is written. It is never a float.
type exact struct{ into *string }

func (v exact) words() string { return "a number such as 0.95 or 125000" }

func (v exact) schema() schema {
	return schema{"anyOf": []schema{{"type": "number"}, {"type": "string", "pattern": decimalForm.String()}}}
}

func (v exact) decode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode || !decimalForm.MatchString(n.Value) {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = n.Value
}
