package project

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// gentleness is consistent or gentle.
type gentleness struct{ into *bool }

func (v gentleness) texts() []string { return []string{"consistent", "gentle"} }

func (v gentleness) words() string { return or(v.texts()) }

func (v gentleness) decode(d *decoder, n *yaml.Node, path string) {
	var word string
	choice[string]{&word, "mode", v.texts()}.decode(d, n, path)
	*v.into = word == "gentle"
}

// isolation is snapshot or read committed.
type isolation struct{ into *bool }

func (v isolation) texts() []string { return []string{"snapshot", "read committed"} }

func (v isolation) words() string { return or(v.texts()) }

func (v isolation) decode(d *decoder, n *yaml.Node, path string) {
	var word string
	choice[string]{&word, "isolation", v.texts()}.decode(d, n, path)
	*v.into = word == "read committed"
}

// percent is a share: 10%.
type percent struct{ into *int }

func (v percent) words() string { return "a share from 0% to 100%, such as 10%" }

func (v percent) decode(d *decoder, n *yaml.Node, path string) {
	digits, ok := strings.CutSuffix(n.Value, "%")
	i, err := strconv.Atoi(digits)
	if n.Kind != yaml.ScalarNode || !ok || err != nil || i < 0 || i > 100 || digits != strconv.Itoa(i) {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = i
}

// overlap is a length of time or a number of keys.
type overlap struct{ into *Overlap }

func (v overlap) words() string { return "a length of time such as 90m, or a number of keys" }

func (v overlap) decode(d *decoder, n *yaml.Node, path string) {
	if keys, err := strconv.ParseInt(n.Value, 10, 64); err == nil && n.Kind == yaml.ScalarNode && keys >= 0 {
		*v.into = Overlap{Keys: keys}
		return
	}
	t, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || t < 0 {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = Overlap{Time: t}
}
