package duckdb

import (
	"slices"
	"strings"
)

// noInexact refuses a division and a mean that have other digits in the other
// engine: DuckDB makes a float of decimals, Redshift a decimal of a scale of its own
// rules; a mean of whole numbers is a float here and a whole number there. Whole
// numbers divide alike, but a tree knows no types: that a float is wanted must stand
// beside the division. Then both engines agree, and nobody's money goes through a
// float unseen.
func noInexact(node map[string]any, _ map[string]bool) (wrong, instead string) {
	children, _ := node["children"].([]any) // none is none
	name := called(node)
	switch {
	case name == "/" && !slices.ContainsFunc(children, isDouble):
		return "a division of decimals or whole numbers has other digits in each engine",
			"Publish both numbers and let who reads divide, or say that a float will do: x::double precision / y."
	case (name == "avg" || name == "mean") && !slices.ContainsFunc(children, isDouble):
		return "the " + name + " of decimals or whole numbers has other digits in each engine",
			"Publish sum(x) and count(x), or say that a float will do: avg(x::double precision)."
	}
	return "", ""
}

// called is the function, aggregate, window function or operator that a node
// calls, in lower case; "" when it calls none.
func called(node map[string]any) string {
	if node["class"] != "FUNCTION" && node["class"] != "WINDOW" {
		return ""
	}
	return strings.ToLower(text(node, "function_name"))
}

// doubles are what gives a float in both engines when one of its arguments is one.
var doubles = []string{"+", "-", "*", "/", "sum", "avg", "min", "max", "abs", "nullif", "nvl"}

// isDouble says whether an expression is a float for all to see.
func isDouble(expression any) bool {
	node, _ := expression.(map[string]any) // anything else is none
	if node["class"] == "CAST" {
		to, _ := node["cast_type"].(map[string]any) // as above
		return to["id"] == "DOUBLE"
	}
	children, _ := node["children"].([]any) // none is none
	return (slices.Contains(doubles, called(node)) || node["type"] == "OPERATOR_COALESCE") && slices.ContainsFunc(children, isDouble)
}
