package project

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

var plainScalar = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_.(), ${}-]*$`)

// scalar is a text; it is quoted unless it is plain beyond doubt.
func scalar(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case plainScalar.MatchString(s):
	case strings.Contains(s, `"`) && !strings.ContainsFunc(s, unicode.IsControl):
		n.Style = yaml.SingleQuotedStyle
	default:
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// flow is a list on one line.
func flow(texts []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, s := range texts {
		n.Content = append(n.Content, scalar(s))
	}
	return n
}

// put appends a field to a mapping.
func put(to *yaml.Node, key string, value *yaml.Node) {
	to.Content = append(to.Content, scalar(key), value)
}

// get finds a field of a mapping; nil when it has none.
func get(in *yaml.Node, key string) *yaml.Node {
	for i := 0; in != nil && i+1 < len(in.Content); i += 2 {
		if in.Content[i].Value == key {
			return in.Content[i+1]
		}
	}
	return nil
}

// comment makes a comment of one line; "" is none. YAML admits no control
// characters in it.
func comment(s string) string {
	if s = strings.Join(strings.Fields(s), " "); s == "" {
		return ""
	}
	return "# " + strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// write is a node as YAML.
func write(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, fmt.Errorf("writing YAML: %w", err)
	}
	return b.Bytes(), e.Close()
}
