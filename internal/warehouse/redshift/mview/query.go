package mview

import "strings"

// top judges the outermost query: UNION ALL is allowed here, of parts that do not
// aggregate.
func (j *judge) top(n node) {
	if !n.is("type", "SET_OPERATION_NODE") {
		j.query(n)
		return
	}
	j.around(n)
	if !n.is("setop_type", "UNION") || n["setop_all"] != true {
		j.full(n, "has "+operation(n))
	}
	for _, side := range []node{n.child("left"), n.child("right")} {
		if aggregates(side) {
			j.full(side, "has a union all of queries that aggregate")
		}
		j.top(side)
	}
	for _, more := range n.list("children") {
		j.top(more)
	}
}

// operation is what a set operation is called.
func operation(n node) string {
	name := strings.ToLower(n.text("setop_type"))
	if n["setop_all"] == true {
		return "a " + name + " all"
	}
	if name == "union" {
		return "a union without all"
	}
	return "an " + name
}

// aggregates says whether a SELECT groups rows.
func aggregates(n node) bool {
	if !n.is("type", "SELECT_NODE") {
		return false
	}
	return n.has("group_expressions") || n.has("having") || anyAggregate(n["select_list"])
}

func anyAggregate(v any) bool {
	found := false
	each(v, func(n node) bool {
		if n.is("class", "SUBQUERY") {
			return false
		}
		name := n.function()
		found = found || incremental[name] || recomputed[name]
		return true
	})
	return found
}

// query judges a SELECT, or what stands in its place.
func (j *judge) query(n node) {
	j.around(n)
	switch n.text("type") {
	case "SELECT_NODE":
		j.selection(n)
	case "SET_OPERATION_NODE":
		j.full(n, "has "+operation(n)+" within a query")
		j.query(n.child("left"))
		j.query(n.child("right"))
	case "RECURSIVE_CTE_NODE":
		j.full(n, "has a recursive query")
	default:
		j.refuse(n, "is of a form that is not understood")
	}
}

// around judges what stands around a query: WITH, DISTINCT, ORDER BY, LIMIT.
func (j *judge) around(n node) {
	for _, cte := range n.child("cte_map").list("map") {
		inner := cte.child("value").child("query").child("node")
		j.full(or(inner, n), "defines "+cte.text("key")+" by with, which is a subquery")
		j.query(inner)
	}
	for _, m := range n.list("modifiers") {
		switch m.text("type") {
		case "ORDER_MODIFIER":
			j.refuse(or(m, n), "has an order by")
		case "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER":
			j.refuse(or(m, n), "has a limit")
		case "DISTINCT_MODIFIER":
			j.full(n, "selects distinct rows")
		}
		j.expressions(m)
	}
}

// selection judges one SELECT.
func (j *judge) selection(n node) {
	j.from(n.child("from_table"))
	if sets, _ := n["group_sets"].([]any); len(sets) > 1 { // none is none
		j.full(or(n.list("group_expressions").first(), n), "groups by several grouping sets")
	}
	for _, field := range []string{"select_list", "where_clause", "group_expressions", "having", "qualify"} {
		j.expressions(n[field])
	}
}

// from judges what a query reads.
func (j *judge) from(n node) {
	switch n.text("type") {
	case "JOIN":
		j.join(n)
	case "SUBQUERY":
		inner := n.child("subquery").child("node")
		j.full(inner, "has a subquery")
		j.query(inner)
	case "TABLE_FUNCTION":
		j.refuse(n, "calls "+n.child("function").function()+", which runs on the leader node only")
	case "EXPRESSION_LIST":
		j.full(n, "lists values, which is a subquery")
	}
}

// join judges a join: an inner one is incremental, whatever its condition is.
func (j *judge) join(n node) {
	kind := strings.ToLower(n.text("join_type"))
	switch {
	case kind == "outer":
		j.full(or(n, n.child("right")), "has a full join")
	case kind != "inner":
		j.full(or(n, n.child("right")), "has a "+kind+" join")
	}
	j.from(n.child("left"))
	j.from(n.child("right"))
	j.expressions(n["condition"])
}
