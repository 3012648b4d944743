package trace

import (
	"encoding/json"
	"slices"
	"strings"
)

// A node is an object of the syntax tree. A field that is missing, or of another
// kind than asked for, is empty.
type node map[string]any

func (n node) text(field string) string {
	s, _ := n[field].(string) // "" is the documented answer
	return s
}

func (n node) is(field string, values ...string) bool {
	return slices.Contains(values, n.text(field))
}

// child is nil when there is none.
func (n node) child(field string) node {
	m, _ := n[field].(map[string]any) // nil is the documented answer
	return m
}

func (n node) list(field string) []node { return nodes(n[field]) }

// nodes are the objects of a list.
func nodes(v any) []node {
	list, _ := v.([]any) // none is none
	var out []node
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// names are the texts of a list, in lower case: that is how DuckDB compares
// them, quoted or not.
func (n node) names(field string) []string {
	list, _ := n[field].([]any) // none is none
	var out []string
	for _, e := range list {
		s, _ := e.(string) // the tree holds nothing else
		out = append(out, strings.ToLower(s))
	}
	return out
}

// has says whether a field holds anything.
func (n node) has(field string) bool {
	switch v := n[field].(type) {
	case nil:
		return false
	case []any:
		return len(v) > 0
	}
	return true
}

// column is the name parts of a reference to a column; nil when n is not one.
func (n node) column() []string {
	if !n.is("class", "COLUMN_REF") {
		return nil
	}
	return n.names("column_names")
}

// function is the name of a call in lower case; "" when n is none.
func (n node) function() string {
	if !n.is("class", "FUNCTION") {
		return ""
	}
	return strings.ToLower(n.text("function_name"))
}

// name is what the result calls an item of a select list; "" when that is not
// for us to tell.
func (n node) name() string {
	if a := n.text("alias"); a != "" {
		return strings.ToLower(a)
	}
	if parts := n.column(); len(parts) > 0 {
		return parts[len(parts)-1]
	}
	return ""
}

// item is the item of a query's select list that has a name; nil when there is
// none.
func (n node) item(name string) node {
	for _, i := range n.list("select_list") {
		if i.name() == name {
			return i
		}
	}
	return nil
}

// ordinal is the number that a constant is; 0 when it is none.
func (n node) ordinal() int {
	if !n.is("class", "CONSTANT") || !n.child("value").child("type").is("id", "INTEGER", "BIGINT") {
		return 0
	}
	return max(number(n.child("value")["value"]), 0)
}

// conjuncts are the conditions that must all hold for n to hold.
func conjuncts(n node) []node {
	if n == nil {
		return nil
	}
	if !n.is("type", "CONJUNCTION_AND") {
		return []node{n}
	}
	var out []node
	for _, c := range n.list("children") {
		out = append(out, conjuncts(c)...)
	}
	return out
}

// at is the first position of the SQL that a node has, itself or below; -1 when
// it has none.
func at(v any) int {
	first := -1
	see := func(i int) {
		if i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	switch v := v.(type) {
	case node:
		return at(map[string]any(v))
	case []any:
		for _, e := range v {
			see(at(e))
		}
	case map[string]any:
		if number, ok := v["query_location"].(json.Number); ok {
			if i, err := number.Int64(); err == nil { // no position is the largest uint64
				return int(i)
			}
		}
		for _, e := range v {
			see(at(e))
		}
	}
	return first
}

// lineOf is the line that a node begins in, from 1. A join by a comma has no
// place of its own: it begins at its right side.
func (t *tracer) lineOf(n node) int {
	if n.is("type", "JOIN") && at(node{"query_location": n["query_location"]}) < 0 {
		n = n.child("right")
	}
	i := min(max(at(n), 0), len(t.sql))
	return 1 + strings.Count(t.sql[:i], "\n")
}
