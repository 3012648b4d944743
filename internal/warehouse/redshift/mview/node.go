package mview

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A node is an object of the syntax tree. A field that is missing, or of another
// kind than asked for, is empty.
type node map[string]any

type nodeList []node

func (l nodeList) first() node {
	if len(l) == 0 {
		return nil
	}
	return l[0]
}

func (n node) text(field string) string {
	s, _ := n[field].(string) // "" is the documented answer
	return s
}

func (n node) is(field string, values ...string) bool {
	return slices.Contains(values, n.text(field))
}

func (n node) child(field string) node {
	m, _ := n[field].(map[string]any) // nil is the documented answer
	return m
}

func (n node) list(field string) nodeList {
	list, _ := n[field].([]any) // none is none
	var out nodeList
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

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

// function is the name of a call in lower case; "" when n is none.
func (n node) function() string {
	if !n.is("class", "FUNCTION") {
		return ""
	}
	return strings.ToLower(n.text("function_name"))
}

// each visits the objects of a value from the outside in; below those that visit
// says false of it does not look.
func each(v any, visit func(node) bool) {
	switch v := v.(type) {
	case node:
		each(map[string]any(v), visit)
	case []any:
		for _, e := range v {
			each(e, visit)
		}
	case map[string]any:
		if v == nil || !visit(v) {
			return
		}
		for _, field := range slices.Sorted(maps.Keys(v)) {
			each(v[field], visit)
		}
	}
}

// at is the first position of the SQL that a node has, itself or below; -1 when it
// has none.
func at(n node) int {
	if i, ok := place(n); ok {
		return i
	}
	first := -1
	each(n, func(below node) bool {
		if i, ok := place(below); ok && (first < 0 || i < first) {
			first = i
		}
		return true
	})
	return first
}

func place(n node) (int, bool) {
	number, _ := n["query_location"].(json.Number) // "" is no number
	i, err := number.Int64()                       // no position is the largest uint64
	return int(i), err == nil
}

// or is n, or the other if n has no place in the SQL.
func or(n, other node) node {
	if at(n) < 0 {
		return other
	}
	return n
}
