package project

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A decoder turns the nodes of one file into structs and collects what is wrong
// with them.
type decoder struct {
	file       string
	lines      map[string]int // of the item at hand, by path
	complaints *Complaints
}

func (d *decoder) complain(n *yaml.Node, path, format string, args ...any) {
	d.complaints.add(d.file, n.Line, path, format, args...)
}

// begin starts a new item at n.
func (d *decoder) begin(n *yaml.Node) { d.lines = map[string]int{"": n.Line} }

// place is where the item at hand was read.
func (d *decoder) place() place { return place{file: d.file, lines: d.lines} }

// mapping calls each for the keys of n that are good names and not doubled; it
// complains about the others. It returns the lines of all keys, nil when n is no
// mapping at all.
func (d *decoder) mapping(n *yaml.Node, path string, each func(key string, at, v *yaml.Node)) (written map[string]int) {
	if n.Kind != yaml.MappingNode {
		d.complain(n, path, "is %s, not a mapping; write one field a line, as name: value", describe(n))
		return nil
	}
	written = map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		switch line, doubled := written[key.Value]; {
		case key.Tag == "!!merge" || v.Kind == yaml.AliasNode || key.Kind == yaml.AliasNode:
			written[key.Value] = key.Line
			d.complain(key, join(path, key.Value), "aliases and merge keys are not read here; write the value out")
		case key.Kind != yaml.ScalarNode || key.Value == "" || key.Tag == "!!null":
			d.complain(key, path, "%s is no name for a field", describe(key))
		case doubled:
			d.complain(key, join(path, key.Value), "is there twice, first on line %d; keep one", line)
		default:
			written[key.Value] = key.Line
			d.lines[join(path, key.Value)] = key.Line
			each(key.Value, key, v)
		}
	}
	return written
}

// text reads a scalar that is text.
func (d *decoder) text(n *yaml.Node, path string) (string, bool) {
	switch {
	case n.Kind == yaml.ScalarNode && (n.ShortTag() == "!!null" || n.Value == ""):
		d.complain(n, path, "is empty; give it a value or leave it out")
	case n.Kind != yaml.ScalarNode:
		d.complain(n, path, "is %s, not text", describe(n))
	case n.ShortTag() != "!!str":
		d.complain(n, path, "is %s, not text; write it in quotes", describe(n))
	default:
		return n.Value, true
	}
	return "", false
}

// describe says what a node is, without what it holds.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	case yaml.DocumentNode:
		return "a document"
	case yaml.ScalarNode:
		return describeScalar(n)
	}
	return "empty"
}

func describeScalar(n *yaml.Node) string {
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!str":
		return "text"
	}
	return "of type " + n.ShortTag()
}

// documents parses a YAML file; a file that does not parse is one complaint.
// Documents without content are left out.
func documents(file string, content []byte, complaints *Complaints) []*yaml.Node {
	var docs []*yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			line, message := parseError(err)
			line = min(line, 1+bytes.Count(bytes.TrimRight(content, " \n"), []byte("\n"))) // not behind the end
			complaints.add(file, line, "", "is not YAML, here or in the lines that follow: %s", message)
			return nil
		}
		if len(doc.Content) == 1 && (doc.Content[0].Kind != yaml.ScalarNode || doc.Content[0].ShortTag() != "!!null") {
			docs = append(docs, doc.Content[0])
		}
	}
}

var (
	yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	// What the library's parser says, as opposed to its scanner.
	yamlParser = regexp.MustCompile(`^(did not find expected (<|node content|key|'-' indicator|',' or)|` +
		`found (undefined tag handle|duplicate %|incompatible YAML))`)
)

// parseError takes the line out of the library's message, its only home. The
// parser counts lines from 0 there, and says nothing of line 0.
func parseError(err error) (line int, message string) {
	text, _, _ := strings.Cut(err.Error(), "\n")
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return 0, text
	}
	line, _ = strconv.Atoi(m[1]) // no line is line 0
	if yamlParser.MatchString(m[2]) {
		line++
	}
	return line, m[2]
}
